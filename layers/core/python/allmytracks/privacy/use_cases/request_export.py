"""A member asks for everything that is stored of the account, and fetches it."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.foundation.links import Link, LinkSigner
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.privacy.events import DataExportRequested
from allmytracks.privacy.ports import Exports
from allmytracks.privacy.rules_exports import Export, ExportStatus


class RequestedExport(Struct, frozen=True):
    """The export, and a link to its file where that is ready."""

    export: Export
    status: ExportStatus
    link: Link | None


@dataclass(frozen=True)
class RequestExport:
    """Everything here is the caller's own. Raises Unavailable."""

    accounts: Accounts
    exports: Exports
    links: LinkSigner
    events: Events
    clock: Clock

    def __call__(self, account_id: str) -> RequestedExport:
        """Asks for one; while one is pending, it is that one. Raises AccountFrozen, ExportsExhausted."""
        require_status(self.accounts.get(account_id), Act.EXPORT)
        export = self.exports.begin(account_id, self.clock.now())
        if export.is_pending:
            # Repeated with each request: the first one may have crashed after its write.
            self.events.publish([DataExportRequested(account_id, export.id)])
        return self._told(export)

    def get(self, account_id: str, export_id: str) -> RequestedExport:
        """The export with its status, and a new link. Raises AccountFrozen, ExportNotFound."""
        require_status(self.accounts.get(account_id), Act.EXPORT)
        return self._told(self.exports.get(account_id, export_id))

    def _told(self, export: Export) -> RequestedExport:
        now = self.clock.now()
        status = export.status_at(now)
        link = None
        if status is ExportStatus.READY:
            link = self.links.sign(export.key, f"{export.id}.zip", "application/zip", now)
        return RequestedExport(export, status, link)
