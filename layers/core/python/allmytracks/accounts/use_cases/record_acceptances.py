"""Acceptances of agreements after the sign-up: declared by the member, or by use (U-I.3, M-0.precedence)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.published_agreements import published_agreements
from allmytracks.accounts.rules import Acceptance
from allmytracks.accounts.rules_agreements import Accepted, accepted_by_use, require_current
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.publishing.ports import Publications


@dataclass(frozen=True)
class RecordAcceptances:
    """Evidence is kept once for each version: what comes later changes nothing."""

    accounts: Accounts
    publications: Publications
    clock: Clock

    def declared(self, account_id: str, accepted: Accepted, source_ip: str) -> Acceptance:
        """The evidence on record.

        Raises AgreementNotFound, InvalidFields where the version is not the current one, AccountFrozen (it is closed).
        """
        require_status(self.accounts.get(account_id), Act.CONSENT)
        agreements = published_agreements(self.publications)
        needed, now = (accepted.agreement,), self.clock.now()
        evidence = require_current([accepted], agreements, needed, now, source_ip, "version")
        self.accounts.record_acceptances(account_id, evidence)
        return next(
            each
            for each in self.accounts.acceptances(account_id)
            if (each.agreement, each.version) == (accepted.agreement, accepted.version)
        )

    def by_use(self, account_id: str, source_ip: str) -> None:
        """A session that begins or goes on accepts the versions now in force of what the member had accepted."""
        known = self.accounts.acceptances(account_id)
        agreements = published_agreements(self.publications)
        self.accounts.record_acceptances(account_id, accepted_by_use(known, agreements, self.clock.now(), source_ip))
