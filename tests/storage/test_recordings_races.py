"""Many recordings of one device at the same moment, on the real DynamoDB Local."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from allmytracks.foundation.aws.tables import Table
from allmytracks.storage.dynamodb_recordings import DynamoRecordings
from allmytracks.storage.rules_recordings import Recording, Usage, recording_of
from tests.factories.instants import NOW
from tests.factories.storage import CONTENT, announcement

pytestmark = pytest.mark.dynamodb
THREADS, ROOM = 16, 10


def recording(number: int) -> Recording:
    return recording_of("acc-1", "dev_1", announcement(NOW - timedelta(minutes=number)), NOW)


def test_the_fair_use_of_a_device_is_exact_and_removals_at_once_count_once(recordings_table: Table) -> None:
    store = DynamoRecordings(recordings_table)
    wanted = [recording(number) for number in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        stored = list(pool.map(lambda each: store.announce(each, ROOM * len(CONTENT)), wanted))
    held = [each for each in stored if each is not None]
    assert len(held) == ROOM
    assert store.usage("acc-1", "dev_1") == Usage(ROOM * len(CONTENT), ROOM)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: store.remove(held), range(4)))
    assert store.usage("acc-1", "dev_1") == Usage(0, 0)


def test_a_file_that_is_told_of_many_times_is_kept_once(recordings_table: Table) -> None:
    store = DynamoRecordings(recordings_table)
    store.announce(recording(1), 1000)
    with ThreadPoolExecutor(THREADS) as pool:
        kept = list(pool.map(lambda version: store.keep(recording(1), str(version), NOW), range(THREADS)))
    assert kept.count(True) == 1
    assert store.get("acc-1", recording(1).id).version == str(kept.index(True))
