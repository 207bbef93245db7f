"""What becomes due on accounts at an instant: an answer, a correction, a use."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct


class DeadlineKind(StrEnum):
    """What is waited for."""

    GUARDIAN = "guardian"
    """A guardian's answer (U-II.I, P-minors.contact)."""
    INACTIVITY = "inactivity"
    """A use of the account (S-6.1)."""
    CORRECTION = "correction"
    """The correction of untrue data (U-II.truth)."""
    TEXT = "text"
    """Another text in place of one that breaks the rules (U-II.IV.3)."""


class Step(StrEnum):
    """What happens to an unused account next, in this order (S-6.1)."""

    WARN = "warn"
    SUSPEND = "suspend"
    CLOSE = "close"


class Deadline(Struct, frozen=True):
    """One deadline of an account: there is one of each kind and `reference` (the field of a text).

    `digest` is of the text that is to be changed.
    """

    account_id: str
    kind: DeadlineKind
    at: datetime
    reference: str = ""
    step: Step | None = None
    digest: str | None = None


UNUSED_AFTER = timedelta(days=365)
WARNED_BEFORE = timedelta(days=30)
CLOSED_AFTER = timedelta(days=30)


def first_warning(account_id: str, used_at: datetime) -> Deadline:
    """When the member of an account last used at an instant is warned: 30 days before it is suspended."""
    return Deadline(account_id, DeadlineKind.INACTIVITY, used_at + UNUSED_AFTER - WARNED_BEFORE, step=Step.WARN)
