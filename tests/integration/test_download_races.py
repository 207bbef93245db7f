"""Threads on one account, on the real DynamoDB: exactly the limit, whatever the order (M-A.quota)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from allmytracks.adapters.accounts import DynamoAccounts
from allmytracks.adapters.allowance_item import AllowanceItem, allowance_key, to_maps
from allmytracks.adapters.allowances import DynamoAllowances
from allmytracks.adapters.dynamodb import Table, bind
from allmytracks.adapters.links import MemoryLinkSigner
from allmytracks.adapters.publications import MemoryPublications
from allmytracks.adapters.time_and_ids import FixedClock
from allmytracks.adapters.tracks import MemoryTracks
from allmytracks.domain.allowance import AllowanceExhausted, day_at
from allmytracks.domain.downloads import Use
from allmytracks.domain.errors import Unavailable
from allmytracks.domain.tracks import Origin
from allmytracks.services.grant_download import DownloadRequest, GrantDownload
from tests.samples import NOW, account, period, plans_publication, track

ZONE = ZoneInfo("Asia/Hong_Kong")
THREADS = 64
pytestmark = pytest.mark.dynamodb


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def grant_download(accounts_table: Table, counters_table: Table, clock: FixedClock) -> GrantDownload:
    accounts = DynamoAccounts(accounts_table)
    accounts.add(account(), [])
    tracks = MemoryTracks()
    tracks.add(track(), Origin(import_id="imp-1", path="one.wav", checksums=("a",)))
    allowances = DynamoAllowances(counters_table, accounts_table)
    allowances.standing("nobody", day_at(NOW, ZONE))  # one client for all threads, made before they start
    return GrantDownload(
        allowances=allowances,
        tracks=tracks,
        accounts=accounts,
        publications=MemoryPublications([plans_publication()]),
        links=MemoryLinkSigner(),
        clock=clock,
        zone=ZONE,
    )


def give_membership(counters_table: Table, plan_id: str) -> None:
    bind(AllowanceItem, counters_table)(allowance_key("acc-1"), periods=to_maps([period(plan_id)])).save()


def ask(service: GrantDownload, key: str) -> str | None:
    """One request as a client makes it: the same again while we say that we were busy."""
    request = DownloadRequest("acc-1", key, "trk-1", "wav", Use())
    while True:
        try:
            return service(request).grant.download_id
        except AllowanceExhausted:
            return None
        except Unavailable:
            continue


@pytest.mark.clause("M-A.quota")
@pytest.mark.parametrize(("plan_id", "limit"), [("premium", 30), ("business", 50)])
def test_racing_requests_are_granted_exactly_the_limit(
    grant_download: GrantDownload, counters_table: Table, plan_id: str, limit: int
) -> None:
    give_membership(counters_table, plan_id)
    with ThreadPoolExecutor(THREADS) as threads:
        granted = list(threads.map(lambda n: ask(grant_download, f"key-{n}"), range(limit * 4)))
    assert len({each for each in granted if each}) == limit
    standing = grant_download.allowances.standing("acc-1", day_at(NOW, ZONE))
    assert standing is not None
    assert standing.used == limit


@pytest.mark.clause("M-A.quota")
def test_one_key_from_many_threads_is_one_download(grant_download: GrantDownload, counters_table: Table) -> None:
    give_membership(counters_table, "premium")
    with ThreadPoolExecutor(THREADS) as threads:
        granted = list(threads.map(lambda _: ask(grant_download, "one key"), range(64)))
    assert len(set(granted)) == 1
    standing = grant_download.allowances.standing("acc-1", day_at(NOW, ZONE))
    assert standing is not None
    assert standing.used == 1


@pytest.mark.clause("M-A.quota")
def test_a_new_day_in_the_middle_of_the_race(
    grant_download: GrantDownload, counters_table: Table, clock: FixedClock
) -> None:
    give_membership(counters_table, "premium")
    tomorrow = NOW + timedelta(days=1)

    def ask_over_midnight(n: int) -> str | None:
        if n == 60:
            clock.at = tomorrow
        return ask(grant_download, f"key-{n}")

    with ThreadPoolExecutor(THREADS) as threads:
        granted = [each for each in threads.map(ask_over_midnight, range(240)) if each]
    counts = []
    for instant in (NOW, tomorrow):
        standing = grant_download.allowances.standing("acc-1", day_at(instant, ZONE))
        assert standing is not None
        counts.append(standing.used)
    assert counts[1] == 30
    assert len(set(granted)) <= 60
