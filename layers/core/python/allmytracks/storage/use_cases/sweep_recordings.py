"""By schedule: recordings that are no longer kept are removed, and uploads that were not made (S-7.1, S-8.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from allmytracks.foundation.time_and_ids import Clock
from allmytracks.storage.ports_recordings import Due, RecordingFiles, Recordings
from allmytracks.storage.rules_recordings import (
    RecordingNotFound,
    RecordingStatus,
    kept_until,
    oldest_kept,
)
from allmytracks.storage.use_cases.read_cover import ReadCover
from allmytracks.storage.use_cases.record_arrival import LONGEST_UNSEEN, RecordArrival

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
# What is left of a device is due later, so that no run goes on with one device for ever.
SOONEST = timedelta(seconds=1)
AT_ONCE = 90
DUE_AT_ONCE = 100


class Swept(Struct, frozen=True):
    """What a run did: devices looked at, recordings removed, uploads that were never made, and found after all.

    `left` is how many devices and uploads are due still, because the time was over; up to DUE_AT_ONCE.
    """

    devices: int = 0
    removed: int = 0
    abandoned: int = 0
    recovered: int = 0
    left: int = 0


@dataclass(frozen=True)
class SweepRecordings:
    """Goes on from what is due the longest; a run that ends early is continued by the next. Raises Unavailable."""

    recordings: Recordings
    files: RecordingFiles
    cover: ReadCover
    arrival: RecordArrival
    clock: Clock

    def __call__(self, until: datetime) -> Swept:
        """Works until nothing is due, or until this instant."""
        devices = removed = abandoned = recovered = 0
        while due := self.recordings.due(self.clock.now(), DUE_AT_ONCE):
            if self.clock.now() >= until:
                break
            for each in due:
                if each.recording_id is None:
                    removed += self._device(each)
                    devices += 1
                elif self._upload(each.account_id, each.recording_id):
                    recovered += 1
                else:
                    abandoned += 1
        return Swept(devices, removed, abandoned, recovered, len(due))

    def _device(self, device: Due) -> int:
        now, place = self.clock.now(), (device.account_id, device.device_id)
        facts = self.cover.of(*place)
        oldest = oldest_kept(facts, now)
        gone = 0
        while True:
            last = LAST if oldest is None else oldest
            page = self.recordings.page(*place, FIRST, last, limit=AT_ONCE)
            if not page.items:
                break
            for each in page.items:
                if each.upload_id is not None and each.status is not RecordingStatus.KEPT:
                    self.files.abort(each.key, each.upload_id)
            self.files.remove([(each.key, each.version) for each in page.items])
            self.recordings.remove(page.items)
            gone += len(page.items)
        left = self.recordings.page(*place, FIRST, LAST, limit=1).items
        over_at = kept_until(left[0], facts, now) if left else None
        next_at = max(now + SOONEST, min(over_at, now + LONGEST_UNSEEN)) if over_at else None
        self.recordings.look_at(*place, next_at)
        return gone

    def _upload(self, account_id: str, recording_id: str) -> bool:
        """An upload is over: the file came and its notification did not, or it never came."""
        try:
            recording = self.recordings.get(account_id, recording_id)
        except RecordingNotFound:
            return False
        arrived = self.files.arrived(recording.key)
        if arrived is not None and self.arrival.settle(recording, arrived):
            return True
        if recording.upload_id is not None:
            self.files.abort(recording.key, recording.upload_id)
        self.recordings.remove([recording])
        return False
