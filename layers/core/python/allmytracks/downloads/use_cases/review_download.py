"""Operators look up one download and its links, renew them, or revoke it (U-II.IV.9, M-III.5.fraud)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts.rules_reasons import AGAINST, IN_FAVOUR, Reason, require_reason
from allmytracks.downloads.ports import Downloads
from allmytracks.downloads.ports_links import IssuedLinks
from allmytracks.downloads.rules import Download
from allmytracks.downloads.rules_links import IssuedLink
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.events import DownloadRevoked


class DownloadFile(Struct, frozen=True):
    """A download with the record of its links."""

    download: Download
    links: Sequence[IssuedLink]


@dataclass(frozen=True)
class ReviewDownload:
    """Each act is audited before it is done, and is idempotent. Raises DownloadNotFound, InvalidFields (reason),
    Unavailable."""

    downloads: Downloads
    issued: IssuedLinks
    events: Events
    audit: Audit
    clock: Clock

    def __call__(self, account_id: str, download_id: str, operator: Operator) -> DownloadFile:
        """The download, and to whom its links went."""
        self.audit(operator, "download_looked_up", download_id)
        return self._file(account_id, download_id)

    def renew_links(self, account_id: str, download_id: str, reason: Reason, operator: Operator) -> DownloadFile:
        """Resets its count of new links."""
        self.downloads.get(account_id, download_id)
        require_reason(reason, IN_FAVOUR)
        self.audit(operator, "download_links_renewed", download_id, reason)
        self.issued.renew(account_id, download_id)
        return self._file(account_id, download_id)

    def revoke(self, account_id: str, download_id: str, reason: Reason, operator: Operator) -> DownloadFile:
        """Issues no more links for it; issued ones expire soon. The member is notified afterwards."""
        self.downloads.get(account_id, download_id)
        require_reason(reason, AGAINST)
        self.audit(operator, "download_revoked", download_id, reason)
        self.issued.revoke(account_id, download_id, self.clock.now())
        file = self._file(account_id, download_id)
        # A retry publishes the same revocation, so that the member is notified once.
        at = rfc3339(file.download.revoked_at or self.clock.now())
        self.events.publish([DownloadRevoked(account_id, download_id, reason.value, at)])
        return file

    def _file(self, account_id: str, download_id: str) -> DownloadFile:
        return DownloadFile(self.downloads.get(account_id, download_id), self.issued.of(account_id, download_id))
