"""What happened to a device of an account."""

from __future__ import annotations

from allmytracks.foundation.events import Event


class StorageTrialStarted(Event, frozen=True):
    """The trial of cloud storage began for a device (S-7.1)."""

    device_id: str
    at: str


class DeviceReleased(Event, frozen=True):
    """A device was released, by its member or an operator; any account can claim it (S-1.devices)."""

    device_id: str
    at: str


OF_DEVICES = frozenset(each.__name__ for each in (StorageTrialStarted, DeviceReleased))
"""The names of these events; each has a notice."""
