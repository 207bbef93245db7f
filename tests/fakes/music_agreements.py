"""In-memory fakes: music agreements."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_end_users import EndUserChange, NamedEndUser
from allmytracks.downloads.rules_links import IssuedLink, no_links_left
from allmytracks.licenses.agreements.dynamodb import NOT_FOUND
from allmytracks.licenses.agreements.dynamodb_quotes import NOT_FOUND as NO_QUOTE
from allmytracks.licenses.agreements.dynamodb_special_links import NOT_FOUND as NO_LETTER
from allmytracks.licenses.agreements.ports import LicensedFile
from allmytracks.licenses.agreements.rules import MusicAgreementNotFound, SignedAgreement, public_view
from allmytracks.licenses.agreements.rules_special import (
    SpecialLicense,
    SpecialLicenseNotFound,
    SpecialTerms,
    SpecialTermsNotFound,
)
from allmytracks.licenses.states.rules import LicenseState, Supersession
from allmytracks.payments.orders.rules import Order
from tests.fakes.licenses import MemoryLicenses, may_name
from tests.fakes.orders import MemoryOrders


@dataclass
class MemoryMusicAgreements:
    """Agreements in memory, their public side beside the licences'."""

    licenses: MemoryLicenses

    def add(self, signed: SignedAgreement, named: NamedEndUser | None) -> bool:
        of, books = signed.agreement, self.licenses
        with books.lock:
            account = books.accounts.get(of.account_id)
            special = isinstance(of, SpecialLicense)
            mine = account.end_user is None if named is None else may_name(account.end_users, named)
            free = special or mine
            closed = account.status is AccountStatus.CLOSED
            if closed or not free or (of.account_id, of.order_id) in books.agreements or of.number in books.records:
                return False
            if named is not None:
                books.accounts.stored[of.account_id] = replace(account, end_user=named.bound)
            books.agreements[of.account_id, of.order_id] = signed
            books.records[of.number] = public_view(signed)
            books.owners[of.number] = of.account_id
            return True

    def all_of(self, account_id: str) -> Sequence[SignedAgreement]:
        books = self.licenses
        past = [each for each in books.past_agreements if each.agreement.account_id == account_id]
        return [*(each for (owner, _), each in books.agreements.items() if owner == account_id), *past]

    def supersede(self, signed: SignedAgreement, supersession: Supersession, users: EndUserChange) -> bool:
        of, books = signed.agreement, self.licenses
        old = of.supersedes or ""
        with books.lock:
            account = books.accounts.stored.get(of.account_id)
            if (
                of.number in books.records
                or books.public(old).state != LicenseState()
                or account is None
                or account.end_users != users.before
            ):
                return False
            books.set_end_users(of.account_id, users.after)
            books.past_agreements.append(books.agreements[of.account_id, of.order_id])
            books.agreements[of.account_id, of.order_id] = signed
            books.records[of.number] = public_view(signed)
            books.owners[of.number] = of.account_id
            books.states[old] = LicenseState(supersession=supersession)
            return True

    def get(self, account_id: str, order_id: str) -> SignedAgreement:
        if (account_id, order_id) not in self.licenses.agreements:
            raise MusicAgreementNotFound(NOT_FOUND)
        return self.licenses.agreements[account_id, order_id]


@dataclass
class MemoryQuotes:
    """Quotes in memory, beside the orders."""

    orders: MemoryOrders
    kept: dict[tuple[str, str], SpecialTerms] = field(default_factory=dict)

    def add(self, order: Order, terms: SpecialTerms) -> Order:
        self.kept.setdefault((order.account_id, order.id), terms)
        return self.orders.add(order)

    def terms(self, account_id: str, order_id: str) -> SpecialTerms:
        if (account_id, order_id) not in self.kept:
            raise SpecialTermsNotFound(NO_QUOTE)
        return self.kept[account_id, order_id]


@dataclass
class MemorySpecialLinks:
    """Links to files of special licences in memory; one lock makes count and record one write."""

    licenses: MemoryLicenses
    recorded: dict[LicensedFile, dict[str, IssuedLink]] = field(default_factory=dict)
    counts: dict[LicensedFile, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def record(self, file: LicensedFile, link: IssuedLink, most: int) -> None:
        with self._lock:
            known = self.recorded.setdefault(file, {})
            if link.id in known:
                return
            if (file.account_id, file.order_id) not in self.licenses.agreements:
                raise SpecialLicenseNotFound(NO_LETTER)
            if self.counts.get(file, 0) >= most:
                raise no_links_left(most)
            self.counts[file] = self.counts.get(file, 0) + 1
            known[link.id] = link

    def of(self, file: LicensedFile) -> Sequence[IssuedLink]:
        return sorted(self.recorded.get(file, {}).values(), key=lambda link: (link.issued_at, link.id))

    def renew(self, file: LicensedFile) -> None:
        self.counts.pop(file, None)
