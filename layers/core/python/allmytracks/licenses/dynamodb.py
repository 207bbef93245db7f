"""Licences in the accounts table: a public record, the member's letter, and the request for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from allmytracks.accounts.dynamodb import ProfileItem, change_end_users, is_individual, may_name
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_end_users import EndUserChange
from allmytracks.downloads.dynamodb import DownloadItem
from allmytracks.downloads.dynamodb_attributes import download_sk
from allmytracks.downloads.rules import download_id_for
from allmytracks.foundation.aws.keys import PROFILE, account_key
from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from allmytracks.licenses.dynamodb_letters import (
    AliasItem,
    LetterItem,
    RequestItem,
    cursor_after,
    letter_item,
    letter_of,
    letter_sk,
    request_sk,
    start_of,
    timeline_key,
)
from allmytracks.licenses.ports import Binding, Issued, LicenseRequest
from allmytracks.licenses.rules import Letter, License, PublicLicense, public_view
from allmytracks.licenses.rules_numbers import LicenseNotFound
from allmytracks.licenses.states.dynamodb import (
    NOT_FOUND,
    RECORD,
    LicenseItem,
    change_of,
    months,
    public_of,
    record_item,
    record_key,
    revocation_item,
    supersession_item,
)
from allmytracks.licenses.states.rules import Revocation, StateChange, Supersession


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
        of = letter.license
        try:
            with TransactWrite(connection=self._connection) as transaction:
                record = record_item(self._records, public_view(letter), of.account_id)
                transaction.save(record, condition=self._records.pk.does_not_exist())
                transaction.save(letter_item(self._letters, letter), condition=self._letters.pk.does_not_exist())
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
                transaction.update(
                    self._profiles(account_key(of.account_id), PROFILE),
                    actions=[self._profiles.end_user.set(binding.end_user.bound)],
                    condition=self._may_issue(binding),
                )
                self._name_use(transaction, of, binding)
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True

    def _may_issue(self, binding: Binding) -> Condition:
        condition: Condition = may_name(self._profiles, binding.end_user)
        condition &= self._profiles.status == AccountStatus.ACTIVE.value
        if binding.individual_at is not None:
            condition &= is_individual(self._profiles, binding.individual_at)
        return condition

    def _bind_download(self, transaction: TransactWrite, of: License, binding: Binding) -> None:
        model, use = self._downloads, binding.use
        values = [
            (model.project_name, use.project.name),
            (model.project_kind, use.project.kind.value),
            (model.purpose, use.purpose),
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

    def _name_use(self, transaction: TransactWrite, of: License, binding: Binding) -> None:
        """Stores the download under its use's id too, so that a request for exactly that finds it (M-III.6.2)."""
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
        try:
            request = self._requests.get(account_key(account_id), request_sk(key), consistent_read=True)
        except DoesNotExist:
            return None
        return Issued(self.get(account_id, request.number), request.fingerprint)

    def get(self, account_id: str, number: str) -> Letter:
        try:
            return letter_of(self._letters.get(account_key(account_id), letter_sk(number), consistent_read=True))
        except DoesNotExist:
            raise LicenseNotFound(NOT_FOUND) from None

    def whole(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Letter]:
        start = None
        if cursor is not None:
            (after,) = read_cursor(cursor, tuple[KeyPart])
            start = {"pk": {"S": account_key(account_id)}, "sk": {"S": letter_sk(after)}}
        found = self._letters.query(
            account_key(account_id),
            self._letters.sk.startswith(letter_sk("")),
            consistent_read=True,
            limit=limit,
            last_evaluated_key=start,
        )
        letters = [letter_of(item) for item in found]
        more = found.last_evaluated_key is not None
        return Page(letters, make_cursor(letters[-1].license.number) if more and letters else None)

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Letter]:
        return self._page(account_id, None, limit, cursor, newest_first=True)

    def cursor_after(self, letter: Letter) -> str:
        return cursor_after(letter)

    def issued_since(self, account_id: str, since: datetime, *, limit: int, cursor: str | None) -> Page[Letter]:
        after = self._letters.timeline_at >= rfc3339(since)
        if cursor and start_of(account_id, cursor)["timeline_at"]["S"] < rfc3339(since):
            cursor = None  # DynamoDB refuses to start before the range
        return self._page(account_id, after, limit, cursor, newest_first=False)

    def _page(
        self, account_id: str, which: Condition | None, limit: int, cursor: str | None, *, newest_first: bool
    ) -> Page[Letter]:
        start = start_of(account_id, cursor) if cursor else None
        found = self._letters.timeline.query(
            timeline_key(account_id),
            which,
            scan_index_forward=not newest_first,
            limit=limit,
            last_evaluated_key=start,
        )
        items = list(found)
        more = found.last_evaluated_key is not None
        letters = [letter_of(item) for item in items]
        return Page(letters, cursor_after(letters[-1]) if more and letters else None)

    def public(self, number: str) -> PublicLicense:
        return public_of(self._records.query(record_key(number), consistent_read=True))

    def owner(self, number: str) -> str:
        try:
            record = self._records.get(record_key(number), RECORD, attributes_to_get=["account_id"])
        except DoesNotExist:
            raise LicenseNotFound(NOT_FOUND) from None
        return record.account_id or ""

    def revoke(self, number: str, revocation: Revocation) -> Revocation:
        account_id = self.owner(number)
        # The letter is erased with its account; the public record can still be revoked.
        if not self._try_to_revoke(number, revocation, account_id):
            self._try_to_revoke(number, revocation)
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

    def supersede(self, letter: Letter, supersession: Supersession, users: EndUserChange) -> bool:
        of, letters, downloads = letter.license, self._letters, self._downloads
        old = of.supersedes
        if old is None:
            raise ValueError("a superseding letter names the licence whose place it takes")
        try:
            with TransactWrite(connection=self._connection) as transaction:
                record = record_item(self._records, public_view(letter), of.account_id)
                transaction.save(record, condition=self._records.pk.does_not_exist())
                transaction.save(letter_item(letters, letter), condition=letters.pk.does_not_exist())
                fact = supersession_item(self._records, old, supersession)
                transaction.save(fact, condition=self._records.pk.does_not_exist())
                transaction.update(
                    letters(account_key(of.account_id), letter_sk(old)),
                    actions=[letters.supersession.set(msgspec.json.encode(supersession).decode())],
                    condition=letters.pk.exists() & letters.revocation.does_not_exist(),
                )
                transaction.update(
                    downloads(account_key(of.account_id), download_sk(of.download_id)),
                    actions=[downloads.license_number.set(of.number)],
                    condition=downloads.license_number == old,
                )
                change_end_users(transaction, self._profiles, of.account_id, users.before, users.after)
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True

    def state_changes(self, since: datetime, until: datetime) -> Iterator[StateChange]:
        timeline = self._records.timeline
        # Keys at an instant sort after the instant alone, so that the end is excluded.
        between = self._records.timeline_at.between(rfc3339(since), rfc3339(until))
        for month in months(since, until):
            yield from (change_of(item) for item in timeline.query(month, between))
