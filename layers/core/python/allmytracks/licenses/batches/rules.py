"""License batches: downloads of many tracks for one use, each counted, each with its own letter (M-III.8.default)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct, field

from allmytracks.accounts.rules_end_users import DesignatedUser, Licensee
from allmytracks.downloads.rules import Use
from allmytracks.enforcement.rules_fraud import FraudRules, Suspicion
from allmytracks.foundation.errors import NotFound
from allmytracks.licenses.rules import Language

# More than any plan's day, and little enough for one item of the table.
MOST_TRACKS = 100
# Downloads of one pass of the worker: what its time allows with a wide margin.
MOST_IN_A_PASS = 20
# One pass at a time: a lease as long as the worker's time-out.
LONGEST_PASS = timedelta(minutes=2)
# SQS delays a message by no more.
LONGEST_PAUSE = timedelta(minutes=15)
# Single downloads that a member may make beside a pass, before the watch of fast downloads opens a case.
LEFT_TO_THE_MEMBER = 2


class BatchStatus(StrEnum):
    """The status of a batch."""

    PENDING = "pending"
    DONE = "done"


class BatchNotFound(NotFound):
    """The caller has no such batch, or it expired."""

    code = "license_batch_not_found"


class Wish(Struct, frozen=True):
    """What a member asks for: these tracks for this use, each licensed to this licensee, and from where."""

    tracks: tuple[str, ...]
    rendition: str
    use: Use
    licensee: Licensee
    designated_user: DesignatedUser | None = None
    language: Language = Language.ENGLISH
    platform_name: str | None = None
    channel: str | None = None
    source_ip: str = ""
    user_agent: str = ""


class Outcome(Struct, frozen=True):
    """What became of one track: its download and the number of its letter, or the code and text of the refusal.

    A track may have a download and a refusal: it was counted, and then could not be licensed.
    """

    download_id: str | None = None
    number: str | None = None
    code: str | None = None
    detail: str | None = None


class LicenseBatch(Struct, frozen=True):
    """A requested batch, with the outcomes so far by track; while it waits for the slow-down, until when,
    and while a pass works on it, until when that has it for itself.
    """

    id: str
    account_id: str
    wish: Wish
    requested_at: datetime
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    waits_until: datetime | None = None
    leased_until: datetime | None = None

    @property
    def open(self) -> tuple[str, ...]:
        """The tracks without an outcome, in the order requested."""
        return tuple(track_id for track_id in self.wish.tracks if track_id not in self.outcomes)

    @property
    def status(self) -> BatchStatus:
        return BatchStatus.PENDING if self.open else BatchStatus.DONE


class BatchName(Struct, frozen=True):
    """What a message of the queue says: which batch of whom."""

    account_id: str
    batch_id: str


class Pace(Struct, frozen=True):
    """How many downloads one pass makes, and the pause until the next."""

    tracks: int
    pause: timedelta


def batch_id_for(account_id: str, idempotency_key: str) -> str:
    """Deterministic: the same key of an account always gives the same batch."""
    return f"batch_{hashlib.sha256(f'{account_id} {idempotency_key}'.encode()).hexdigest()[:26]}"


def pace_under(rules: FraudRules | None) -> Pace:
    """As fast as a batch may be without opening a case against its own member (M-III.5.fraud)."""
    watch = rules.watches.get(Suspicion.TOO_FAST) if rules else None
    if watch is None:
        return Pace(MOST_IN_A_PASS, timedelta())
    tracks = min(MOST_IN_A_PASS, max(1, min(watch.case, watch.restrict) - LEFT_TO_THE_MEMBER))
    return Pace(tracks, min(timedelta(minutes=watch.minutes), LONGEST_PAUSE))
