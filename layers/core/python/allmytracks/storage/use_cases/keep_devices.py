"""Members claim devices, name them and release them (S-1.devices)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts, Restrictions
from allmytracks.accounts.published_names import published_name_rules
from allmytracks.accounts.rules_names import LONGEST_NAME
from allmytracks.accounts.rules_states import Act, require_may
from allmytracks.foundation.instants import whole_milliseconds
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.publishing.ports import Publications
from allmytracks.storage.ports import Devices, Trials
from allmytracks.storage.rules_cover import is_bound
from allmytracks.storage.rules_devices import (
    Device,
    DeviceClaimed,
    DeviceCovered,
    DeviceNotFound,
    device_id_of,
)
from allmytracks.storage.rules_trials import facts_of

ATTEMPTS = 3


@dataclass(frozen=True)
class KeepDevices:
    """The devices of an account. Raises AccountNotFound, the refusals of the account's state, InvalidFields, and
    Unavailable.
    """

    devices: Devices
    trials: Trials
    accounts: Accounts
    restrictions: Restrictions
    publications: Publications
    clock: Clock

    def claim(self, account_id: str, serial: str, claim_code: str, name: str | None = None) -> Device:
        """Binds a device to the account; the same again changes nothing. Raises DeviceNotFound, DeviceClaimed."""
        self._require_may(account_id)
        registered = self.devices.registered(device_id_of(serial))
        if registered is None or not registered.is_claimed_by(claim_code):
            raise DeviceNotFound("No device has this serial number and claim code; both are on its label.")
        given = self._checked(name) if name is not None else registered.model
        now = whole_milliseconds(self.clock.now())
        device = Device(account_id, registered.device_id, registered.serial, registered.model, given, now)
        if self.devices.bind(device):
            return device
        try:
            return self.devices.get(account_id, device.device_id)
        except DeviceNotFound as error:
            raise DeviceClaimed("Another account has this device; it has to be released there first.") from error

    def rename(self, account_id: str, device_id: str, name: str) -> Device:
        """Gives a device another name. Raises DeviceNotFound."""
        self._require_may(account_id)
        return self.devices.rename(account_id, device_id, self._checked(name))

    def release(self, account_id: str, device_id: str) -> None:
        """Frees a device for any account. Raises DeviceNotFound, DeviceCovered."""
        self._require_may(account_id)
        for _ in range(ATTEMPTS):
            device = self.devices.get(account_id, device_id)
            if is_bound(facts_of(device_id, self.trials.of(account_id)), self.clock.now()):
                break
            if self.devices.release(device):
                return
        raise DeviceCovered("A trial or paid period runs for this device; it can be released when that has ended.")

    def _require_may(self, account_id: str) -> None:
        restriction = self.restrictions.restriction(account_id)
        require_may(self.accounts.get(account_id), Act.PARTICULARS, restriction, self.clock.now())

    def _checked(self, name: str) -> str:
        rules = published_name_rules(self.publications)
        return rules.checked("name", name, LONGEST_NAME)
