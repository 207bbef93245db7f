"""How mails and notices are worded: a catalogue a language, and the letters made from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from allmytracks.documents.rules_directions import isolated
from allmytracks.documents.rules_languages import language_for


class Letter(Struct, frozen=True):
    """The finished words of one mail or notice, in `language` (BCP 47)."""

    language: str
    subject: str
    text: str


def letter_in(letters: Sequence[Letter], tag: str | None) -> Letter:
    """The letter in a person's language (BCP 47); the first one where it was not translated into that."""
    language = language_for(tag)
    return next((each for each in letters if each.language == language), letters[0])


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

    def letter(self, name: str, /, **values: object) -> Letter:
        """A letter by its name. Raises KeyError for an unknown one, or one whose values are incomplete."""
        subject, text = self.letters[name]
        told = _told(values)
        return Letter(self.language, subject.format(**told), text.format(**told))

    def phrase(self, name: str, /, **values: object) -> str:
        """A phrase by its name. Raises KeyError."""
        return self.phrases[name].format(**_told(values))

    def reason(self, code: str | None) -> str:
        """The words of a reason; a general one where the code has none, since members see no codes."""
        return self.reasons.get(code or "") or self.phrases["other_reason"]

    def problem(self, code: str | None, failure: str | None) -> str | None:
        """What became of a payment that did not count; None where there are no words for it.

        `failure` is the provider's code. Those that reveal checks against fraud have no words, and get general ones.
        """
        if code is None or code not in self.phrases:
            return None
        why = self.phrases.get(f"failure.{failure}", self.phrases["failure"])
        return self.phrase(code, failure=why)

    def fields_named(self, codes: str) -> str:
        """The words of particulars, from their codes with commas between."""
        named = [self.fields.get(code.strip(), self.phrases["other_field"]) for code in codes.split(",")]
        return self.phrases["comma"].join(named)


def _told(values: Mapping[str, object]) -> dict[str, object]:
    """The values of a sentence; a text from right to left does not turn the words around it."""
    return {name: isolated(value) if isinstance(value, str) else value for name, value in values.items()}
