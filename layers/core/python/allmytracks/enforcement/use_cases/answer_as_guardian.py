"""A guardian consents by a single-use link, or refuses (U-II.I, M-0.minor, P-minors)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts, Addresses, GuardianConsents
from allmytracks.accounts.published_agreements import published_agreements
from allmytracks.accounts.rules import Account, AccountNotFound, AccountStatus
from allmytracks.accounts.rules_agreements import SIGN_UP_AGREEMENTS
from allmytracks.accounts.rules_guardians import GuardianAnswer, GuardianDecision, link_invalid
from allmytracks.enforcement.ports_guardians import GuardianAnswers
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.publishing.ports import Publications

# The proof of the address can come between the read and the write, once.
TRIES = 3


@dataclass(frozen=True)
class AnswerAsGuardian:
    """Keeps the answer and applies it in one write; returns the account. Raises ConsentLinkInvalid, Unavailable."""

    guardian_consents: GuardianConsents
    answers: GuardianAnswers
    accounts: Accounts
    addresses: Addresses
    publications: Publications
    clock: Clock

    def __call__(self, token: str, decision: GuardianDecision, source_ip: str) -> str:
        """A refusal may be repeated with the same link, so that what follows from it is completed after a crash."""
        for _ in range(TRIES):
            now = self.clock.now()
            account = self._account(token)
            if decision is GuardianDecision.REFUSED and self.guardian_consents.refused(token):
                return account.id
            if account.status is not AccountStatus.AWAITING_GUARDIAN:
                raise link_invalid()
            owner = self.addresses.get(account.email, now).owner
            answer = GuardianAnswer(
                account_id=account.id,
                guardian_email=account.guardian_email or "",
                decision=decision,
                at=now,
                source_ip=source_ip,
                versions=self._versions(),
            )
            proved = owner is not None and owner.account_id == account.id
            if self.answers.give(token, account, answer, proved=proved):
                return account.id
        raise Unavailable

    def _account(self, token: str) -> Account:
        account_id = self.guardian_consents.account_of(token, self.clock.now())
        if account_id is None:
            raise link_invalid()
        try:
            return self.accounts.get(account_id)
        except AccountNotFound:  # a sign-up that was never proved expired
            raise link_invalid() from None

    def _versions(self) -> tuple[str, ...]:
        agreements, now = published_agreements(self.publications), self.clock.now()
        current = [agreements.current(each, now) for each in SIGN_UP_AGREEMENTS]
        return tuple(f"{each.id}@{each.version}" for each in current)
