"""A fresh link to an old download; it costs nothing of the allowance."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.domain.accounts import require_active
from allmytracks.ports.accounts import Accounts
from allmytracks.ports.downloads import Downloads, Link, LinkSigner
from allmytracks.ports.time_and_ids import Clock


@dataclass(frozen=True)
class IssueLink:
    """Raises DownloadNotFound for what is not the caller's, AccountFrozen, Unavailable."""

    downloads: Downloads
    accounts: Accounts
    links: LinkSigner
    clock: Clock

    def __call__(self, account_id: str, download_id: str) -> Link:
        require_active(self.accounts.get(account_id))
        download = self.downloads.get(account_id, download_id)
        return self.links.sign(download.object_key, download.file_name, download.media_type, self.clock.now())
