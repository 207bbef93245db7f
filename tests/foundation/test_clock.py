"""The clock has the precision in which time is stored."""

from __future__ import annotations

from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.foundation.system_time_and_ids import SystemClock


def test_an_instant_that_was_stored_is_the_same_when_it_is_read() -> None:
    for _ in range(20):
        now = SystemClock().now()
        assert parse_rfc3339(rfc3339(now)) == now
