"""Third parties and SDKs that process personal data: who, what, why, where, since when (P-13.processors)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from allmytracks.foundation.errors import NotFound


class ProcessorsNotFound(NotFound):
    """There is no such version of the list."""

    code = "version_not_found"


class Processor(Struct, frozen=True):
    """One of them; `data` says what it gets, `place` where it keeps that, `since` the day from which it does."""

    name: str
    purpose: str
    data: str
    place: str
    since: str


class ProcessorList(Struct, frozen=True):
    """One version of the list."""

    version: str
    effective_at: datetime
    processors: tuple[Processor, ...]


def list_in_force(versions: Sequence[ProcessorList], now: datetime, version: str | None = None) -> ProcessorList:
    """The version in force, or an earlier one by its name. Raises ProcessorsNotFound."""
    begun = [each for each in versions if each.effective_at <= now]
    for each in reversed(begun):
        if version in (None, each.version):
            return each
    raise ProcessorsNotFound("There is no such version of the list of processors.")
