"""Members claim devices, name them and release them (S-1.devices)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts.ports import Accounts, Restrictions
from allmytracks.accounts.published_names import published_name_rules
from allmytracks.accounts.rules_names import LONGEST_NAME
from allmytracks.accounts.rules_states import Act, require_may
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.instants import whole_milliseconds
from allmytracks.foundation.throttling.rules import CLAIM_GUESSES, CLAIM_TRIES, Rate, TooManyRequests
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.publishing.ports import Publications
from allmytracks.storage.ports import Devices
from allmytracks.storage.rules_cover import Cover, cover_at
from allmytracks.storage.rules_devices import (
    Device,
    DeviceClaimed,
    DeviceNotFound,
    device_id_of,
)
from allmytracks.storage.use_cases.read_cover import NOTHING, ReadCover
from allmytracks.storage.use_cases.release_device import ReleaseDevice


class CoveredDevice(Struct, frozen=True):
    """A device, and whether it is covered now."""

    device: Device
    cover: Cover


@dataclass(frozen=True)
class KeepDevices:
    """The devices of an account. Raises AccountNotFound, the refusals of the account's state, InvalidFields, and
    Unavailable.
    """

    devices: Devices
    cover: ReadCover
    release_device: ReleaseDevice
    accounts: Accounts
    restrictions: Restrictions
    publications: Publications
    throttle: Throttle
    clock: Clock

    def all(self, account_id: str) -> Sequence[CoveredDevice]:
        """The account's devices."""
        facts, now = self.cover.all(account_id), self.clock.now()
        return [
            CoveredDevice(each, cover_at(facts.get(each.device_id, NOTHING), now))
            for each in self.devices.all(account_id)
        ]

    def claim(self, account_id: str, serial: str, claim_code: str, name: str | None = None) -> CoveredDevice:
        """Binds a device to the account; the same again changes nothing.

        Raises DeviceNotFound, DeviceClaimed, and TooManyRequests after too many tries by one account. Guesses of others
        never keep out who has the code.
        """
        self._require_may(account_id)
        device_id = device_id_of(serial)
        attempt = self.throttle.count(CLAIM_TRIES, account_id)
        registered = self.devices.registered(device_id)
        if registered is None or not registered.is_claimed_by(claim_code):
            self._slow_down(device_id, attempt)
            raise DeviceNotFound("No device has this serial number and claim code; both are on its label.")
        given = self._checked(name) if name is not None else registered.model
        now = whole_milliseconds(self.clock.now())
        device = Device(account_id, registered.device_id, registered.serial, registered.model, given, now)
        if self.devices.bind(device):
            return self._covered(device)
        try:
            return self._covered(self.devices.get(account_id, device.device_id))
        except DeviceNotFound as error:
            raise DeviceClaimed("Another account has this device; it has to be released there first.") from error

    def _slow_down(self, device_id: str, attempt: Rate) -> None:
        """When many accounts guess one device's code, each gets one guess; the right code still passes."""
        try:
            self.throttle.count(CLAIM_GUESSES, device_id)
        except TooManyRequests:
            self.throttle.exhaust(attempt)
        except Unavailable:
            return

    def rename(self, account_id: str, device_id: str, name: str) -> CoveredDevice:
        """Gives a device another name. Raises DeviceNotFound."""
        self._require_may(account_id)
        return self._covered(self.devices.rename(account_id, device_id, self._checked(name)))

    def release(self, account_id: str, device_id: str) -> None:
        """Frees a device for any account. Raises DeviceNotFound, DeviceCovered, DeviceChanged."""
        self._require_may(account_id)
        self.release_device(account_id, device_id)

    def _covered(self, device: Device) -> CoveredDevice:
        facts = self.cover.of(device.account_id, device.device_id)
        return CoveredDevice(device, cover_at(facts, self.clock.now()))

    def _require_may(self, account_id: str) -> None:
        restriction = self.restrictions.restriction(account_id)
        require_may(self.accounts.get(account_id), Act.DEVICE, restriction, self.clock.now())

    def _checked(self, name: str) -> str:
        rules = published_name_rules(self.publications)
        return rules.checked("name", name, LONGEST_NAME)
