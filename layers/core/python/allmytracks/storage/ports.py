"""Where devices and trials are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from allmytracks.foundation.paging import Page
from allmytracks.storage.rules_devices import Device, Registered, Registration, Released
from allmytracks.storage.rules_trials import Begun, DeviceTrial


class Devices(Protocol):
    """The operator's register, and the devices of accounts. Every call raises Unavailable."""

    def register(self, registered: Registered) -> Registered:
        """Registers a device once; the record on the register, which is another where it has other data."""
        ...

    def registered(self, device_id: str) -> Registered | None:
        """The register's record; None for a device that is not on it."""
        ...

    def registration(self, device_id: str) -> Registration | None:
        """As `registered`, with the account that has the device."""
        ...

    def page(self, *, limit: int, cursor: str | None) -> Page[Registration]:
        """The register by serial number, eventually consistent. Raises InvalidFields (cursor)."""
        ...

    def bind(self, device: Device) -> bool:
        """Binds a device on the register to an account, both or neither; False where it is bound already."""
        ...

    def all(self, account_id: str) -> Sequence[Device]:
        """The account's devices, by id."""
        ...

    def get(self, account_id: str, device_id: str) -> Device:
        """A device of the account. Raises DeviceNotFound."""
        ...

    def rename(self, account_id: str, device_id: str, name: str) -> Device:
        """Gives it another name. Raises DeviceNotFound."""
        ...

    def set_token(self, account_id: str, device_id: str, token_hash: str | None) -> None:
        """Stores the hash of its token, or that it has none. Raises DeviceNotFound."""
        ...

    def release(self, device: Device, at: datetime) -> bool:
        """Frees the device, if nothing has been started for it since it was read; False where something was."""
        ...

    def released(self, account_id: str, device_id: str) -> Released | None:
        """The last release of a device by this account; None where it never had it, or did not release it."""
        ...

    def released_last(self, device_id: str) -> str | None:
        """The account that released the device last; None where none did, or its data are erased."""
        ...


class HeldTrials(Protocol):
    """Trials that have begun."""

    def of(self, account_id: str) -> DeviceTrial | None:
        """The account's trial, ended or not. Raises Unavailable."""
        ...

    def due(self, now: datetime) -> Iterator[DeviceTrial]:
        """Trials whose end is near and whose member was not notified yet, the earliest first; eventually consistent."""
        ...

    def mark_notified(self, trial: DeviceTrial) -> None:
        """Records that the member was notified of the end of a trial. Idempotent. Raises Unavailable."""
        ...


class Trials(HeldTrials, Protocol):
    """Trials, and the keyed marks by which there is one for each subject; the marks outlive the account."""

    def begin(self, trial: DeviceTrial, device: Device, subjects: Sequence[str]) -> Begun:
        """Marks every subject and begins the trial, all or nothing. Raises Unavailable."""
        ...
