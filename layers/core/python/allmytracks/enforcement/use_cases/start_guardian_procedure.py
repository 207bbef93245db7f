"""An operator has a minor's guardian written to; the account waits for the answer (P-minors.contact)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from allmytracks.accounts.events import GuardianAsked
from allmytracks.accounts.ports import Accounts, GuardianConsents
from allmytracks.accounts.ports_deadlines import Deadlines
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_addresses import normal_email
from allmytracks.accounts.rules_deadlines import Deadline, DeadlineKind
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.accounts.rules_sign_ups import CONSENT_DAYS
from allmytracks.accounts.use_cases import sign_up_mails
from allmytracks.enforcement.ports_standings import Standings
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events, Mailer
from allmytracks.foundation.time_and_ids import Clock, Ids


@dataclass(frozen=True)
class StartGuardianProcedure:
    """Audited first. May be repeated: another link is sent, and the guardian has fourteen days again.

    Raises AccountNotFound, StateConflict (only an active account can begin to wait), InvalidFields, Unavailable.
    """

    accounts: Accounts
    standings: Standings
    guardian_consents: GuardianConsents
    deadlines: Deadlines
    mailer: Mailer
    events: Events
    audit: Audit
    clock: Clock
    ids: Ids
    site_url: str

    def __call__(self, account_id: str, guardian_email: str, operator: Operator) -> AccountStatus:
        """Answers the account's status. Without an answer in time the account is closed and its data are erased."""
        account = self.accounts.get(account_id)
        guardian_email = normal_email("guardian_email", guardian_email)
        if guardian_email == account.email:
            message = "This is the member's own address."
            raise InvalidFields([FieldProblem("guardian_email", "same_as_email", message)])
        self.audit(operator, "guardian_asked", account_id, Reason.LACK_OF_CAPACITY)
        now = self.clock.now()
        until = now + timedelta(days=CONSENT_DAYS)
        self.standings.await_guardian(account_id, guardian_email)
        self.deadlines.put(Deadline(account_id, DeadlineKind.GUARDIAN, until))
        token = self.ids.new("guardian")
        self.guardian_consents.ask(token, account_id, until)
        self.mailer.send(
            sign_up_mails.to_guardian(guardian_email, account.email, token, self.site_url, account.language)
        )
        self.events.publish([GuardianAsked(account_id, Reason.LACK_OF_CAPACITY, rfc3339(now), rfc3339(until))])
        return self.accounts.get(account_id).status
