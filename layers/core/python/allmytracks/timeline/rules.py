"""One line of an account's timeline, and its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from allmytracks.timeline.rules_sentences import SENTENCES


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, when; `code` is the deciding fact of a refusal or the reason of an act, `reference` what it names.

    `details` are further words of the sentence (a title, an amount).
    """

    at: datetime
    kind: str
    code: str | None = None
    reference: str | None = None
    details: Mapping[str, str] = ()  # type: ignore[assignment]  # none

    @property
    def text(self) -> str:
        """The sentence for people; a kind that a later version wrote is shown by its name."""
        sentence = SENTENCES.get(self.kind)
        if sentence is None:
            return f"{self.kind.replace('_', ' ').capitalize()}."
        words = {"code": self.code or "", "reference": self.reference or "", **dict(self.details)}
        return sentence.format_map(_Words(words))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A member's refused request: when, which route, and the code of the deciding fact."""

    account_id: str
    at: datetime
    route: str
    code: str

    @property
    def minute(self) -> datetime:
        """Refusals alike within a minute are one: a script that repeats a request fills no timeline."""
        return self.at.replace(second=0, microsecond=0)


class _Words(dict[str, str]):
    """Words of a sentence; one that an old item lacks is left empty."""

    def __missing__(self, name: str) -> str:
        return ""
