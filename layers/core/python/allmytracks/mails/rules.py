"""How mails and notices are worded: a catalogue a language, and the letters made from it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Letter(Struct, frozen=True):
    """The finished words of one mail or notice, in `language` (BCP 47)."""

    language: str
    subject: str
    text: str


class Catalogue(Struct, frozen=True):
    """All words of one language. `{}` in them is filled in.

    `letters`: subject and text by the name of the event or mail. `phrases`: parts that several letters have, or only
    some of them. `reasons` and `fields`: the words of each code of a reason and of each particular of an account.
    """

    language: str
    letters: Mapping[str, tuple[str, str]]
    phrases: Mapping[str, str]
    reasons: Mapping[str, str]
    fields: Mapping[str, str]

    def letter(self, name: str, **values: object) -> Letter:
        """A letter by its name. Raises KeyError for an unknown one, or one whose values are incomplete."""
        subject, text = self.letters[name]
        return Letter(self.language, subject.format(**values), text.format(**values))

    def phrase(self, name: str, **values: object) -> str:
        """A phrase by its name. Raises KeyError."""
        return self.phrases[name].format(**values)

    def reason(self, code: str | None) -> str:
        """The words of a reason; a general one where the code has none, since members see no codes."""
        return self.reasons.get(code or "") or self.phrases["other_reason"]

    def fields_named(self, codes: str) -> str:
        """The words of particulars, from their codes with commas between."""
        named = [self.fields.get(code.strip(), self.phrases["other_field"]) for code in codes.split(",")]
        return self.phrases["comma"].join(named)
