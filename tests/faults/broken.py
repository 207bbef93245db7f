"""Wrong implementations of a grant, each with one classic mistake, beside a right one; in memory, made to be caught."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allmytracks.downloads.rules_allowance import AllowanceExhausted, day_at
from allmytracks.foundation.errors import DomainError, IdempotencyKeyReused, Unavailable
from allmytracks.memberships.rules import Period, period_at
from tests.factories.instants import NOW
from tests.fakes.foundation import FixedClock
from tests.faults.injector import FallibleCalls, Killed
from tests.faults.ledger import ZONE, Books, Record
from tests.faults.races import Wish


@dataclass
class Member:
    """The stored items of one account."""

    periods: tuple[Period, ...]
    records: list[Record] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)
    keys: dict[str, Record] = field(default_factory=dict)
    day: int = 0


class Rightly:
    """One write counts and records, both or neither; the site and its ledger in one."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOW)
        self.injector = FallibleCalls()
        self.members: dict[str, Member] = {}
        self.resume = threading.Event()
        self._stopped = threading.Event()
        self._lock = threading.RLock()

    @property
    def ledger(self) -> Rightly:
        return self

    def books(self, account_id: str) -> Books:
        return Books(self.members[account_id].records, self.members[account_id].counts)

    def new_member(self, *periods: Period) -> str:
        account_id = f"acc-{len(self.members)}"
        self.members[account_id] = Member(periods)
        return account_id

    def start(self) -> None:
        """Nothing is kept between requests."""

    def ask(self, account_id: str, key: str, **form: object) -> dict[str, Any]:
        member = self.members[account_id]
        while True:
            known = key in member.keys
            try:
                record = self.grant(Wish(account_id, key, str(form.get("track_id", "trk-1"))))
            except (Unavailable, Killed):
                continue
            except DomainError as refusal:
                return {"status": 409, "code": refusal.code}
            used = member.counts[self.today(record.granted_at)]
            return {"status": 200 if known else 201, "download_id": record.download_id, "allowance": {"used": used}}

    def name(self, wish: Wish) -> str:
        return self.grant(wish).download_id

    def grant(self, wish: Wish) -> Record:
        return self.injector.send("TransactWriteItems", lambda: self.granted(wish))

    def granted(self, wish: Wish) -> Record:
        with self._lock:
            member, now = self.members[wish.account_id], self.clock.now()
            if wish.key in member.keys:
                return self.repeated(wish)
            self.require_room(member, member.counts.get(self.today(now), 0), now)
            self.count(member, now)
            return self.record(member, wish, now)

    def repeated(self, wish: Wish) -> Record:
        known = self.members[wish.account_id].keys[wish.key]
        if known.track_id != wish.track_id:
            raise IdempotencyKeyReused("Another track.")
        return known

    def today(self, now: datetime) -> int:
        return day_at(now, ZONE).number

    def require_room(self, member: Member, used: int, now: datetime) -> None:
        period = period_at(member.periods, now)
        if period is None or used >= period.daily_limit:
            raise AllowanceExhausted("No more.", until=day_at(now, ZONE).ends_at)

    def count(self, member: Member, now: datetime) -> None:
        with self._lock:
            member.counts[self.today(now)] = member.counts.get(self.today(now), 0) + 1

    def record(self, member: Member, wish: Wish, now: datetime) -> Record:
        with self._lock:
            made = Record(f"{wish.account_id} {wish.key} {len(member.records)}", wish.track_id, now)
            member.records.append(made)
            member.keys[wish.key] = made
            return made

    def stop_the_first(self) -> None:
        """Blocks the first thread that arrives here until `resume`, as any scheduler may."""
        with self._lock:
            first = not self._stopped.is_set()
            self._stopped.set()
        if first:
            self.resume.wait()


class ChecksThenWrites(Rightly):
    """Reads the count, decides, and writes without a condition."""

    def grant(self, wish: Wish) -> Record:
        member, now = self.members[wish.account_id], self.clock.now()
        self.require_room(member, member.counts.get(self.today(now), 0), now)
        self.stop_the_first()
        self.count(member, now)
        return self.record(member, wish, now)


class ResetsAtMidnight(Rightly):
    """One counter for all days, reset by the first request that sees another day."""

    def grant(self, wish: Wish) -> Record:
        member, now = self.members[wish.account_id], self.clock.now()
        if member.day != self.today(now):
            self.stop_the_first()
            member.day = self.today(now)
            member.counts[member.day] = 0
        return self.granted(wish)


class CountsFirst(Rightly):
    """Counts in one call and records, with the link, in the next."""

    def grant(self, wish: Wish) -> Record:
        member, now = self.members[wish.account_id], self.clock.now()
        if wish.key in member.keys:
            return self.repeated(wish)
        self.require_room(member, member.counts.get(self.today(now), 0), now)
        self.injector.send("UpdateItem", lambda: self.count(member, now))
        return self.injector.send("PutItem", lambda: self.record(member, wish, now))


class TrustsTheKey(Rightly):
    """Treats a known key as the same request."""

    def repeated(self, wish: Wish) -> Record:
        return self.members[wish.account_id].keys[wish.key]


class ForgetsTheKey(Rightly):
    """Grants whatever comes, a repeated request as well."""

    def granted(self, wish: Wish) -> Record:
        with self._lock:
            self.members[wish.account_id].keys.pop(wish.key, None)
            return super().granted(wish)


class ReadsTheClockTwice(Rightly):
    """The record's instant is another reading of the clock than the counted day's."""

    def record(self, member: Member, wish: Wish, now: datetime) -> Record:  # noqa: ARG002 - the mistake
        return super().record(member, wish, self.clock.now())
