"""One more link to the guardian, where the first one was lost or has ended (U-II.I, M-0.minor)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from allmytracks.accounts.ports import Accounts, GuardianConsents
from allmytracks.accounts.ports_deadlines import Deadlines
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_deadlines import Deadline, DeadlineKind
from allmytracks.accounts.rules_sign_ups import CONSENT_DAYS
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.accounts.use_cases import sign_up_mails
from allmytracks.foundation.errors import Conflict
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.throttling.rules import SIGN_UP_MAILS, subject_of
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.foundation.time_and_ids import Clock, Ids


class NoGuardianAwaited(Conflict):
    """The account waits for no guardian's consent."""

    code = "no_guardian_awaited"


@dataclass(frozen=True)
class AskGuardian:
    """Mails the guardian on record, whom a second request cannot change; earlier links stay valid.

    Raises NoGuardianAwaited, AccountNotVerified, AccountFrozen, LimitReached, Unavailable.
    """

    accounts: Accounts
    guardian_consents: GuardianConsents
    deadlines: Deadlines
    mailer: Mailer
    throttle: Throttle
    clock: Clock
    ids: Ids
    site_url: str

    def __call__(self, account_id: str) -> None:
        account = self.accounts.get(account_id)
        require_status(account, Act.ASK_GUARDIAN)
        guardian_email = account.guardian_email
        if account.status is not AccountStatus.AWAITING_GUARDIAN or guardian_email is None:
            raise NoGuardianAwaited("This account does not wait for a guardian's consent.")
        self.throttle.count(SIGN_UP_MAILS, subject_of(guardian_email))
        token = self.ids.new("guardian")
        until = self.clock.now() + timedelta(days=CONSENT_DAYS)
        self.guardian_consents.ask(token, account_id, until)
        if self.deadlines.get(account_id, DeadlineKind.GUARDIAN) is not None:  # the address is proved
            self.deadlines.put(Deadline(account_id, DeadlineKind.GUARDIAN, until))
        self.mailer.send(
            sign_up_mails.to_guardian(guardian_email, account.email, token, self.site_url, account.language)
        )
