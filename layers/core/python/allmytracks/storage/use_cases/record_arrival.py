"""A file has arrived: its recording is kept, if it is what was announced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from allmytracks.foundation.time_and_ids import Clock
from allmytracks.storage.ports_recordings import Arrived, RecordingFiles, Recordings
from allmytracks.storage.rules_recordings import (
    Recording,
    RecordingNotFound,
    RecordingStatus,
    kept_until,
    oldest_kept,
    recording_key,
)
from allmytracks.storage.use_cases.read_cover import ReadCover

# A change of what covers a device is noticed at the latest so much later.
LONGEST_UNSEEN = timedelta(days=1)


@dataclass(frozen=True)
class RecordArrival:
    """Idempotent: a repeated notification changes nothing. Raises Unavailable."""

    recordings: Recordings
    files: RecordingFiles
    cover: ReadCover
    clock: Clock

    def __call__(self, account_id: str, recording_id: str) -> bool:
        """Whether the recording is kept now and was not before; a file that nobody announced is removed."""
        key = recording_key(account_id, recording_id)
        arrived = self.files.arrived(key)
        if arrived is None:
            return False
        try:
            recording = self.recordings.get(account_id, recording_id)
        except RecordingNotFound:
            self.files.remove([(key, arrived.version)])
            return False
        return self.settle(recording, arrived)

    def settle(self, recording: Recording, arrived: Arrived) -> bool:
        """As the call, for a file that was looked at."""
        if recording.status is RecordingStatus.KEPT:
            if arrived.version != recording.version:
                # The same link was used again: the first file stays.
                self.files.remove([(recording.key, arrived.version)])
            return False
        # The link bound both; where S3 tells no checksum it has checked the signed one.
        if arrived.size != recording.size or arrived.sha256 not in {None, recording.sha256}:
            self.files.remove([(recording.key, arrived.version)])
            return False
        now = self.clock.now()
        facts = self.cover.of(recording.account_id, recording.device_id)
        ends = now if oldest_kept(facts, now) is None else kept_until(recording, facts, now)
        return self.recordings.keep(recording, arrived.version, min(ends, now + LONGEST_UNSEEN))
