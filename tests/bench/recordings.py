"""Recordings as they pile up: `python -m tests.bench.recordings [RECORDINGS]` (10,000 by default).

What an upload's two writes and one page of a list cost after few and after many, and removing all of them as the
sweep does. On the real DynamoDB Local; units by AWS's rule. S3 is not part of it.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable
from datetime import timedelta

from allmytracks.foundation.aws.tables import Table
from allmytracks.storage.dynamodb_recordings import DynamoRecordings, stored_item
from allmytracks.storage.rules_recordings import Recording, RecordingStatus
from allmytracks.storage.use_cases.sweep_recordings import AT_ONCE, FIRST
from tests.bench.capacity import Capacity, Meter
from tests.bench.recorder import Recorder, counted
from tests.bench.world import World, world
from tests.factories.instants import NOW

MANY = 10_000
SIZE = 40_000_000
DEVICE, PAGE, PUT_AT_ONCE = "dev-1", 50, 25
QUOTA = 1 << 60


def recording(account_id: str, number: int, status: RecordingStatus) -> Recording:
    """One of a minute, in a row of them."""
    return Recording(
        account_id=account_id,
        id=f"rec_{number:026}",
        device_id=DEVICE,
        started_at=NOW + timedelta(minutes=number),
        duration_seconds=60,
        media_type="video/mp4",
        size=SIZE,
        sha256="a" * 64,
        upload_until=NOW + timedelta(minutes=number + 60),
        status=status,
        version=None if status is RecordingStatus.AWAITING_UPLOAD else "v" * 32,
    )


def filled(table: Table, account_id: str, count: int) -> None:
    """An account with so many recordings that are kept, counted in the device's usage."""
    numbers = iter(range(count))
    while some := list(itertools.islice(numbers, PUT_AT_ONCE)):
        items = [stored_item(recording(account_id, each, RecordingStatus.KEPT)) for each in some]
        plain = [{name: value for name, value in item.items() if not name.startswith("sweep")} for item in items]
        puts = [{"PutRequest": {"Item": item}} for item in plain]
        table.client.call("BatchWriteItem", {"RequestItems": {table.name: puts}})
    usage = DynamoRecordings(table)._counting(account_id, DEVICE, count * SIZE, count)
    table.client.call("UpdateItem", usage)


def told(name: str, here: World, recorder: Recorder, work: Callable[[], None]) -> Capacity:
    """Does it, and prints calls, units and seconds."""
    before = here.contents()
    with recorder.recording() as calls:
        began = time.perf_counter()
        work()
        seconds = time.perf_counter() - began
    cost = Meter(here.schemas, before, here.contents()).capacity(calls)
    units = f"{cost.write_units} write, {cost.index_units} of indexes, {cost.read_units} read units"
    print(f"{name:36} {units}, {seconds:.2f} s, {counted(calls)}")
    return cost


def main() -> None:
    """Prints the table."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    recorder = Recorder()
    with world() as here:
        table = Table("RecordingsTable")
        recordings = DynamoRecordings(table)
        for count in (10, many):
            owner = f"owner-{count}"
            filled(table, owner, count)
            new = recording(owner, count, RecordingStatus.AWAITING_UPLOAD)

            def upload(new: Recording = new) -> None:
                assert recordings.announce(new, QUOTA) == new
                assert recordings.keep(new, "v" * 32, NOW)

            def page(owner: str = owner, count: int = count) -> None:
                found = recordings.page(owner, DEVICE, FIRST, NOW + timedelta(days=9999), limit=PAGE)
                assert len(found.items) == min(count + 1, PAGE)

            def sweep(owner: str = owner, count: int = count) -> None:
                gone = 0
                while items := recordings.page(owner, DEVICE, FIRST, NOW + timedelta(days=9999), limit=AT_ONCE).items:
                    recordings.remove(items)
                    gone += len(items)
                assert gone == count + 1

            told(f"an upload after {count:,}", here, recorder, upload)
            told(f"one page of the list after {count:,}", here, recorder, page)
            told(f"removing {count + 1:,}", here, recorder, sweep)


if __name__ == "__main__":
    main()
