"""Records that mail fails, and lets it go again (U-VIII: the inbox serves meanwhile)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import AccountNotFound, AccountStatus
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.paging import Page
from allmytracks.notices.ports_delivery import MailFailures
from allmytracks.notices.rules_delivery import MailFailure, MailNotFailing, ResumingReason


@dataclass(frozen=True)
class KeepMailFailures:
    """What the mail service reports, for the accounts that are still open."""

    failures: MailFailures
    accounts: Accounts
    audit: Audit

    def __call__(self, failure: MailFailure) -> None:
        """Records a failure. Idempotent. Raises Unavailable."""
        try:
            if self.accounts.get(failure.account_id).status is AccountStatus.CLOSED:
                return  # it gets no mail any more, and nothing may be stored of it again
        except AccountNotFound:
            return
        self.failures.record(failure)

    def page(self, operator: Operator, *, limit: int, cursor: str | None) -> Page[MailFailure]:
        """All accounts whose mail fails, the latest first. Raises InvalidFields (cursor)."""
        self.audit(operator, "mail_failures_listed", "all")
        return self.failures.page(limit=limit, cursor=cursor)

    def resume(self, account_id: str, reason: ResumingReason, operator: Operator) -> MailFailure:
        """Lets mail go to an account again. Raises MailNotFailing."""
        failure = self.failures.get(account_id)
        if failure is None:
            raise MailNotFailing("Mail goes to this account: no failure of it is on record.")
        self.audit(operator, "mail_resumed", account_id, reason.value)
        self.failures.remove(account_id)
        return failure
