"""Texts of tags: their encoding where the file does not say it, tempos, ISRCs."""

from __future__ import annotations

import re
from dataclasses import dataclass

# In the order in which they are preferred where two read equally well. EUC-KR is none of them: all its everyday signs
# are everyday Chinese ones in GB 18030, too.
ENCODINGS = ("gb18030", "big5", "shift_jis", "cp1252")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}", re.ASCII)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
FASTEST = 999


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and the encoding that was guessed; None where it is known."""

    text: str
    guessed: str | None = None


def read_text(raw: bytes, encoding: str | None) -> Text:
    """Bytes as text: UTF-8 where they are, else by the encoding that the operator names, else by the likeliest."""
    for known in ("utf-8", encoding):
        if known:
            try:
                return Text(raw.decode(known))
            except UnicodeDecodeError:
                continue
    read: list[tuple[float, str, str]] = []
    for place, name in enumerate(ENCODINGS):
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        read.append((_likely(text, name) - place / 1000, text, name))
    if not read:
        return Text(raw.decode("latin-1"), "latin-1")
    _, text, name = max(read)
    return Text(text, name)


def mended(text: str, encoding: str | None) -> Text:
    """A text that was read as Latin-1 because its tag claims so, read again where that cannot be."""
    if text.isascii() or any(ord(each) > 0xFF for each in text):
        return Text(text)
    return read_text(text.encode("latin-1"), encoding)


def _likely(text: str, name: str) -> float:
    """From 0 to 1, how many of the signs beyond ASCII are usual ones of the encoding's language."""
    odd = [each for each in text if not each.isascii()]
    usual = sum(_latin(text, run) for run in _BEYOND_ASCII.finditer(text)) if name == "cp1252" else _usual(name, text)
    return usual / len(odd) if odd else 0.0


def _latin(text: str, run: re.Match[str]) -> float:
    """How many signs of a run are usual ones: European texts have accented letters singly, or two within a word."""
    if not run.group().isalpha() or len(run.group()) > 2:
        return 0.0
    beside = text[max(0, run.start() - 1) : run.start()] + text[run.end() : run.end() + 1]
    return 1.0 if len(run.group()) == 1 else float(any(each.isalpha() for each in beside))


def _usual(name: str, text: str) -> float:
    """Signs of the rows in which each standard has its everyday ones."""
    rows = {"gb18030": range(0xB0, 0xD8), "big5": range(0xA4, 0xC7)}
    count = 0.0
    for each in text:
        if each.isascii():
            continue
        lead = each.encode(name)[0]
        if name == "shift_jis":
            # Kana, and the kanji of the first level; half-width kana are a sign of a wrong guess.
            count += 1.0 if "\u3040" <= each <= "\u30ff" else 0.8 if 0x88 <= lead <= 0x97 else 0.0
        elif lead in rows[name]:
            trail = each.encode(name)[1] if len(each.encode(name)) > 1 else 0
            count += 1.0 if name != "gb18030" or trail >= 0xA1 else 0.4
    return count


def tempo_of(text: str | None) -> tuple[int | None, str | None]:
    """A tempo in whole beats a minute, and what had to be changed or dropped for it."""
    if not text:
        return None, None
    found = _NUMBER.search(text)
    if found is None:
        return None, f"its tempo {text[:50]!r} was dropped: there is no number in it"
    number = float(found.group().replace(",", "."))
    tempo = round(number)
    if not 1 <= tempo <= FASTEST:
        return None, f"its tempo {text[:50]!r} was dropped: tempos lie between 1 and {FASTEST}"
    return tempo, None if text.strip() == str(tempo) else f"its tempo {text[:50]!r} was taken as {tempo}"


def isrc_in(text: str | None) -> tuple[str | None, str | None]:
    """An ISRC, and what was dropped where it is none."""
    if not text:
        return None, None
    plain = re.sub(r"[\s-]", "", text).upper()
    if _ISRC.fullmatch(plain):
        return plain, None
    return None, f"its ISRC {text[:50]!r} was dropped: an ISRC is 12 signs, as GBAYE6800011"
