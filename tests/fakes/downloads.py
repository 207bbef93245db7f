"""Downloads and allowances in memory: one store, because one write touches both."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from allmytracks.downloads.dynamodb import start_of, to_download
from allmytracks.downloads.ports_allowances import NotGranted, Terms
from allmytracks.downloads.rules import (
    Download,
    DownloadNotFound,
    Grant,
    Use,
    download_id_for,
)
from allmytracks.downloads.rules_allowance import Counted, Day, Standing
from allmytracks.enforcement.rules_fraud import Burst
from allmytracks.foundation.paging import Page, make_cursor
from allmytracks.memberships.rules import Period

NEVER = datetime.fromtimestamp(0, UTC)


@dataclass
class AccountRecord:
    """What memory keeps of one account."""

    standing: str = "active"
    restricted_until: datetime = NEVER
    restriction: str | None = None
    periods: tuple[Period, ...] = ()
    newest_day: int = 0
    counts: dict[int, int] = field(default_factory=dict)
    keys: dict[int, set[str]] = field(default_factory=dict)
    recent: list[datetime] = field(default_factory=list)
    grants: dict[str, Grant] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    licenses: dict[str, str] = field(default_factory=dict)
    revoked: dict[str, datetime] = field(default_factory=dict)


@dataclass
class MemoryDownloads:
    """Both ports, Downloads and Allowances."""

    records: dict[str, AccountRecord] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def set_periods(self, account_id: str, periods: Sequence[Period]) -> None:
        """What the payments' fold writes."""
        self.records.setdefault(account_id, AccountRecord()).periods = tuple(periods)

    def bind_use(self, account_id: str, download_id: str, use: Use, license_number: str) -> None:
        """What issuing a licence writes."""
        record = self.records[account_id]
        record.grants[download_id] = replace(record.grants[download_id], use=use)
        name = download_id_for(account_id, record.grants[download_id].track_id, use)
        if name not in record.grants:
            record.aliases.setdefault(name, download_id)
        record.licenses[download_id] = license_number

    def grant(self, grant: Grant, terms: Terms, day: Day, now: datetime) -> NotGranted | None:
        with self._lock:
            record = self.records.get(grant.account_id)
            if record is None:
                return NotGranted(None, None)
            name = record.aliases.get(grant.download_id, grant.download_id)
            existing = record.grants.get(name)
            key_used = any(grant.key_hash in record.keys.get(number, ()) for number in (day.number, day.number - 1))
            may = not key_used and _may(record, terms, day, now)
            if existing or not may:
                return NotGranted(existing, None if may else _standing(record, day), key_used, record.revoked.get(name))
            record.counts[day.number] = record.counts.get(day.number, 0) + 1
            record.newest_day = day.number
            record.keys.setdefault(day.number, set()).add(grant.key_hash)
            if terms.burst:
                record.recent = [_whole(now), *record.recent][: terms.burst.downloads]
            record.grants[grant.download_id] = grant
            return None

    def standing(self, account_id: str, day: Day) -> Standing | None:
        record = self.records.get(account_id)
        return _standing(record, day) if record else None

    def get(self, account_id: str, download_id: str) -> Download:
        record = self.records.get(account_id)
        if record is None or download_id not in record.grants:
            raise DownloadNotFound("You have no such download.")
        return _download(record, record.grants[download_id])

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Download]:
        record = self.records.get(account_id, AccountRecord())
        newest_first = sorted(record.grants.values(), key=_place, reverse=True)
        if cursor:
            after = start_of(account_id, cursor)["timeline_at"]["S"]
            newest_first = [grant for grant in newest_first if _place(grant) < after]
        shown = newest_first[:limit]
        downloads = [_download(record, grant) for grant in shown]
        more = len(newest_first) > limit
        return Page(downloads, make_cursor(_place(shown[-1]), shown[-1].download_id) if more else None)

    def cursor_after(self, download: Download) -> str:
        return make_cursor(_place(self.records[download.account_id].grants[download.id]), download.id)


def _download(record: AccountRecord, grant: Grant) -> Download:
    name = grant.download_id
    return to_download(grant, record.periods, record.licenses.get(name), record.revoked.get(name))


def _place(grant: Grant) -> str:
    return f"{grant.granted_at.isoformat()}#{grant.download_id}"


def _whole(instant: datetime) -> datetime:
    """Instants are kept in whole seconds."""
    return instant.replace(microsecond=0)


def _may(record: AccountRecord, terms: Terms, day: Day, now: datetime) -> bool:
    if terms.period_index >= len(record.periods):
        return False
    period = record.periods[terms.period_index]
    used = record.counts.get(day.number, 0)
    return (
        record.standing == "active"
        and record.restricted_until <= now
        and period.covers(now)
        and period.terms_id in terms.permitting
        and used < period.daily_limit
        and record.newest_day <= day.number
        and terms.expected in {None, Counted(used, period.daily_limit)}
        and not _too_fast(record, terms.burst, now)
    )


def _too_fast(record: AccountRecord, burst: Burst | None, now: datetime) -> bool:
    if burst is None or len(record.recent) < burst.downloads:
        return False
    return record.recent[burst.downloads - 1] + timedelta(minutes=burst.minutes) > _whole(now)


def _standing(record: AccountRecord, day: Day) -> Standing:
    return Standing(
        standing=record.standing,
        restricted_until=record.restricted_until,
        periods=record.periods,
        used=record.counts.get(day.number, 0),
        newest_day=record.newest_day,
        restriction=record.restriction,
        recent=tuple(record.recent),
    )
