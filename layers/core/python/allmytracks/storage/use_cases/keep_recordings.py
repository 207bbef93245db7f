"""Members list, play and remove the recordings of their devices (S-8.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec import Struct

from allmytracks.accounts.ports import Accounts, Restrictions
from allmytracks.accounts.rules_states import Act, require_may
from allmytracks.foundation.links import Link, LinkSigner
from allmytracks.foundation.paging import Page
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.storage.ports import Devices
from allmytracks.storage.ports_recordings import RecordingFiles, Recordings
from allmytracks.storage.rules_recordings import (
    AHEAD,
    Recording,
    RecordingNotFound,
    RecordingStatus,
    kept_until,
    oldest_kept,
    require_covered,
)
from allmytracks.storage.use_cases.read_cover import ReadCover

# What stored instants differ by at least.
INSTANT = timedelta(milliseconds=1)
GONE = "There is no such recording in this account, or it is no longer kept."


class Listed(Struct, frozen=True):
    """A recording, and until when it is kept."""

    recording: Recording
    kept_until: datetime


@dataclass(frozen=True)
class KeepRecordings:
    """The recordings of an account, each no longer than its device's cover says at this instant.

    Raises AccountNotFound, DeviceNotFound, RecordingNotFound, Unavailable.
    """

    devices: Devices
    cover: ReadCover
    recordings: Recordings
    files: RecordingFiles
    links: LinkSigner
    accounts: Accounts
    restrictions: Restrictions
    clock: Clock

    def page(
        self,
        account_id: str,
        device_id: str,
        since: datetime | None,
        until: datetime | None,
        *,
        limit: int,
        cursor: str | None,
    ) -> Page[Listed]:
        """Those of a device that started from `since` on and before `until`, the earliest first.

        None where nothing covers the device. Raises InvalidFields (cursor).
        """
        self.devices.get(account_id, device_id)
        now, facts = self.clock.now(), self.cover.of(account_id, device_id)
        oldest = oldest_kept(facts, now)
        if oldest is None:
            return Page([], None)
        first, last = max(oldest, since or oldest), until - INSTANT if until else now + AHEAD
        if first > last:
            return Page([], None)
        found = self.recordings.page(account_id, device_id, first, last, limit=limit, cursor=cursor)
        shown = [each for each in found.items if each.is_shown(now) and each.started_at > oldest]
        return Page([Listed(each, kept_until(each, facts, now)) for each in shown], found.next_cursor)

    def link(self, account_id: str, recording_id: str) -> Link:
        """A short-lived link that takes range requests. Raises NotCovered."""
        recording, now = self.recordings.get(account_id, recording_id), self.clock.now()
        oldest = require_covered(self.cover.of(account_id, recording.device_id), now)
        if recording.status is not RecordingStatus.KEPT or recording.started_at <= oldest:
            raise RecordingNotFound(GONE)
        return self.links.sign(recording.key, recording.file_name, recording.media_type, now)

    def remove(self, account_id: str, recording_id: str) -> None:
        """Removes a recording for good. Raises the refusals of the account's state."""
        restriction = self.restrictions.restriction(account_id)
        require_may(self.accounts.get(account_id), Act.DEVICE, restriction, self.clock.now())
        recording = self.recordings.get(account_id, recording_id)
        if recording.upload_id is not None and recording.status is not RecordingStatus.KEPT:
            self.files.abort(recording.key, recording.upload_id)
        self.files.remove([(recording.key, recording.version)])
        self.recordings.remove([recording])
