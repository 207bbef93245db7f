"""The record of issued links in memory, beside the downloads that it counts."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from allmytracks.downloads.rules_links import IssuedLink, download_revoked, no_links_left
from tests.fakes.downloads import MemoryDownloads


@dataclass
class MemoryIssuedLinks:
    """Issued links in memory; one lock makes count and record one write."""

    downloads: MemoryDownloads
    recorded: dict[tuple[str, str], dict[str, IssuedLink]] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def record(self, link: IssuedLink, most: int) -> None:
        with self._lock:
            key = (link.account_id, link.download_id)
            known = self.recorded.setdefault(key, {})
            if link.id in known:
                return
            download = self.downloads.get(link.account_id, link.download_id)
            if download.revoked_at:
                raise download_revoked(download.revoked_at)
            count = self.counts.get(key, 0)
            if count >= most:
                raise no_links_left(most)
            self.counts[key] = count + 1
            known[link.id] = link

    def of(self, account_id: str, download_id: str) -> Sequence[IssuedLink]:
        self.downloads.get(account_id, download_id)
        grant = self.downloads.records[account_id].grants[download_id]
        first = IssuedLink(download_id, account_id, download_id, grant.granted_at, grant.source_ip, grant.user_agent)
        later = self.recorded.get((account_id, download_id), {}).values()
        return [first, *sorted(later, key=lambda link: (link.issued_at, link.id))]

    def renew(self, account_id: str, download_id: str) -> None:
        self.downloads.get(account_id, download_id)
        self.counts.pop((account_id, download_id), None)

    def revoke(self, account_id: str, download_id: str, at: datetime) -> None:
        self.downloads.get(account_id, download_id)
        self.downloads.records[account_id].revoked.setdefault(download_id, at)
