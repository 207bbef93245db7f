"""Enterprises in the accounts table: beside the profile, letters also in the index `timeline`."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from allmytracks.enterprises.rules import Company, EnterpriseConsent
from allmytracks.enterprises.rules_authority import LetterOfAuthority, Shelf
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor

COMPANY, CONSENT, LETTER = "COMPANY", "COMPANY_CONSENT#", "LETTER_OF_AUTHORITY"


class CompanyItem(Model):
    """The company of one account; `company` is JSON."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    company = UnicodeAttribute()


class CompanyConsentItem(Model):
    """One declaration of one version of an agreement; `company` is JSON, as it was then."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    company = UnicodeAttribute()
    agreement = UnicodeAttribute()
    version = UnicodeAttribute()
    declared_at = UnicodeAttribute()
    source_ip = UnicodeAttribute()


class ShelvesIndex(GlobalSecondaryIndex["LetterItem"]):
    """Letters by shelf and place."""

    class Meta:
        """PynamoDB's settings of the index."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class LetterItem(Model):
    """The letter of one account; `letter` is JSON."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    timeline = ShelvesIndex()
    timeline_key = UnicodeAttribute()
    timeline_at = UnicodeAttribute()
    letter = UnicodeAttribute()
    revision = NumberAttribute()


class DynamoEnterprises:
    """Enterprises in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._companies = bind(CompanyItem, table)
        self._consents = bind(CompanyConsentItem, table)
        self._letters = bind(LetterItem, table)

    def company(self, account_id: str) -> Company | None:
        try:
            item = self._companies.get(account_key(account_id), COMPANY, consistent_read=True)
        except DoesNotExist:
            return None
        return msgspec.json.decode(item.company, type=Company)

    def put_company(self, account_id: str, company: Company) -> None:
        self._companies(account_key(account_id), COMPANY, company=_json(company)).save()

    def declare(self, account_id: str, consents: Sequence[EnterpriseConsent]) -> None:
        for each in consents:
            item = self._consents(
                account_key(account_id),
                f"{CONSENT}{each.agreement}#{each.version}#{each.company.digest}",
                company=_json(each.company),
                agreement=each.agreement,
                version=each.version,
                declared_at=rfc3339(each.declared_at),
                source_ip=each.source_ip,
            )
            try:
                item.save(condition=self._consents.pk.does_not_exist())
            except PutError as error:
                if not is_condition_failure(error):
                    raise

    def declared(self, account_id: str) -> Sequence[EnterpriseConsent]:
        items = self._consents.query(
            account_key(account_id), self._consents.sk.startswith(CONSENT), consistent_read=True
        )
        return [
            EnterpriseConsent(
                msgspec.json.decode(item.company, type=Company),
                item.agreement,
                item.version,
                parse_rfc3339(item.declared_at),
                item.source_ip,
            )
            for item in items
        ]

    def letter(self, account_id: str) -> LetterOfAuthority | None:
        try:
            item = self._letters.get(account_key(account_id), LETTER, consistent_read=True)
        except DoesNotExist:
            return None
        return _letter(item)

    def replace_letter(self, letter: LetterOfAuthority) -> bool:
        later = replace(letter, revision=letter.revision + 1)
        item = self._letters(
            account_key(letter.account_id),
            LETTER,
            timeline_key=_shelf(letter.shelf),
            timeline_at=f"{rfc3339(letter.place)}#{letter.account_id}",
            letter=_json(later),
            revision=later.revision,
        )
        model = self._letters
        unchanged = model.pk.does_not_exist() if letter.revision == 0 else model.revision == letter.revision
        try:
            # Of a repetition after a lost answer the item is this one already.
            item.save(condition=unchanged | (model.letter == item.letter))
        except PutError as error:
            if is_condition_failure(error):
                return False
            raise
        return True

    def letters(self, shelf: Shelf, *, limit: int, cursor: str | None) -> Page[LetterOfAuthority]:
        start = None
        if cursor:
            pk, place = read_cursor(cursor, tuple[KeyPart, KeyPart])
            start = {
                "pk": {"S": pk},
                "sk": {"S": LETTER},
                "timeline_key": {"S": _shelf(shelf)},
                "timeline_at": {"S": place},
            }
        found = self._letters.timeline.query(_shelf(shelf), limit=limit, last_evaluated_key=start)
        items = list(found)
        more = found.last_evaluated_key is not None
        after = make_cursor(items[-1].pk, items[-1].timeline_at) if more and items else None
        return Page([_letter(each) for each in items], after)


def _shelf(shelf: Shelf) -> str:
    return f"LETTERS_OF_AUTHORITY#{shelf}"


def _json(value: msgspec.Struct) -> str:
    return msgspec.json.encode(value).decode()


def _letter(item: LetterItem) -> LetterOfAuthority:
    return msgspec.json.decode(item.letter, type=LetterOfAuthority)
