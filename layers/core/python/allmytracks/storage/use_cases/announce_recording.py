"""A device, or its member, announces a recording and gets the links to upload it by (S-7.1, S-8.1)."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.accounts.ports import Accounts, Restrictions
from allmytracks.accounts.rules_states import Act, require_may
from allmytracks.foundation.instants import whole_milliseconds
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.publishing.ports import Publications
from allmytracks.storage.ports import Devices
from allmytracks.storage.ports_recordings import RecordingFiles, Recordings, Uploads
from allmytracks.storage.published import published_packages
from allmytracks.storage.rules_packages import in_force
from allmytracks.storage.rules_recordings import (
    GIBIBYTE,
    Announcement,
    QuotaReached,
    Recording,
    RecordingStatus,
    checked,
    quota_of,
    recording_of,
    require_covered,
)
from allmytracks.storage.use_cases.read_cover import ReadCover


class Announced(Struct, frozen=True):
    """A recording, and how to upload it; nothing is to be uploaded where it is kept already."""

    recording: Recording
    uploads: Uploads


@dataclass(frozen=True)
class AnnounceRecording:
    """The same announcement again gives the same recording with new links.

    Raises AccountNotFound, the refusals of the account's state, DeviceNotFound, NotCovered, InvalidFields,
    RecordingTooLarge, QuotaReached, Unavailable.
    """

    devices: Devices
    cover: ReadCover
    recordings: Recordings
    files: RecordingFiles
    accounts: Accounts
    restrictions: Restrictions
    publications: Publications
    clock: Clock

    def __call__(self, account_id: str, device_id: str, announcement: Announcement) -> Announced:
        now = self.clock.now()
        require_may(self.accounts.get(account_id), Act.DEVICE, self.restrictions.restriction(account_id), now)
        self.devices.get(account_id, device_id)
        facts = self.cover.of(account_id, device_id)
        announcement = replace(announcement, started_at=whole_milliseconds(announcement.started_at))
        announced = checked(announcement, require_covered(facts, now), now)
        most = quota_of(facts, in_force(published_packages(self.publications), now), now)
        wanted = recording_of(account_id, device_id, announced, whole_milliseconds(now))
        stored = self.recordings.announce(wanted, most)
        if stored is None:
            message = f"This device may hold {most // GIBIBYTE} GiB of recordings; remove some, or wait until some age."
            raise QuotaReached(message, quota_bytes=most)
        if stored.status is RecordingStatus.KEPT:
            return Announced(stored, Uploads())
        if stored.parts and stored.upload_id is None:
            begun = replace(stored, upload_id=self.files.begin_parts(stored))
            stored = self.recordings.in_parts(begun)
        return Announced(stored, self.files.upload(stored, announced.parts, now))
