"""Who can have a trial: once in an account's life, and once in a device's (S-7.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from allmytracks.accounts.rules import Account
from allmytracks.foundation.errors import Conflict

AGREEMENTS = ("cloud-agreement",)


class TrialUsed(Conflict):
    """The account or the device has had its trial."""

    code = "trial_used"


class Begun(StrEnum):
    """What came of the attempt to begin a trial."""

    BEGUN = "begun"
    USED = "used"
    DEVICE_CHANGED = "device_changed"


class DeviceTrial(Struct, frozen=True):
    """The trial of an account, on one device."""

    account_id: str
    device_id: str
    subscription_id: str
    started_at: datetime


def subjects(account: Account, device_id: str) -> Sequence[str]:
    """Whose trial this is: the address is the same after closing and signing up again, the account's id is not."""
    return (f"account:{account.id}", f"address:{account.email}", f"device:{device_id}")
