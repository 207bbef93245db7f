"""Licences in the accounts table: a public record, the member's letter, and the request that it answered.

The public record stands in a partition of its own and outlives the account; the letter and the request stand in the
account's partition and go with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.adapters.accounts import PROFILE, ProfileItem, account_key
from allmytracks.adapters.download_attributes import download_sk
from allmytracks.adapters.downloads import DownloadItem, make_cursor, read_cursor
from allmytracks.adapters.dynamodb import Table, bind, connect, is_condition_failure, repeated, translated
from allmytracks.adapters.license_states import (
    NOT_FOUND,
    RECORD,
    LicenseItem,
    change_of,
    months,
    public_of,
    record_item,
    record_key,
    revocation_item,
)
from allmytracks.domain.accounts import AccountStatus
from allmytracks.domain.downloads import download_id_for
from allmytracks.domain.instants import rfc3339
from allmytracks.domain.license_numbers import LicenseNotFound
from allmytracks.domain.license_states import LicenseState, Revocation, StateChange, Supersession
from allmytracks.domain.licenses import Letter, License, PublicLicense, public_view
from allmytracks.ports.downloads import Page
from allmytracks.ports.licenses import Binding, Issued, LicenseRequest


class LetterIndex(GlobalSecondaryIndex["LetterItem"]):
    """Sparse index over what is listed newest first."""

    class Meta:
        """PynamoDB's settings of the index."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class LetterItem(Model):
    """The member's own letter; `license` is JSON and holds the particulars in full.

    `revocation` and `supersession` (JSON) repeat what the licence's public partition says, so that a list shows them.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    timeline = LetterIndex()
    timeline_key = UnicodeAttribute()
    timeline_at = UnicodeAttribute()
    license = UnicodeAttribute()
    jws = UnicodeAttribute()
    key_id = UnicodeAttribute()
    document_sha256 = UnicodeAttribute()
    revocation = UnicodeAttribute(null=True)
    supersession = UnicodeAttribute(null=True)


class RequestItem(Model):
    """The request that a letter answered, found by its Idempotency-Key's hash."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    number = UnicodeAttribute()
    fingerprint = UnicodeAttribute()


class AliasItem(Model):
    """Names the download that a licence bound to the use which this item's key is the name of."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    alias_of = UnicodeAttribute()


def letter_sk(number: str) -> str:
    """The sort key of a letter in its account's partition."""
    return f"LICENSE#{number}"


def request_sk(key: str) -> str:
    """The sort key of a request in its account's partition."""
    return f"REQUEST#LICENSE#{key}"


def timeline_key(account_id: str) -> str:
    """The index partition of an account's licences."""
    return f"ACCOUNT#{account_id}#LICENSES"


