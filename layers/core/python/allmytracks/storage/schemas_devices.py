"""Request and response bodies of devices and trials (api.md, "Device cloud storage")."""

from __future__ import annotations

import msgspec

from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.accounts.schemas import AcceptForm
from allmytracks.foundation.http.reading import RuledText
from allmytracks.foundation.instants import rfc3339
from allmytracks.storage.rules_cover import TRIAL, TRIAL_RETENTION_DAYS, Cover, CoverStatus, Status
from allmytracks.storage.rules_devices import Device
from allmytracks.storage.rules_trials import DeviceTrial
from allmytracks.storage.use_cases.keep_devices import CoveredDevice


class DeviceClaimForm(msgspec.Struct):
    """Serial number and claim code are on the device's label; without a name it is called as its model."""

    serial: RuledText
    claim_code: RuledText
    name: RuledText | None = None


class RenameForm(msgspec.Struct):
    """The device's new name."""

    name: RuledText


class TrialForm(msgspec.Struct):
    """The device to try cloud storage with; `accept` is the agreement `cloud-agreement` in its current version."""

    device_id: str
    accept: list[AcceptForm]

    def accepted(self) -> list[Accepted]:
        """What was accepted."""
        return [Accepted(each.agreement, each.version) for each in self.accept]


class CoverAnswer(msgspec.Struct, omit_defaults=True):
    """`ends_at` is until when the device is covered without a gap, or was."""

    status: CoverStatus
    ends_at: str | None = None


class DeviceAnswer(msgspec.Struct):
    """A device of the caller's."""

    device_id: str
    serial: str
    model: str
    name: str
    claimed_at: str
    cover: CoverAnswer


class DevicesAnswer(msgspec.Struct):
    """All devices of the caller's."""

    items: list[DeviceAnswer]


class DeviceTokenAnswer(msgspec.Struct):
    """The device's own token, for its Authorization header; it is not shown again."""

    token: str


class TrialAnswer(msgspec.Struct):
    """A trial; it ends by itself."""

    subscription_id: str
    device_id: str
    status: Status
    starts_at: str
    ends_at: str
    retention_days: int


def cover_answer(cover: Cover) -> CoverAnswer:
    """A cover as its member sees it."""
    return CoverAnswer(cover.status, rfc3339(cover.ends_at) if cover.ends_at else None)


def device_answer(covered: CoveredDevice) -> DeviceAnswer:
    """A device as its member sees it."""
    device: Device = covered.device
    return DeviceAnswer(
        device.device_id,
        device.serial,
        device.model,
        device.name,
        rfc3339(device.claimed_at),
        cover_answer(covered.cover),
    )


def trial_answer(trial: DeviceTrial) -> TrialAnswer:
    """A trial that has begun."""
    return TrialAnswer(
        trial.subscription_id,
        trial.device_id,
        Status.TRIAL,
        rfc3339(trial.started_at),
        rfc3339(trial.started_at + TRIAL),
        TRIAL_RETENTION_DAYS,
    )
