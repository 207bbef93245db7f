"""64 threads and 500 requests on one account, whatever lands in between: never one more, never one lost (M-A.quota)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import cycle

import boto3
import pytest

from allmytracks import wiring
from allmytracks.catalogue.rules import Origin
from allmytracks.downloads.rules import Use
from allmytracks.downloads.use_cases.grant_download import DownloadRequest
from tests.factories.enforcement import publication as fraud_rules_publication
from tests.factories.instants import NOW
from tests.factories.memberships import period, plans_publication
from tests.factories.tracks import track
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.publishing import MemoryPublications
from tests.fakes.wiring import put
from tests.faults.injector import EVERY_FAULT, no_faults
from tests.faults.ledger import breaches
from tests.faults.races import REQUESTS, Race, Wish, wishes
from tests.faults.site import DownloadSite
from tests.faults.verdicts import after_race

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("M-A.quota")]
LIMITS = [("premium", 30), ("business", 50)]
Ask = Callable[[Wish], str]
NOON = NOW + timedelta(minutes=30)


@pytest.fixture(scope="module")
def many_tracks() -> MemoryTracks:
    tracks = MemoryTracks()
    for n in range(REQUESTS):
        tracks.add(track(f"trk-{n}"), Origin(import_id="imp-1", path=f"{n}.wav", checksums=(f"{n}",)))
    return tracks


@pytest.fixture
def ask(site: DownloadSite, many_tracks: MemoryTracks) -> Iterator[Ask]:
    """The real service; its clock and the faults of its calls are as new afterwards."""
    made = wiring.services()
    put(made, {"catalogue.tracks": many_tracks, "publishing.publications": MemoryPublications([plans_publication()])})
    grant_download = made.downloads.grant
    yield (
        lambda wish: (
            grant_download(DownloadRequest(wish.account_id, wish.key, wish.track_id, "wav", Use())).grant.download_id
        )
    )
    site.clock.at = NOW
    site.injector.expect(no_faults)


@pytest.mark.parametrize(("plan_id", "limit"), LIMITS)
def test_exactly_the_limit(site: DownloadSite, ask: Ask, plan_id: str, limit: int) -> None:
    account_id = site.new_member(period(plan_id))
    race = Race(ask)
    race.run(wishes(account_id))
    books = site.ledger.books(account_id)
    assert after_race(books, [period(plan_id)], race) == []
    assert len(books.records) == limit
    assert race.refused == {"allowance_exhausted": REQUESTS - limit}


@pytest.mark.parametrize(("plan_id", "limit"), LIMITS)
def test_exactly_the_limit_with_lost_responses(site: DownloadSite, ask: Ask, plan_id: str, limit: int) -> None:
    account_id = site.new_member(period(plan_id))
    upcoming = cycle(each for fault in EVERY_FAULT for each in (None, fault, None))
    site.injector.expect(lambda _number, operation: next(upcoming) if operation == "TransactWriteItems" else None)
    race = Race(ask)
    race.run(wishes(account_id))
    books = site.ledger.books(account_id)
    assert after_race(books, [period(plan_id)], race) == []
    assert len(books.records) == limit


def test_a_new_day_in_the_middle(site: DownloadSite, ask: Ask) -> None:
    account_id = site.new_member(period())
    race = Race(ask, act=lambda: site.clock.advance(days=1))
    race.run(wishes(account_id))
    books = site.ledger.books(account_id)
    assert after_race(books, [period()], race) == []
    assert books.counts[max(books.counts)] == 30
    assert 10 <= len(books.records) - 30 <= 30


def test_another_plan_from_noon_on(site: DownloadSite, ask: Ask) -> None:
    premium = period(starts_at=NOON - timedelta(days=30))
    held = [premium, period("business", starts_at=NOON, order_id="ord-2")]
    account_id = site.new_member(*held)
    race = Race(ask, act=lambda: site.clock.advance(minutes=30))
    race.run(wishes(account_id))
    books = site.ledger.books(account_id)
    assert after_race(books, held, race) == []
    assert len(books.records) == 50
    assert race.refused["allowance_exhausted"] == REQUESTS - 50


@pytest.mark.clause("M-II.3")
def test_the_membership_ends_in_the_middle(site: DownloadSite, ask: Ask) -> None:
    held = [period("business", starts_at=NOON - timedelta(days=30))]
    account_id = site.new_member(*held)
    race = Race(ask, act=lambda: site.clock.advance(minutes=30))
    race.run(wishes(account_id))
    books = site.ledger.books(account_id)
    assert after_race(books, held, race) == []
    assert 10 <= len(books.records) <= 50
    assert race.refused["membership_required"] > 0


def writing(site: DownloadSite, account_id: str, update: str, **values: object) -> Callable[[], int]:
    """A concurrent write of the allowance item; returns the day's count at that instant."""

    def write() -> int:
        client = boto3.client("dynamodb", endpoint_url=site.address)
        item = client.update_item(
            TableName=site.tables["counters_table"].name,
            Key={"pk": {"S": f"ALLOWANCE#{account_id}"}},
            UpdateExpression=update,
            ExpressionAttributeValues={f":{name}": value for name, value in values.items()},  # type: ignore[misc]
            ReturnValues="ALL_NEW",
        )["Attributes"]
        client.close()
        return sum(int(each["N"]) for name, each in item.items() if name[0] == "d" and name[1:].isdecimal())

    return write


