"""Devices: the operator's register, and to which account each is bound (S-1.devices)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from allmytracks.foundation.errors import Conflict, NotFound


class DeviceNotFound(NotFound):
    """No such device of this account, or none with this serial and claim code: which of the two is not said."""

    code = "device_not_found"


class DeviceClaimed(Conflict):
    """Another account has the device."""

    code = "device_claimed"


class DeviceCovered(Conflict):
    """A trial or paid period runs for the device, or is paid and yet to start."""

    code = "device_covered"


class DeviceChanged(Conflict):
    """The device was changed at the same moment."""

    code = "device_changed"


def hash_of_claim(serial: str, claim_code: str) -> str:
    """What the register has of the code that comes with a device."""
    return hashlib.sha256(f"{serial_of(serial)}:{code_of(claim_code)}".encode(errors="replace")).hexdigest()


def code_of(claim_code: str) -> str:
    """A claim code in its one form: letters' case and dashes do not matter."""
    return "".join(each for each in claim_code.upper() if each.isalnum())


def serial_of(text: str) -> str:
    """A serial number in its one form."""
    return "".join(text.split()).upper()


def device_id_of(serial: str) -> str:
    """Deterministic, so that a device is registered once."""
    return f"dev_{hashlib.sha256(serial_of(serial).encode(errors='replace')).hexdigest()[:26]}"


class Registered(Struct, frozen=True):
    """A device on the operator's register."""

    serial: str
    model: str
    claim_hash: str

    @property
    def device_id(self) -> str:
        """The device's id."""
        return device_id_of(self.serial)

    def is_claimed_by(self, claim_code: str) -> bool:
        """Whether this is the device's claim code."""
        return hmac.compare_digest(self.claim_hash, hash_of_claim(self.serial, claim_code))


class Registration(Struct, frozen=True):
    """A device on the register, and the account that has it."""

    device: Registered
    account_id: str | None


class ReleaseReason(StrEnum):
    """Why an operator takes a device from its account."""

    MEMBER_REQUEST = "member_request"
    SOLD = "sold"
    RETURNED = "returned"
    CLAIMED_BY_MISTAKE = "claimed_by_mistake"


class Released(Struct, frozen=True):
    """A device that an account released last, by the name that it had there."""

    account_id: str
    device_id: str
    serial: str
    name: str
    released_at: datetime


class Device(Struct, frozen=True):
    """A device bound to an account; `revision` counts what has been started for it.

    `token_hash` is of the device's own token (rules_device_tokens.py).
    """

    account_id: str
    device_id: str
    serial: str
    model: str
    name: str
    claimed_at: datetime
    revision: int = 0
    token_hash: str | None = None

    def released(self, at: datetime) -> Released:
        """What stays of it in the account once it is released."""
        return Released(self.account_id, self.device_id, self.serial, self.name, at)
