"""A fresh link to an old download: it costs nothing of the allowance, is on record, and there are only so many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allmytracks.domain.accounts import require_active
from allmytracks.domain.allowance import AccountRestricted
from allmytracks.domain.cases import new_case
from allmytracks.domain.links import LINKS_EXHAUSTED, LINKS_PER_DOWNLOAD, IssuedLink, NoLinksLeft
from allmytracks.ports.accounts import Accounts
from allmytracks.ports.cases import Cases
from allmytracks.ports.downloads import Downloads, Link, LinkSigner
from allmytracks.ports.links import IssuedLinks
from allmytracks.ports.publications import Publications
from allmytracks.ports.standings import Standings
from allmytracks.ports.time_and_ids import Clock, Ids
from allmytracks.services import published


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """A member asks for a link to a download, from this address and device."""

    account_id: str
    download_id: str
    source_ip: str
    user_agent: str


@dataclass(frozen=True)
class IssueLink:
    """Raises DownloadNotFound for what is not the caller's, DownloadRevoked, NoLinksLeft (an operator gets a case),
    AccountRestricted, the refusals of accounts that are not active, and Unavailable.
    """

    downloads: Downloads
    accounts: Accounts
    standings: Standings
    issued: IssuedLinks
    cases: Cases
    publications: Publications
    links: LinkSigner
    clock: Clock
    ids: Ids

    def __call__(self, request: LinkRequest) -> Link:
        now = self.clock.now()
        require_active(self.accounts.get(request.account_id))
        self._require_unrestricted(request.account_id, now)
        download = self.downloads.get(request.account_id, request.download_id)
        # Signing is arithmetic; nobody sees the link before it is on record.
        link = self.links.sign(download.object_key, download.file_name, download.media_type, now)
        self._record(request, now)
        return link

    def _require_unrestricted(self, account_id: str, now: datetime) -> None:
        restriction = self.standings.restriction(account_id)
        if restriction and restriction.until > now:
            raise AccountRestricted(
                "Downloads of this account are restricted for a while.",
                until=restriction.until,
                reason=restriction.reason,
            )

    def _record(self, request: LinkRequest, now: datetime) -> None:
        account_id, download_id = request.account_id, request.download_id
        rules = published.fraud_rules(self.publications, now)
        most = rules.links_per_download if rules else LINKS_PER_DOWNLOAD
        link_id = self.ids.new("link")
        record = IssuedLink(link_id, account_id, download_id, now, request.source_ip, request.user_agent)
        try:
            self.issued.record(record, most)
        except NoLinksLeft:
            self.cases.open(new_case(account_id, LINKS_EXHAUSTED, now, {"download_id": download_id, "limit": most}))
            raise
