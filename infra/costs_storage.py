"""What a device's cloud storage costs in a month, as a section of docs/costs.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from allmytracks.storage.dynamodb_recordings import stored_item
from allmytracks.storage.rules_recordings import Recording, RecordingStatus
from infra.capacity_units import item_size, write_units

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
DAYS = 30
# Megabytes of a second of video: 1 Mbit/s, a doorbell's 1080p in H.265.
MEGABYTES_A_SECOND = 0.125
FUNCTION_GB = 1.0
# Of announcing, and of recording an arrival: billed, mostly waiting for DynamoDB.
MILLISECONDS = 25
# An arrival's: sent by S3, received and deleted.
QUEUE_REQUESTS = 3
# Reads of an announcement: account, restriction, device, its cover's facts; of an arrival: the recording and the cover.
READS = 7


@dataclass(frozen=True, slots=True)
class Device:
    """How much a device records: recordings a day of so many seconds, kept for so many days."""

    name: str
    recordings: int
    seconds: int
    retention_days: int

    @property
    def gigabytes_kept(self) -> float:
        """What is kept of it at any time, once its retention has passed."""
        return self.recordings * self.seconds * MEGABYTES_A_SECOND * self.retention_days / 1000


DEVICES = (
    Device("a doorbell, 20 clips of 20 s a day, 7 days", 20, 20, 7),
    Device("a doorbell, 20 clips of 20 s a day, 30 days", 20, 20, 30),
    Device("a busy camera, 200 clips of 30 s a day, 7 days", 200, 30, 7),
    Device("a camera that records without a break in pieces of 10 minutes, 7 days", 144, 600, 7),
)


def a_recording() -> Recording:
    """A recording that was announced."""
    return Recording(
        account_id="7e1d9a54-3c1b-4f0e-9d3b-0f6f2f0a4c11",
        id="rec_" + "a" * 26,
        device_id="dev_" + "b" * 26,
        started_at=NOW,
        duration_seconds=20,
        media_type="video/mp4",
        size=2_500_000,
        sha256="0" * 64,
        upload_until=NOW + timedelta(hours=1),
    )


def units_of_a_recording() -> int:
    """Write units of one recording's life: announced, arrived, removed; with its count and the index of the sweep."""
    announced = stored_item(a_recording())
    kept = stored_item(replace(a_recording(), status=RecordingStatus.KEPT, version="v" * 32))
    item = sum(
        write_units(before, after, transactional=True)
        for before, after in ((None, announced), (announced, kept), (kept, None))
    )
    count = 3 * 2  # the device's count, in each of these transactions
    by_time = 3  # the local index, which has all of an item, written with each of them
    sweep = 2  # the entry of what is awaited, put and deleted
    return item + count + by_time + sweep


def month_of(device: Device, prices: dict[str, float]) -> float:
    """US dollars of a device's month, watching left out."""
    number = device.recordings * DAYS
    writes = units_of_a_recording() * number / 1e6 * prices["DynamoDB on demand, a million write units"]
    reads = READS * number / 1e6 * prices["DynamoDB on demand, a million read units"]
    calls = (
        2 * number / 1e6 * prices["Lambda, a million requests"] + number / 1e6 * prices["HTTP API, a million requests"]
    )
    seconds = 2 * number * MILLISECONDS / 1000 * FUNCTION_GB * prices["Lambda on arm64, a GB-second"]
    puts = number / 1000 * prices["S3, a thousand PUT requests"]
    queue = QUEUE_REQUESTS * number / 1e6 * prices["SQS, a million requests"]
    kept = device.gigabytes_kept * prices["S3, a GB-month"]
    return writes + reads + calls + seconds + puts + queue + kept


def rows(prices: dict[str, float]) -> list[tuple[str, ...]]:
    """A line a device: what is kept, dollars a day, dollars a month, dollars of one view of a minute."""
    watched = 60 * MEGABYTES_A_SECOND / 1000 * prices["Data to the internet, a GB"]
    return [
        (
            each.name,
            f"{each.gigabytes_kept:,.1f}",
            f"{month_of(each, prices) / DAYS:.4f}",
            f"{month_of(each, prices):.2f}",
            f"{watched:.4f}",
        )
        for each in DEVICES
    ]


def bytes_of_a_recording() -> int:
    """Bytes of a recording's item."""
    return item_size(stored_item(a_recording()))
