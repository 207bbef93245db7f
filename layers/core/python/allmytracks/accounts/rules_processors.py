"""Third parties and SDKs that process personal data: who, what, why, where, since when (P-13.processors)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import asdict, replace

from allmytracks.foundation.errors import FieldProblem, InvalidFields, NotFound

# Members are notified this long before their data go to somebody new, or are used for something new (P-share.purpose).
TOLD_BEFORE = timedelta(days=7)


class ProcessorsNotFound(NotFound):
    """There is no such version of the list."""

    code = "version_not_found"


class ProcessorWords(Struct, frozen=True):
    """What members read of a processor, in one language; its name is the same in all."""

    purpose: str
    data: str
    place: str


class Processor(Struct, frozen=True):
    """One of them; `data` says what it gets, `place` where it keeps that, `since` the day from which it does.

    `translations` are its words in other languages (BCP 47).
    """

    name: str
    purpose: str
    data: str
    place: str
    since: str
    translations: Mapping[Literal["zh-Hant", "zh-Hans"], ProcessorWords] = {}

    def in_language(self, language: str) -> Processor:
        """With its words in a language; as published where it was not translated."""
        for each, words in self.translations.items():
            if each == language:
                return replace(self, **asdict(words))
        return self


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


def new_uses(versions: Sequence[ProcessorList], new: ProcessorList) -> tuple[Processor, ...]:
    """The processors of a list that no earlier version has with this purpose and these data.

    None where it is the first list: nobody's data are used differently by it.
    """
    earlier = [each for each in versions if each.effective_at < new.effective_at and each.version != new.version]
    known = {(one.name, one.purpose, one.data) for each in earlier for one in each.processors}
    return tuple(one for one in new.processors if known and (one.name, one.purpose, one.data) not in known)


def require_told_first(versions: Sequence[ProcessorList], new: ProcessorList, now: datetime) -> None:
    """Checks that members are notified of a new use before it begins. Raises InvalidFields."""
    if new_uses(versions, new) and new.effective_at < now + TOLD_BEFORE:
        message = (
            f"This list uses members' data for something new: they are notified {TOLD_BEFORE.days} days before. "
            f"Send an instant at least {TOLD_BEFORE.days} days from now."
        )
        raise InvalidFields([FieldProblem("effective_at", "too_early", message)])