@pytest.mark.parametrize(
    ("update", "values", "code"),
    [
        pytest.param(
            "SET restricted_until = :until",
            {"until": {"N": str(int(NOON.timestamp()))}},
            "account_restricted",
            id="a restriction",
            marks=pytest.mark.clause("M-III.5.fraud"),
        ),
        pytest.param(
            "SET standing = :banned",
            {"banned": {"S": "banned"}},
            "account_frozen",
            id="a ban",
            marks=pytest.mark.clause("M-V.2"),
        ),
        pytest.param(
            "SET periods = :none",
            {"none": {"L": []}},
            "membership_required",
            id="a refund",
            marks=pytest.mark.clause("M-II.3"),
        ),
    ],
)
def test_what_lands_in_the_middle_holds_from_its_write_on(
    site: DownloadSite, ask: Ask, update: str, values: dict[str, object], code: str
) -> None:
    account_id = site.new_member(period("business"))
    counted: list[int] = []
    write = writing(site, account_id, update, **values)
    race = Race(ask, act=lambda: counted.append(write()))
    race.run(wishes(account_id, 200))
    books = site.ledger.books(account_id)
    assert after_race(books, [period("business")], race) == []
    assert counted == [len(books.records)]
    assert race.refused[code] > 0


def test_one_key_from_all_threads_is_one_download(site: DownloadSite, ask: Ask) -> None:
    account_id = site.new_member(period())
    race = Race(ask)
    race.run([Wish(account_id, "one key", "trk-1")] * 128)
    books = site.ledger.books(account_id)
    assert after_race(books, [period()], race) == []
    assert (len(books.records), len(race.granted)) == (1, 128)


def test_one_key_for_many_tracks_is_one_download(site: DownloadSite, ask: Ask) -> None:
    account_id = site.new_member(period())
    race = Race(ask)
    race.run([Wish(account_id, "one key", f"trk-{n}") for n in range(128)])
    books = site.ledger.books(account_id)
    assert after_race(books, [period()], race) == []
    assert len(books.records) == 1
    assert race.refused == {"idempotency_key_reused": 127}


@pytest.mark.clause("M-IV")
def test_accounts_that_race_side_by_side_count_apart(site: DownloadSite, ask: Ask) -> None:
    premium, business = site.new_member(period()), site.new_member(period("business"))
    asked = [wish for pair in zip(wishes(premium, 150), wishes(business, 150), strict=True) for wish in pair]
    race = Race(ask)
    race.run(asked)
    books = [site.ledger.books(premium), site.ledger.books(business)]
    assert [breaches(each, [held]) for each, held in zip(books, [period(), period("business")], strict=True)] == [
        [],
        [],
    ]
    assert [len(each.records) for each in books] == [30, 50]


@pytest.mark.clause("M-III.5.fraud")
def test_the_slow_down_is_exact_as_well(site: DownloadSite, ask: Ask) -> None:
    """20 in ten minutes as the rules are shipped, then what the day still has."""
    wiring.services().publishing.publications.publish(fraud_rules_publication())
    account_id = site.new_member(period())
    asked = wishes(account_id, 300)
    first, later = Race(ask), Race(ask)
    first.run(asked[:150])
    site.clock.advance(minutes=10)
    later.run(asked[150:])
    books = site.ledger.books(account_id)
    assert breaches(books, [period()]) == []
    assert (len(first.granted), first.refused) == (20, {"downloading_too_fast": 130})
    assert (len(later.granted), later.refused) == (10, {"allowance_exhausted": 140})
