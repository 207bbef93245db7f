"""A device's own credential, so that no member's password lies in a camera (S-1.devices)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts, Restrictions
from allmytracks.accounts.rules_states import Act, require_may
from allmytracks.foundation.errors import Unauthenticated
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.storage.ports import Devices
from allmytracks.storage.rules_device_tokens import is_token_of, read_token, token_hash, token_of
from allmytracks.storage.rules_devices import Device, DeviceNotFound


@dataclass(frozen=True)
class KeepDeviceTokens:
    """One token a device: another one ends it, and so does a release. Raises Unavailable."""

    devices: Devices
    accounts: Accounts
    restrictions: Restrictions
    clock: Clock
    ids: Ids

    def make(self, account_id: str, device_id: str) -> str:
        """A new token, shown once. Raises the refusals of the account's state, DeviceNotFound."""
        self._require_may(account_id)
        token = token_of(account_id, device_id, self.ids.new("key").partition("_")[2])
        self.devices.set_token(account_id, device_id, token_hash(token))
        return token

    def revoke(self, account_id: str, device_id: str) -> None:
        """Ends the token, if there is one. Raises the refusals of the account's state, DeviceNotFound."""
        self._require_may(account_id)
        self.devices.set_token(account_id, device_id, None)

    def device_of(self, token: str | None) -> Device:
        """The device that a token is of. Raises Unauthenticated."""
        named = read_token(token or "")
        if named is not None:
            try:
                device = self.devices.get(*named)
            except DeviceNotFound:
                device = None
            if device is not None and is_token_of(token or "", device.token_hash):
                return device
        raise Unauthenticated("Send the device's token: Authorization: Bearer followed by it.")

    def _require_may(self, account_id: str) -> None:
        restriction = self.restrictions.restriction(account_id)
        require_may(self.accounts.get(account_id), Act.DEVICE, restriction, self.clock.now())
