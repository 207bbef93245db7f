"""Entries of an account's timeline, and their sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from allmytracks.timeline.rules_meanings import why
from allmytracks.timeline.rules_sentences import OTHER, SENTENCES


class Entry(Struct, frozen=True):
    """What happened, when; `code` is the reason of a refusal or an act, `reference` the id that it names.

    `details` are further values for the sentence (a title, an amount).
    """

    at: datetime
    kind: str
    code: str | None = None
    reference: str | None = None
    details: Mapping[str, str] = ()  # type: ignore[assignment]  # none

    def text_in(self, language: str) -> str:
        """The sentence for people in one of our languages; without code or route."""
        sentence = SENTENCES[language].get(self.kind)
        if sentence is None:
            return OTHER.get(language, f"{self.kind.replace('_', ' ').capitalize()}.")
        words = {"why": why(self.code, language), "reference": self.reference or "", **dict(self.details)}
        return sentence.format_map(_Words(words))


class Refusal(Struct, frozen=True):
    """A member's refused request: its time, route and reason code."""

    account_id: str
    at: datetime
    route: str
    code: str

    @property
    def minute(self) -> datetime:
        """Equal refusals within a minute are one, so that a script's repeated request does not fill the timeline."""
        return self.at.replace(second=0, microsecond=0)


class _Words(dict[str, str]):
    """The values of a sentence; one missing in an old item is left empty."""

    def __missing__(self, name: str) -> str:
        return ""
