"""The one write that grants a download (design, section 6.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from allmytracks.downloads.rules import Grant
from allmytracks.downloads.rules_allowance import Counted, Day, Standing
from allmytracks.enforcement.rules_fraud import Burst


class Terms(Struct, frozen=True):
    """The conditions of a grant.

    The period at `period_index` must have been bought under one of `permitting`. `burst` is the slow-down in force;
    None switches it off. `expected` is the presumed count and limit of the day: the grant is conditional on them, so
    that the count after it is known without reading; None sets no such condition.
    """

    permitting: Sequence[str]
    period_index: int = 0
    burst: Burst | None = None
    expected: Counted | None = None


class NotGranted(Struct, frozen=True):
    """Why the write was refused: what the items held at that instant.

    `existing` is the download with this id, if any, revoked at `revoked_at` if it was; `standing` is the allowance as
    it was, None where the account has none or its condition held; `key_used`: the request's Idempotency-Key was used
    for a grant of today or yesterday.
    """

    existing: Grant | None
    standing: Standing | None
    key_used: bool = False
    revoked_at: datetime | None = None


class Allowances(Protocol):
    """The daily allowances of all accounts."""

    def grant(self, grant: Grant, terms: Terms, day: Day, now: datetime) -> NotGranted | None:
        """Counts one download and records it, both or neither; returns None where it is granted.

        Granted only if the account is active and not restricted, the period covers `now` and was bought under
        permitting terms, the day's count is below its limit, no later day was counted, fewer than the burst's downloads
        were granted in its minutes, the Idempotency-Key granted nothing today or yesterday, and no download has this
        id. Raises Unavailable; the same call may be retried.
        """
        ...

    def standing(self, account_id: str, day: Day) -> Standing | None:
        """The account's allowance as it is now, consistently read. Raises Unavailable."""
        ...


class KnownCounts(Protocol):
    """This process's cache of the day's counts."""

    def expected(self, account_id: str, day: Day) -> Counted | None:
        """The account's probable count and limit; None where a guess would cost more than it saves."""
        ...

    def learn(self, account_id: str, day: Day, counted: Counted, *, right: bool | None) -> None:
        """Stores the present values, and whether the expected ones were right (None where there were none)."""
        ...
