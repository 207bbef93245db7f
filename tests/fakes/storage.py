"""In-memory fakes: storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from allmytracks.storage.rules_devices import Device, DeviceNotFound, Registered, Registration, device_id_of
from allmytracks.storage.rules_trials import Begun, DeviceTrial


@dataclass
class MemoryDevices:
    """Devices in memory."""

    on_register: dict[str, Registered] = field(default_factory=dict)
    stored: dict[str, Device] = field(default_factory=dict)

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

    def release(self, device: Device) -> bool:
        found = self.stored.get(device.device_id)
        if found is None or (found.account_id, found.revision) != (device.account_id, device.revision):
            return False
        del self.stored[device.device_id]
        return True


@dataclass
class MemoryTrials:
    """Trials in memory."""

    devices: MemoryDevices
    stored: dict[str, DeviceTrial] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)

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


def memory_storage() -> dict[str, object]:
    """The fakes by their places in the wiring."""
    devices = MemoryDevices()
    trials = MemoryTrials(devices)
    return {"storage.devices": devices, "storage.trials": trials, "storage.held_trials": trials}
