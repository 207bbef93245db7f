"""In-memory fakes: storage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from allmytracks.storage.ports_recordings import Arrived, Due, Put, Uploads
from allmytracks.storage.rules_cover import TRIAL
from allmytracks.storage.rules_devices import (
    Device,
    DeviceNotFound,
    Registered,
    Registration,
    Released,
    device_id_of,
)
from allmytracks.storage.rules_ends import TRIAL_NOTICE_BEFORE
from allmytracks.storage.rules_recordings import Piece, Recording, RecordingNotFound, RecordingStatus, Usage
from allmytracks.storage.rules_trials import Begun, DeviceTrial
from tests.fakes.links import MemoryLinkSigner


@dataclass
class MemoryDevices:
    """Devices in memory."""

    on_register: dict[str, Registered] = field(default_factory=dict)
    stored: dict[str, Device] = field(default_factory=dict)
    were: dict[tuple[str, str], Released] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)

    def register(self, registered: Registered) -> Registered:
        return self.on_register.setdefault(registered.device_id, registered)

    def registered(self, device_id: str) -> Registered | None:
        return self.on_register.get(device_id)

    def registration(self, device_id: str) -> Registration | None:
        found = self.on_register.get(device_id)
        owner = self.stored.get(device_id)
        return None if found is None else Registration(found, None if owner is None else owner.account_id)

    def page(self, *, limit: int, cursor: str | None) -> Page[Registration]:
        after = read_cursor(cursor, tuple[KeyPart])[0] if cursor else ""
        rest = sorted(each.serial for each in self.on_register.values() if each.serial > after)
        found = [self.registration(device_id_of(serial)) for serial in rest[:limit]]
        cursor = make_cursor(rest[limit - 1]) if len(rest) > limit else None
        return Page([each for each in found if each is not None], cursor)

    def bind(self, device: Device) -> bool:
        if device.device_id not in self.on_register or device.device_id in self.stored:
            return False
        self.stored[device.device_id] = device
        return True

    def all(self, account_id: str) -> Sequence[Device]:
        own = [each for each in self.stored.values() if each.account_id == account_id]
        return sorted(own, key=lambda each: each.device_id)

    def get(self, account_id: str, device_id: str) -> Device:
        found = self.stored.get(device_id)
        if found is None or found.account_id != account_id:
            raise DeviceNotFound(f"There is no device {device_id} in this account.")
        return found

    def rename(self, account_id: str, device_id: str, name: str) -> Device:
        self.stored[device_id] = replace(self.get(account_id, device_id), name=name)
        return self.stored[device_id]

    def set_token(self, account_id: str, device_id: str, token_hash: str | None) -> None:
        self.stored[device_id] = replace(self.get(account_id, device_id), token_hash=token_hash)

    def release(self, device: Device, at: datetime) -> bool:
        found = self.stored.get(device.device_id)
        if found is None or (found.account_id, found.revision) != (device.account_id, device.revision):
            return False
        del self.stored[device.device_id]
        self.were[device.account_id, device.device_id] = device.released(at)
        self.last[device.device_id] = device.account_id
        return True

    def released(self, account_id: str, device_id: str) -> Released | None:
        return self.were.get((account_id, device_id))

    def released_last(self, device_id: str) -> str | None:
        return self.last.get(device_id)


@dataclass
class MemoryTrials:
    """Trials in memory."""

    devices: MemoryDevices
    stored: dict[str, DeviceTrial] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    def due(self, now: datetime) -> Iterator[DeviceTrial]:
        for trial in sorted(self.stored.values(), key=lambda each: each.started_at):
            if trial.account_id not in self.told and trial.started_at + TRIAL - TRIAL_NOTICE_BEFORE <= now:
                yield trial

    def mark_notified(self, trial: DeviceTrial) -> None:
        self.told.add(trial.account_id)

    def of(self, account_id: str) -> DeviceTrial | None:
        return self.stored.get(account_id)

    def begin(self, trial: DeviceTrial, device: Device, subjects: Sequence[str]) -> Begun:
        if trial.account_id in self.stored or self.marks & set(subjects):
            return Begun.USED
        found = self.devices.stored.get(device.device_id)
        if found is None or (found.account_id, found.revision) != (device.account_id, device.revision):
            return Begun.DEVICE_CHANGED
        self.devices.stored[device.device_id] = replace(found, revision=found.revision + 1)
        self.stored[trial.account_id] = trial
        self.marks |= set(subjects)
        return Begun.BEGUN


@dataclass
class MemoryRecordings:
    """Recordings in memory."""

    stored: dict[tuple[str, str], Recording] = field(default_factory=dict)
    looked_at: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def announce(self, recording: Recording, most: int) -> Recording | None:
        known = self.stored.get((recording.account_id, recording.id))
        if known is not None:
            return known
        if self.usage(recording.account_id, recording.device_id).size + recording.size > most:
            return None
        self.stored[recording.account_id, recording.id] = recording
        return recording

    def in_parts(self, recording: Recording) -> Recording:
        known = self.get(recording.account_id, recording.id)
        if known.upload_id is None:
            known = replace(known, upload_id=recording.upload_id)
            self.stored[recording.account_id, recording.id] = known
        return known

    def get(self, account_id: str, recording_id: str) -> Recording:
        found = self.stored.get((account_id, recording_id))
        if found is None:
            raise RecordingNotFound("There is no such recording in this account, or it is no longer kept.")
        return found

    def page(
        self,
        account_id: str,
        device_id: str,
        since: datetime,
        until: datetime,
        *,
        limit: int,
        cursor: str | None = None,
    ) -> Page[Recording]:
        after = tuple(read_cursor(cursor, tuple[KeyPart, KeyPart])) if cursor else ("", "")
        found = sorted(
            (each for each in self._of(account_id, device_id) if since <= each.started_at <= until),
            key=lambda each: (each.started_at, each.id),
        )
        rest = [each for each in found if (rfc3339(each.started_at), each.id) > after]
        more = len(rest) > limit
        last = rest[limit - 1] if more else None
        return Page(rest[:limit], make_cursor(rfc3339(last.started_at), last.id) if last else None)

    def keep(self, recording: Recording, version: str, look_at: datetime) -> bool:
        known = self.stored.get((recording.account_id, recording.id))
        if known is None or known.status is RecordingStatus.KEPT:
            return False
        kept = replace(known, status=RecordingStatus.KEPT, version=version)
        self.stored[recording.account_id, recording.id] = kept
        self.looked_at.setdefault((recording.account_id, recording.device_id), look_at)
        return True

    def remove(self, recordings: Sequence[Recording]) -> None:
        for each in recordings:
            self.stored.pop((each.account_id, each.id), None)

    def usage(self, account_id: str, device_id: str) -> Usage:
        held = self._of(account_id, device_id)
        return Usage(sum(each.size for each in held), len(held))

    def due(self, now: datetime, limit: int) -> Sequence[Due]:
        uploads = [
            (each.upload_until, Due(account_id, "", each.id))
            for (account_id, _), each in self.stored.items()
            if each.status is RecordingStatus.AWAITING_UPLOAD
        ]
        devices = [(at, Due(*place)) for place, at in self.looked_at.items()]
        due = [each for each in uploads + devices if each[0] <= now]
        return [each for _, each in sorted(due, key=lambda each: each[0])][:limit]

    def look_at(self, account_id: str, device_id: str, at: datetime | None) -> None:
        self.looked_at.pop((account_id, device_id), None)
        if at is not None:
            self.looked_at[account_id, device_id] = at

    def _of(self, account_id: str, device_id: str) -> list[Recording]:
        return [each for (owner, _), each in self.stored.items() if (owner, each.device_id) == (account_id, device_id)]


@dataclass
class MemoryRecordingFiles:
    """Files by key, each in one version."""

    stored: dict[str, Arrived] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def upload(self, recording: Recording, parts: Sequence[Piece], now: datetime) -> Uploads:
        address = f"memory://{recording.key}?until={(recording.upload_until - now).total_seconds():.0f}"
        if not parts:
            return Uploads(Put(address, {"Content-Length": str(recording.size)}))
        pieces = [
            Put(f"{address}&part={number}", {"Content-Length": str(part.size)}) for number, part in enumerate(parts, 1)
        ]
        return Uploads(None, tuple(pieces), Put(f"{address}&complete", {}))

    def begin_parts(self, recording: Recording) -> str:
        self.begun.add(f"upload of {recording.key}")
        return f"upload of {recording.key}"

    def arrived(self, key: str) -> Arrived | None:
        return self.stored.get(key)

    def remove(self, files: Sequence[tuple[str, str | None]]) -> None:
        for key, version in files:
            if key in self.stored and self.stored[key].version == version:
                del self.stored[key]

    def abort(self, key: str, upload_id: str) -> None:
        if upload_id == f"upload of {key}":
            self.begun.discard(upload_id)


def memory_storage() -> dict[str, object]:
    """The fakes by their places in the wiring."""
    devices = MemoryDevices()
    trials = MemoryTrials(devices)
    return {
        "storage.devices": devices,
        "storage.trials": trials,
        "storage.held_trials": trials,
        "storage.recordings": MemoryRecordings(),
        "storage.recording_files": MemoryRecordingFiles(),
        "storage.recording_links": MemoryLinkSigner(),
    }
