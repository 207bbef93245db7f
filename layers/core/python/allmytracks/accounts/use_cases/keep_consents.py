"""A member gives and withdraws optional consents, one by one (P-15.consent)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_consents import ConsentDecisions
from allmytracks.accounts.published_consents import published_purposes
from allmytracks.accounts.rules_consents import Consent, ConsentDecision, consents_of, decide
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.publishing.ports import Publications

ATTEMPTS = 5


@dataclass(frozen=True)
class KeepConsents:
    """What an account decided, and whether data may be used for a purpose.

    `withdrawn` ends what depends on a consent, for an account's id; the rest asks `given` before each use.
    """

    accounts: Accounts
    decisions: ConsentDecisions
    publications: Publications
    clock: Clock
    withdrawn: Mapping[str, Callable[[str], None]] = field(default_factory=dict)

    def all(self, account_id: str) -> Sequence[Consent]:
        """Each purpose in force with the account's decision on it."""
        decisions = self.decisions.current(account_id)
        return consents_of(published_purposes(self.publications), decisions, self.clock.now())

    def history(self, account_id: str) -> Sequence[ConsentDecision]:
        """Every decision, oldest first."""
        return self.decisions.history(account_id)

    def given(self, account_id: str, consent_id: str) -> bool:
        """Whether the account's data may be used for a purpose now; whatever depends on a consent asks this."""
        return self.decision_to_use(account_id, consent_id) is not None

    def decision_to_use(self, account_id: str, consent_id: str) -> ConsentDecision | None:
        """The decision by which the account's data may be used for a purpose now; None where they may not.

        For a write that has to fail if the decision is another one by then.
        """
        return next(
            (each.decision for each in self.all(account_id) if each.purpose.id == consent_id and each.given), None
        )

    def decide(self, account_id: str, consent_id: str, *, given: bool, shown: str | None, source_ip: str) -> Consent:
        """Records a decision; the same again changes nothing, but ends again what depends on a withdrawn consent.

        Raises ConsentNotFound, InvalidFields, AccountFrozen (it is closed), AccountNotFound, and Unavailable where
        other decisions on it kept coming in between.
        """
        require_status(self.accounts.get(account_id), Act.CONSENT)
        consent = self._record(account_id, consent_id, given=given, shown=shown, source_ip=source_ip)
        if not given and consent_id in self.withdrawn:
            self.withdrawn[consent_id](account_id)
        return consent

    def _record(self, account_id: str, consent_id: str, *, given: bool, shown: str | None, source_ip: str) -> Consent:
        purpose = published_purposes(self.publications).current(consent_id, self.clock.now())
        for _ in range(ATTEMPTS):
            last = next((each for each in self.decisions.current(account_id) if each.id == consent_id), None)
            now = self.clock.now()
            decision = decide(Consent(purpose, last), given=given, shown=shown, now=now, source_ip=source_ip)
            if decision is None:
                return Consent(purpose, last)
            if self.decisions.record(account_id, decision, after=last):
                return Consent(purpose, decision)
        raise Unavailable("This consent is being changed elsewhere; read it and try again.")
