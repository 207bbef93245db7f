"""Licences in memory, beside the accounts and downloads that issuing one binds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from allmytracks.accounts.rules import AccountKind, AccountNotFound, AccountStatus
from allmytracks.accounts.rules_end_users import EndUserChange, EndUsers, NamedEndUser
from allmytracks.downloads.rules import DownloadNotFound, Use
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from allmytracks.licenses.agreements.rules import SignedAgreement
from allmytracks.licenses.dynamodb_letters import cursor_after, place_of, start_of
from allmytracks.licenses.ports import Binding, Issued, LicenseRequest
from allmytracks.licenses.rules import Letter, License, PublicLicense, public_view
from allmytracks.licenses.rules_numbers import LicenseNotFound
from allmytracks.licenses.states.dynamodb import NOT_FOUND
from allmytracks.licenses.states.rules import LicenseState, Revocation, StateChange, Supersession
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.downloads import MemoryDownloads


@dataclass
class MemoryLicenses:
    """Licences in memory; one lock makes an issue one write."""

    accounts: MemoryAccounts
    downloads: MemoryDownloads
    letters: dict[tuple[str, str], Letter] = field(default_factory=dict)
    requests: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    records: dict[str, PublicLicense] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    states: dict[str, LicenseState] = field(default_factory=dict)
    agreements: dict[tuple[str, str], SignedAgreement] = field(default_factory=dict)
    past_agreements: list[SignedAgreement] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def issue(self, letter: Letter, request: LicenseRequest, binding: Binding) -> bool:
        of = letter.license
        with self.lock:
            taken = of.number in self.records or (of.account_id, request.key) in self.requests
            if taken or not self._may_bind(of, binding):
                return False
            account = self.accounts.get(of.account_id)
            self.accounts.stored[of.account_id] = replace(account, end_user=binding.end_user.bound)
            self.downloads.bind_use(of.account_id, of.download_id, binding.use.use, of.number)
            self.records[of.number] = public_view(letter)
            self.owners[of.number] = of.account_id
            self.letters[of.account_id, of.number] = letter
            self.requests[of.account_id, request.key] = (of.number, request.fingerprint)
            return True

    def _may_bind(self, of: License, binding: Binding) -> bool:
        try:
            account = self.accounts.get(of.account_id)
            download = self.downloads.get(of.account_id, of.download_id)
        except (AccountNotFound, DownloadNotFound):
            return False
        return (
            account.status is AccountStatus.ACTIVE
            and may_name(account.end_users, binding.end_user)
            and (binding.individual_at is None or account.kind_at(binding.individual_at) is AccountKind.INDIVIDUAL)
            and download.license_number is None
            and download.revoked_at is None
            and _unbound_or_same(download.use, binding)
        )

    def issued(self, account_id: str, key: str) -> Issued | None:
        if (account_id, key) not in self.requests:
            return None
        number, fingerprint = self.requests[account_id, key]
        return Issued(self.get(account_id, number), fingerprint)

    def get(self, account_id: str, number: str) -> Letter:
        if (account_id, number) not in self.letters:
            raise LicenseNotFound(NOT_FOUND)
        return self._now(self.letters[account_id, number])

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Letter]:
        newest_first = self._own(account_id)[::-1]
        if cursor:
            after = start_of(account_id, cursor)["timeline_at"]["S"]
            newest_first = [letter for letter in newest_first if place_of(letter) < after]
        return _shown(newest_first, limit)

    def whole(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Letter]:
        after = read_cursor(cursor, tuple[KeyPart])[0] if cursor is not None else ""
        by_number = sorted(self._own(account_id), key=lambda letter: letter.license.number)
        left = [letter for letter in by_number if letter.license.number > after]
        more = len(left) > limit
        return Page(left[:limit], make_cursor(left[limit - 1].license.number) if more else None)

    def cursor_after(self, letter: Letter) -> str:
        return cursor_after(letter)

    def issued_since(self, account_id: str, since: datetime, *, limit: int, cursor: str | None) -> Page[Letter]:
        oldest_first = [letter for letter in self._own(account_id) if letter.license.issued_at >= since]
        if cursor:
            after = start_of(account_id, cursor)["timeline_at"]["S"]
            oldest_first = [letter for letter in oldest_first if place_of(letter) > after]
        return _shown(oldest_first, limit)

    def _own(self, account_id: str) -> list[Letter]:
        own = [self._now(letter) for (owner, _), letter in self.letters.items() if owner == account_id]
        return sorted(own, key=place_of)

    def public(self, number: str) -> PublicLicense:
        if number not in self.records:
            raise LicenseNotFound(NOT_FOUND)
        return replace(self.records[number], state=self._state(number))

    def owner(self, number: str) -> str:
        if number not in self.owners:
            raise LicenseNotFound(NOT_FOUND)
        return self.owners[number]

    def revoke(self, number: str, revocation: Revocation) -> Revocation:
        self.owner(number)
        with self.lock:
            known = self._state(number)
            held = known.revocation or revocation
            self.states[number] = replace(known, revocation=held)
            return held

    def supersede(self, letter: Letter, supersession: Supersession, users: EndUserChange) -> bool:
        of = letter.license
        old = of.supersedes or ""
        with self.lock:
            account = self.accounts.stored.get(of.account_id)
            download = self.downloads.records[of.account_id]
            if (
                of.number in self.records
                or (of.account_id, old) not in self.letters
                or self._state(old) != LicenseState()
                or account is None
                or account.end_users != users.before
                or download.licenses.get(of.download_id) != old
            ):
                return False
            self.set_end_users(of.account_id, users.after)
            download.licenses[of.download_id] = of.number
            self.records[of.number] = public_view(letter)
            self.owners[of.number] = of.account_id
            self.letters[of.account_id, of.number] = letter
            self.states[old] = LicenseState(supersession=supersession)
            return True

    def set_end_users(self, account_id: str, users: EndUsers) -> None:
        """As a transaction writes them with a document."""
        self.accounts.stored[account_id] = replace(
            self.accounts.get(account_id),
            end_user=users.bound,
            further_users=users.further,
            respellings=users.respellings,
        )

    def state_changes(self, since: datetime, until: datetime) -> Iterator[StateChange]:
        changes = [
            StateChange(number, fact)
            for number, state in self.states.items()
            for fact in (state.revocation, state.supersession)
            if fact is not None
        ]
        yield from sorted((each for each in changes if since <= each.at < until), key=lambda each: each.at)

    def _state(self, number: str) -> LicenseState:
        return self.states.get(number, LicenseState())

    def _now(self, letter: Letter) -> Letter:
        return replace(letter, state=self._state(letter.license.number))


def _shown(letters: list[Letter], limit: int) -> Page[Letter]:
    shown = letters[:limit]
    last = shown[-1] if len(letters) > limit else None
    return Page(shown, cursor_after(last) if last else None)


def may_name(users: EndUsers, named: NamedEndUser) -> bool:
    """Whether a document may still name its end user."""
    return users.bound in {None, named.bound} and (named.further is None or named.further in users.further)


def _unbound_or_same(bound: Use, binding: Binding) -> bool:
    wanted = binding.use
    return (
        bound.project in {None, wanted.project}
        and bound.purpose in {None, wanted.purpose}
        and (bound.platform is None or wanted.platform is None or bound.platform == wanted.platform)
    )
