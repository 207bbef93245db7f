"""Recording a new link to an old download before it is returned (U-II.IV.9).

A download has a limited number, and none once its payment was returned (M-II.8).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from allmytracks.downloads.ports import Downloads
from allmytracks.downloads.ports_links import IssuedLinks
from allmytracks.downloads.rules_links import LINKS_EXHAUSTED, LINKS_PER_DOWNLOAD, IssuedLink, NoLinksLeft
from allmytracks.downloads.rules_payments import require_kept_payment
from allmytracks.enforcement.ports_cases import Cases
from allmytracks.enforcement.published import published_fraud_rules
from allmytracks.enforcement.rules_cases import new_case
from allmytracks.foundation.time_and_ids import Ids
from allmytracks.payments.ports import Orders
from allmytracks.publishing.ports import Publications


class LinkRequest(Struct, frozen=True):
    """A member asks for a link to a download, from this address and device."""

    account_id: str
    download_id: str
    source_ip: str
    user_agent: str


def most_links(publications: Publications, now: datetime) -> int:
    """How many new links a download has by the anti-fraud rules in force."""
    rules = published_fraud_rules(publications, now)
    return rules.links_per_download if rules else LINKS_PER_DOWNLOAD


@dataclass(frozen=True)
class RecordLink:
    """Raises DownloadNotFound, DownloadNotPaid, DownloadRevoked, NoLinksLeft (an operator gets a case), Unavailable."""

    downloads: Downloads
    orders: Orders
    issued: IssuedLinks
    cases: Cases
    publications: Publications
    ids: Ids

    def __call__(self, request: LinkRequest, now: datetime) -> None:
        account_id, download_id = request.account_id, request.download_id
        require_kept_payment(self.orders.get(account_id, self.downloads.get(account_id, download_id).order_id))
        most = most_links(self.publications, now)
        link_id = self.ids.new("link")
        link = IssuedLink(link_id, account_id, download_id, now, request.source_ip, request.user_agent)
        try:
            self.issued.record(link, most)
        except NoLinksLeft:
            self.cases.open(new_case(account_id, LINKS_EXHAUSTED, now, {"download_id": download_id, "limit": most}))
            raise
