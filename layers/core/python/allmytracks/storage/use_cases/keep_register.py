"""Operators keep the register of devices (S-1.devices)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct

from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.paging import Page
from allmytracks.storage.ports import Devices
from allmytracks.storage.rules_devices import DeviceNotFound, Registered, Registration, ReleaseReason
from allmytracks.storage.use_cases.release_device import ReleaseDevice

SUBJECT = "devices"


class Outcome(StrEnum):
    """What came of registering a device: `different` is one that is on the register with other data."""

    REGISTERED = "registered"
    KNOWN = "known"
    DIFFERENT = "different"


class Entered(Struct, frozen=True):
    """A device, and what came of registering it."""

    device: Registered
    outcome: Outcome


class Released(Struct, frozen=True):
    """A device after its release, and the account that has lost it; None where no account ever had it."""

    registration: Registration
    released_from: str | None


@dataclass(frozen=True)
class KeepRegister:
    """The register for operators; every act is audited before it. Raises Unavailable."""

    devices: Devices
    release_device: ReleaseDevice
    audit: Audit

    def register(self, wanted: Sequence[Registered], operator: Operator) -> Sequence[Entered]:
        """Registers devices, each once: the same again changes nothing, other data of one are refused."""
        self.audit(operator, "devices_registered", SUBJECT)
        entered = []
        for each in wanted:
            before = self.devices.registered(each.device_id)
            kept = before or self.devices.register(each)
            outcome = Outcome.DIFFERENT if kept != each else Outcome.KNOWN if before else Outcome.REGISTERED
            entered.append(Entered(kept, outcome))
        return entered

    def page(self, operator: Operator, *, limit: int, cursor: str | None) -> Page[Registration]:
        """The register, by serial number. Raises InvalidFields (cursor)."""
        self.audit(operator, "devices_listed", SUBJECT)
        return self.devices.page(limit=limit, cursor=cursor)

    def get(self, device_id: str, operator: Operator) -> Registration:
        """One device, and whose it is. Raises DeviceNotFound."""
        self.audit(operator, "device_shown", device_id)
        return self._registration(device_id)

    def release(self, device_id: str, reason: ReleaseReason, operator: Operator) -> Released:
        """Takes a device from its account; from none it changes nothing. Raises DeviceNotFound, DeviceCovered.

        The event of the last release is published again then, and its account is answered: an earlier attempt may have
        got no further.
        """
        self.audit(operator, "device_released", device_id, reason)
        owner = self._registration(device_id).account_id or self.devices.released_last(device_id)
        if owner is not None:
            self.release_device(owner, device_id)
        return Released(self._registration(device_id), owner)

    def _registration(self, device_id: str) -> Registration:
        found = self.devices.registration(device_id)
        if found is None:
            raise DeviceNotFound(f"No device {device_id} is on the register.")
        return found
