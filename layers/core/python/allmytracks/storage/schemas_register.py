"""What the operators' routes of the register of devices take and give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec

from allmytracks.foundation.paging import Page
from allmytracks.storage.rules_devices import Registered, Registration, ReleaseReason, serial_of
from allmytracks.storage.use_cases.keep_register import Entered, Outcome, Released

MOST_AT_ONCE = 100
# What people print on a label: letters, digits and a few marks.
Serial = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=64,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._/-]*$",
        description="a serial number of 1 to 64 letters and digits; blanks and . _ / - may stand between them",
    ),
]
Model = Annotated[
    str,
    msgspec.Meta(
        min_length=1, max_length=60, pattern=r"^[\x20-\x7e]+$", description="a model of 1 to 60 ASCII characters"
    ),
]
ClaimHash = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$", description="64 lower-case hexadecimal digits (SHA-256)")
]


class RegisterForm(msgspec.Struct):
    """A device; `claim_hash` is SHA-256 of its serial number and claim code, as `allmytracks devices` makes it."""

    serial: Serial
    model: Model
    claim_hash: ClaimHash

    def registered(self) -> Registered:
        """The device in its stored form."""
        return Registered(serial_of(self.serial), self.model.strip(), self.claim_hash)


class RegisterDevicesForm(msgspec.Struct):
    """Devices to register."""

    items: Annotated[list[RegisterForm], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]


class ReleaseForm(msgspec.Struct):
    """Why a device is taken from its account."""

    reason: ReleaseReason


class RegisterQuery(msgspec.Struct):
    """A page of the register."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None


class EnteredAnswer(msgspec.Struct):
    """`outcome`: `registered`, `known` (the same again), or `different` (on the register with other data)."""

    device_id: str
    serial: str
    outcome: Outcome


class EnteredListAnswer(msgspec.Struct):
    """What came of each device, in the order of the request."""

    items: list[EnteredAnswer]


class RegistrationAnswer(msgspec.Struct):
    """A device on the register, and the account that has it."""

    device_id: str
    serial: str
    model: str
    account_id: str | None


class ReleasedAnswer(RegistrationAnswer):
    """A device that no account has any more; `released_from` is the account that had it last and gets the notice."""

    released_from: str | None


class RegistrationsAnswer(msgspec.Struct):
    """A page of the register, by serial number."""

    items: list[RegistrationAnswer]
    next_cursor: str | None


def entered_answer(entered: Sequence[Entered]) -> EnteredListAnswer:
    """What came of registering devices."""
    return EnteredListAnswer(
        [EnteredAnswer(each.device.device_id, each.device.serial, each.outcome) for each in entered]
    )


def registration_answer(found: Registration) -> RegistrationAnswer:
    """A device as operators see it."""
    device = found.device
    return RegistrationAnswer(device.device_id, device.serial, device.model, found.account_id)


def released_answer(released: Released) -> ReleasedAnswer:
    """A device after its release."""
    shown = registration_answer(released.registration)
    return ReleasedAnswer(shown.device_id, shown.serial, shown.model, shown.account_id, released.released_from)


def registrations_answer(page: Page[Registration]) -> RegistrationsAnswer:
    """A page of the register."""
    return RegistrationsAnswer([registration_answer(each) for each in page.items], page.next_cursor)
