"""In-memory fakes: music agreements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from allmytracks.accounts.rules_end_users import EndUserChange, NamedEndUser
from allmytracks.licenses.agreements.dynamodb import NOT_FOUND
from allmytracks.licenses.agreements.rules import MusicAgreementNotFound, SignedAgreement, public_view
from allmytracks.licenses.states.rules import LicenseState, Supersession
from tests.fakes.licenses import MemoryLicenses, may_name


@dataclass
class MemoryMusicAgreements:
    """Agreements in memory, their public side beside the licences'."""

    licenses: MemoryLicenses

    def add(self, signed: SignedAgreement, named: NamedEndUser | None) -> bool:
        of, books = signed.agreement, self.licenses
        with books.lock:
            account = books.accounts.get(of.account_id)
            free = account.end_user is None if named is None else may_name(account.end_users, named)
            if not free or (of.account_id, of.order_id) in books.agreements or of.number in books.records:
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
