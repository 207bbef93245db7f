"""An operator has an export made for somebody who may have it: relatives of a deceased member (P-manage.deceased)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_states import StateConflict
from allmytracks.disclosures.rules import Basis, Disclosure
from allmytracks.disclosures.use_cases import KeepDisclosures
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.links import LinkSigner
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.privacy.events import DataExportRequested
from allmytracks.privacy.ports import Exports
from allmytracks.privacy.rules_exports import DAY, Export, ExportReason, ExportStatus
from allmytracks.privacy.use_cases.request_export import RequestedExport

# Whom the archive goes to, and the ground of the agreement; none where it is the member.
RECIPIENTS = {
    ExportReason.RELATIVES_REQUEST: ("close relatives of the deceased member", Basis.LAW),
    ExportReason.GUARDIAN_REQUEST: ("the member's guardian", Basis.LAW),
}
WHAT = "everything that is stored of the account, in one archive"


@dataclass(frozen=True)
class OrderExport:
    """Audited before it is done; what leaves for others is on the register of disclosures before the link is given.

    Raises AccountNotFound, StateConflict, Unavailable.
    """

    accounts: Accounts
    exports: Exports
    links: LinkSigner
    disclosures: KeepDisclosures
    events: Events
    audit: Audit
    clock: Clock

    def check(self, account_id: str) -> None:
        """Of a closed account nothing is left to give."""
        status = self.accounts.get(account_id).status
        if status is AccountStatus.CLOSED:
            raise StateConflict("This account was closed, and its data are erased.", status=status)

    def __call__(self, account_id: str, reason: ExportReason, ticket: str, operator: Operator) -> RequestedExport:
        """Begins one, or shows the latest of this day with its link; repeat it until that is ready."""
        self.check(account_id)
        self.audit(operator, "account_exported", account_id, reason)
        export = self._current(account_id)
        now = self.clock.now()
        status = export.status_at(now)
        if status is not ExportStatus.READY or export.file is None:
            self.events.publish([DataExportRequested(account_id, export.id)])
            return RequestedExport(export, status, None)
        if reason in RECIPIENTS:
            to, basis = RECIPIENTS[reason]
            made = Disclosure(account_id, export.file.made_at, to, WHAT, f"{reason}, ticket {ticket}", basis)
            self.disclosures.record(made, operator)
        return RequestedExport(export, status, self.links.sign(export.key, f"{export.id}.zip", "application/zip", now))

    def _current(self, account_id: str) -> Export:
        now, latest = self.clock.now(), self.exports.latest(account_id)
        if latest is not None and latest.file is not None and now < latest.file.made_at + DAY:
            return latest
        return self.exports.begin(account_id, now, limited=False)
