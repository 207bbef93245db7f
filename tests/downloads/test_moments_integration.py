"""A boundary passes between any two readings of the clock within one request."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from allmytracks import wiring
from tests.factories.memberships import period
from tests.fakes.wiring import put
from tests.faults.clocks import PassingClock
from tests.faults.ledger import ZONE, breaches
from tests.faults.site import DownloadSite

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("M-A.quota")]
# More than one request reads the clock.
READINGS = 12
MIDNIGHT = datetime(2026, 11, 23, tzinfo=ZONE)
NOON = datetime(2026, 11, 22, 12, tzinfo=ZONE)


def passing(site: DownloadSite, boundary: datetime, after: int) -> None:
    site.start()
    put(wiring.services(), {"foundation.clock": PassingClock(boundary, after)})


@pytest.mark.parametrize("after", range(READINGS))
def test_midnight_between_two_readings(site: DownloadSite, after: int) -> None:
    held = period(limit=1)
    account_id = site.new_member(held)
    passing(site, MIDNIGHT, after)
    answers = [site.ask(account_id, f"key {n}", track_id=f"trk-{n}") for n in (1, 2)]
    books = site.ledger.books(account_id)
    assert breaches(books, [held]) == []
    assert len(books.records) == [answer["status"] for answer in answers].count(201)


@pytest.mark.parametrize("minutes", [(2, -2, 2), (-2, 2, -2)], ids=["ahead first", "behind first"])
def test_environments_whose_clocks_differ_at_the_days_end_grant_no_more_than_each_day_has(
    site: DownloadSite, minutes: tuple[int, ...]
) -> None:
    """One that is behind does not go back to a day that is over: it is as unavailable as it was under a fault."""
    held = period(limit=1)
    account_id = site.new_member(held)
    statuses = []
    for number, off in enumerate(minutes):
        site.clock.at = MIDNIGHT + timedelta(minutes=off)
        site.start()
        answer = site.invoke(account_id, f"key {number}", track_id=f"trk-{number + 1}")
        statuses.append(answer and answer["status"])
    books = site.ledger.books(account_id)
    assert breaches(books, [held]) == []
    assert len(books.records) == statuses.count(201)
    assert statuses == ([201, 503, 429] if minutes[0] > 0 else [201, 201, 503])


@pytest.mark.parametrize("after", range(READINGS))
def test_another_plan_between_two_readings(site: DownloadSite, after: int) -> None:
    held = [
        period(starts_at=NOON - timedelta(days=30), limit=1),
        period("business", starts_at=NOON, order_id="ord-2", limit=2),
    ]
    account_id = site.new_member(*held)
    passing(site, NOON, after)
    answers = [site.ask(account_id, f"key {n}", track_id=f"trk-{n}") for n in (1, 2)]
    books = site.ledger.books(account_id)
    assert breaches(books, held) == []
    assert len(books.records) == [answer["status"] for answer in answers].count(201)


@pytest.mark.clause("M-II.3")
@pytest.mark.parametrize("after", range(READINGS))
def test_the_end_of_the_membership_between_two_readings(site: DownloadSite, after: int) -> None:
    held = period(starts_at=NOON - timedelta(days=30))
    account_id = site.new_member(held)
    passing(site, NOON, after)
    answer = site.ask(account_id, "key")
    books = site.ledger.books(account_id)
    assert breaches(books, [held]) == []
    assert len(books.records) == (answer["status"] == 201)
    if answer["status"] != 201:
        assert answer["code"] == "membership_required"
