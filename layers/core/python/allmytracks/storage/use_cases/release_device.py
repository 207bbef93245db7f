"""A device is freed for any account (S-1.devices)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.instants import rfc3339, whole_milliseconds
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.ports import Orders
from allmytracks.storage.events import DeviceReleased
from allmytracks.storage.ports import Devices
from allmytracks.storage.rules_cover import is_bound
from allmytracks.storage.rules_devices import DeviceChanged, DeviceCovered, DeviceNotFound
from allmytracks.storage.use_cases.read_cover import ReadCover

ATTEMPTS = 3


@dataclass(frozen=True)
class ReleaseDevice:
    """Frees a device that nothing covers now or later; the same again publishes the event once more.

    Raises DeviceNotFound, DeviceCovered, DeviceChanged, Unavailable.
    """

    devices: Devices
    cover: ReadCover
    orders: Orders
    events: Events
    clock: Clock

    def __call__(self, account_id: str, device_id: str) -> None:
        try:
            self._release(account_id, device_id)
        except DeviceNotFound:
            if self.devices.released(account_id, device_id) is None:
                raise
        released = self.devices.released(account_id, device_id)
        if released is not None:
            self.events.publish([DeviceReleased(account_id, device_id, rfc3339(released.released_at))])

    def _release(self, account_id: str, device_id: str) -> None:
        for _ in range(ATTEMPTS):
            device = self.devices.get(account_id, device_id)
            if is_bound(self.cover.of(account_id, device_id), self.clock.now()):
                message = "A trial or paid period runs for this device; it can be released when that has ended."
                raise DeviceCovered(message)
            if self._can_still_be_paid(account_id, device_id):
                raise DeviceCovered("An order for this device can still be paid; wait until it has expired.")
            if self.devices.release(device, whole_milliseconds(self.clock.now())):
                return
        raise DeviceChanged("The device was changed at the same moment; read it and try again.")

    def _can_still_be_paid(self, account_id: str, device_id: str) -> bool:
        """Whether a package could yet be paid for a device that is somebody else's by then (S-1.devices)."""
        now = self.clock.now()
        return any(
            order.storage is not None and order.storage.device_id == device_id and order.is_open_at(now)
            for order in self.orders.all(account_id)
        )
