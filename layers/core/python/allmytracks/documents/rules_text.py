"""Which text of people and companies is accepted: what our documents can print, normalised.

One rule for all of it: names, addresses, tax numbers, projects, platforms, titles, from any sender. What is accepted
can be printed later, when it cannot be corrected any more (a paid order's invoice, its agreement).
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache

from allmytracks.documents.rules_coverage import COVERAGE
from allmytracks.foundation.errors import FieldProblem, InvalidFields

JOINERS = frozenset("\u200c\u200d")
# Default-ignorable by Unicode, though no category shows it: fillers, the blank Braille pattern, selectors.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
_MOST_NAMED = 3


def line(field: str, text: str | None, longest: int) -> str | None:
    """One line of submitted text, normalised: composed, single spaces, all of it printable. Raises InvalidFields naming
    the field and the characters.
    """
    if text is None:
        return None
    normal = one_line(text)
    require_printable(field, normal)
    if len(normal) > longest:
        raise InvalidFields([FieldProblem(field, "too_long", f"Use at most {longest} characters.")])
    return normal or None


def required_line(field: str, text: str | None, longest: int) -> str:
    """As `line`, for required fields. Raises InvalidFields."""
    normal = line(field, text, longest)
    if normal is None:
        raise InvalidFields([FieldProblem(field, "required", f"Send {field}.")])
    return normal


def paragraphs(field: str, text: str, longest: int) -> str:
    """Text of several lines that people read on a screen: composed, without what cannot be seen, in any script.

    At most one empty line in a row. Raises InvalidFields naming the field and the characters.
    """
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept: list[str] = []
    for each in (part.strip() for part in composed.split("\n")):
        if each or (kept and kept[-1]):
            kept.append(each)
    normal = "\n".join(kept).strip()
    unseen = dict.fromkeys(each for each in normal if each != "\n" and not _is_seen(each))
    if unseen:
        names = ", ".join(map(character_name, list(unseen)[:_MOST_NAMED]))
        raise InvalidFields([FieldProblem(field, "invalid_characters", f"Leave out what cannot be seen: {names}.")])
    if not normal:
        raise InvalidFields([FieldProblem(field, "required", f"Send {field}.")])
    if len(normal) > longest:
        raise InvalidFields([FieldProblem(field, "too_long", f"Use at most {longest} characters.")])
    return normal


def _is_seen(character: str) -> bool:
    """Whether a character is text, or a part of text as joiners and selectors are."""
    if character in JOINERS or character in _SELECTORS:
        return True
    return unicodedata.category(character)[0] != "C" and character not in _BLANK


def one_line(text: str) -> str:
    """The text normalised: composed, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def require_printable(field: str, text: str) -> None:
    """Raises InvalidFields naming the field and the characters that no document can print."""
    problem = unprintable_problem(field, text)
    if problem is not None:
        raise InvalidFields([problem])


def unprintable_problem(field: str, text: str) -> FieldProblem | None:
    """The problem of a field whose text no document can print; None where it can be printed."""
    found = unprintable(text)
    if not found:
        return None
    names = ", ".join(map(character_name, found[:_MOST_NAMED]))
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    message = f"No document can print {names}{more}: leave this out, or write it in another script."
    return FieldProblem(field, "invalid_characters", message)


def unprintable(text: str) -> list[str]:
    """The characters that no document can print, each once, in their order in the text."""
    if text.isascii() and text.isprintable():
        return []
    return list(dict.fromkeys(text[place] for place in range(len(text)) if not _is_printable(text, place)))


def character_name(character: str) -> str:
    """A character as Unicode names it: `U+0F40 TIBETAN LETTER KA`."""
    number = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "") or _UNNAMED.get(unicodedata.category(character), "")
    return f"{number} {name}".rstrip()


_UNNAMED = {"Cc": "(a control character)", "Co": "(private use)", "Cn": "(unassigned)", "Cs": "(half a character)"}


def _is_printable(text: str, place: int) -> bool:
    """Whether a character is visible. Joiners are accepted where Arabic and Indic spelling or emoji have them,
    variation selectors behind their base.
    """
    character = text[place]
    if character in JOINERS and place:
        before = text[place - 1]
        return unicodedata.bidirectional(before) == "AL" or unicodedata.category(before)[0] in {"M", "S"}
    if character in _SELECTORS:
        return place > 0 and text[place - 1].isprintable() and not text[place - 1].isspace() and _covered(character)
    return unicodedata.category(character)[0] != "C" and character not in _BLANK and _covered(character)


def _covered(character: str) -> bool:
    """Whether a font of ours has it."""
    bounds = _bounds()
    return bisect_right(bounds, ord(character)) % 2 == 1


@cache
def _bounds() -> list[int]:
    """The first character of each covered run and the first after it, alternating."""
    bounds = []
    for run in COVERAGE.split():
        first, _, last = run.partition("-")
        bounds += [int(first, 16), int(last or first, 16) + 1]
    return bounds