class DynamoLicenses:
    """Licences in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._letters = bind(LetterItem, table)
        self._requests = bind(RequestItem, table)
        self._records = bind(LicenseItem, table)
        self._downloads = bind(DownloadItem, table)
        self._aliases = bind(AliasItem, table)
        self._profiles = bind(ProfileItem, table)
        self._connection = connect(table)

    def issue(self, letter: Letter, request: LicenseRequest, binding: Binding) -> bool:
        return repeated(lambda: self._try(letter, request, binding))

    def _try(self, letter: Letter, request: LicenseRequest, binding: Binding) -> bool:
        of = letter.license
        try:
            with TransactWrite(connection=self._connection) as transaction:
                record = record_item(self._records, public_view(letter), of.account_id)
                transaction.save(record, condition=self._records.pk.does_not_exist())
                transaction.save(self._letter(letter), condition=self._letters.pk.does_not_exist())
                transaction.save(
                    self._requests(
                        account_key(of.account_id),
                        request_sk(request.key),
                        number=of.number,
                        fingerprint=request.fingerprint,
                    ),
                    condition=self._requests.pk.does_not_exist(),
                )
                self._bind_download(transaction, of, binding)
                self._bind_end_user(transaction, of, binding)
                self._name_use(transaction, of, binding)
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True

    def _bind_download(self, transaction: TransactWrite, of: License, binding: Binding) -> None:
        model, use = self._downloads, binding.use
        values = [
            (model.project_name, use.project.name),
            (model.project_kind, use.project.kind.value),
            (model.purpose, use.purpose.value),
        ]
        if use.platform is not None:
            values.append((model.platform, use.platform))
        condition: Condition = (
            model.pk.exists() & model.license_number.does_not_exist() & model.revoked_at.does_not_exist()
        )
        for attribute, value in values:
            condition &= attribute.does_not_exist() | (attribute == value)
        actions = [attribute.set(value) for attribute, value in values]
        transaction.update(
            model(account_key(of.account_id), download_sk(of.download_id)),
            actions=[*actions, model.license_number.set(of.number)],
            condition=condition,
        )

    def _bind_end_user(self, transaction: TransactWrite, of: License, binding: Binding) -> None:
        model = self._profiles
        unbound = model.end_user.does_not_exist() | (model.end_user == binding.end_user)
        transaction.update(
            model(account_key(of.account_id), PROFILE),
            actions=[model.end_user.set(binding.end_user)],
            condition=(model.status == AccountStatus.ACTIVE.value) & unbound,
        )

    def _name_use(self, transaction: TransactWrite, of: License, binding: Binding) -> None:
        """Puts the download under the name of its use as well, so that asking for exactly that finds it (M-III.6.2)."""
        name = download_id_for(of.account_id, of.work.track_id, binding.use.use)
        alias = self._aliases(account_key(of.account_id), download_sk(name), alias_of=of.download_id)
        if self._is_free(alias):
            transaction.save(alias, condition=self._aliases.pk.does_not_exist())

    def _is_free(self, alias: AliasItem) -> bool:
        try:
            self._aliases.get(alias.pk, alias.sk, consistent_read=True, attributes_to_get=["pk"])
        except DoesNotExist:
            return True
        return False

    def issued(self, account_id: str, key: str) -> Issued | None:
        with translated():
            try:
                request = self._requests.get(account_key(account_id), request_sk(key), consistent_read=True)
            except DoesNotExist:
                return None
        return Issued(self.get(account_id, request.number), request.fingerprint)

    def get(self, account_id: str, number: str) -> Letter:
        with translated():
            try:
                return _letter_of(self._letters.get(account_key(account_id), letter_sk(number), consistent_read=True))
            except DoesNotExist:
                raise LicenseNotFound(NOT_FOUND) from None

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Letter]:
        start = start_of(account_id, cursor) if cursor else None
        with translated():
            found = self._letters.timeline.query(
                timeline_key(account_id), scan_index_forward=False, limit=limit, last_evaluated_key=start
            )
            items = list(found)
        more = found.last_evaluated_key is not None
        next_cursor = make_cursor(items[-1].timeline_at, items[-1].sk) if more and items else None
        return Page([_letter_of(item) for item in items], next_cursor)

    def public(self, number: str) -> PublicLicense:
        with translated():
            return public_of(self._records.query(record_key(number), consistent_read=True))

    def owner(self, number: str) -> str:
        with translated():
            try:
                record = self._records.get(record_key(number), RECORD, attributes_to_get=["account_id"])
            except DoesNotExist:
                raise LicenseNotFound(NOT_FOUND) from None
        return record.account_id or ""

    def revoke(self, number: str, revocation: Revocation) -> Revocation:
        account_id = self.owner(number)
        # The letter goes with an erased account; the public record can be revoked all the same.
        if not repeated(lambda: self._try_to_revoke(number, revocation, account_id)):
            repeated(lambda: self._try_to_revoke(number, revocation))
        held = self.public(number).state.revocation
        if held is None:
            raise LookupError(f"the revocation of {number} was put and is not there")
        return held

    def _try_to_revoke(self, number: str, revocation: Revocation, account_id: str | None = None) -> bool:
        """Whether it was written, with the account's letter where `account_id` is given."""
        fact = revocation_item(self._records, number, revocation)
        letters = self._letters
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(fact, condition=self._records.pk.does_not_exist())
                if account_id is not None:
                    transaction.update(
                        letters(account_key(account_id), letter_sk(number)),
                        actions=[letters.revocation.set(msgspec.json.encode(revocation).decode())],
                        condition=letters.pk.exists(),
                    )
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True

    def state_changes(self, since: datetime, until: datetime) -> Iterator[StateChange]:
        timeline = self._records.timeline
        # What stands at an instant sorts after the instant alone, so that the end is not taken in.
        between = self._records.timeline_at.between(rfc3339(since), rfc3339(until))
        for month in months(since, until):
            with translated():
                yield from (change_of(item) for item in timeline.query(month, between))

    def _letter(self, letter: Letter) -> LetterItem:
        of = letter.license
        return self._letters(
            account_key(of.account_id),
            letter_sk(of.number),
            timeline_key=timeline_key(of.account_id),
            timeline_at=place_of(letter),
            license=msgspec.json.encode(of).decode(),
            jws=letter.jws,
            key_id=letter.key_id,
            document_sha256=letter.document_sha256,
        )


def place_of(letter: Letter) -> str:
    """Where a letter stands in the order of time; the number tells letters of one instant apart."""
    return f"{rfc3339(letter.license.issued_at)}#{letter.license.number}"


def start_of(account_id: str, cursor: str) -> dict[str, dict[str, str]]:
    """The key that a cursor stands for, in the caller's own partition. Raises InvalidFields."""
    return {**read_cursor(account_id, cursor), "timeline_key": {"S": timeline_key(account_id)}}


def _letter_of(item: LetterItem) -> Letter:
    license_ = msgspec.json.decode(item.license, type=License)
    state = LicenseState(
        revocation=msgspec.json.decode(item.revocation, type=Revocation) if item.revocation else None,
        supersession=msgspec.json.decode(item.supersession, type=Supersession) if item.supersession else None,
    )
    return Letter(license_, item.jws, item.key_id, item.document_sha256, state)
