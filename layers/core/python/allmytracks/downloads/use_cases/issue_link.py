"""A fresh link to an old download; it costs nothing of the allowance."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts, Restrictions
from allmytracks.accounts.rules_states import Act, require_may
from allmytracks.downloads.ports import Downloads
from allmytracks.downloads.use_cases.record_link import LinkRequest, RecordLink
from allmytracks.foundation.links import Link, LinkSigner
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class IssueLink:
    """Raises DownloadNotFound for what is not the caller's, DownloadNotPaid, DownloadRevoked, NoLinksLeft,
    AccountRestricted, the refusals of accounts that are not active, and Unavailable.
    """

    downloads: Downloads
    accounts: Accounts
    restrictions: Restrictions
    record: RecordLink
    links: LinkSigner
    clock: Clock

    def __call__(self, request: LinkRequest) -> Link:
        now = self.clock.now()
        account = self.accounts.get(request.account_id)
        require_may(account, Act.LINK, self.restrictions.restriction(account.id), now)
        download = self.downloads.get(request.account_id, request.download_id)
        # Signing does no I/O; the link is recorded before it is returned.
        link = self.links.sign(download.object_key, download.file_name, download.media_type, now)
        self.record(request, now)
        return link
