"""Fonts for texts of any script: which faces print them, in which language and direction.

The typesetter shapes and embeds. This module decides only what it cannot know: the regional shapes of characters that
Chinese, Japanese and Korean share, and that nothing is printed as an empty box.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import uharfbuzz
from msgspec import Struct

from allmytracks.documents.rules import UnprintableText
from allmytracks.documents.rules_text import character_name, unprintable

NOTO, NOTO_CJK, AMIRI = "manimgx_fonts", "manimgx_fonts_cjk", "fontpkg_amiri"
# Words longer than names have may break anywhere, or they would run over the edge of the paper. Not for scripts
# without spaces (they break by a dictionary), nor for checksums and our addresses of licences, which are copied.
_ENDLESS = re.compile(r"[^\s/\u0e00-\u11ff\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff]{45,}")
_COPIED = re.compile(r"[0-9a-f]{64}|(verify\?number=)?AMT(-[0-9A-Z]+)+")
_BREAK_EVERY = 10


class Face(Struct, frozen=True):
    """One family as the typesetter names it, and the packaged file that holds it."""

    family: str
    package: str
    file: str
    index: int = 0


def _noto(script: str) -> Face:
    return Face(f"Noto Sans {script}", NOTO, f"NotoSans{script}[wght].ttf")


def _cjk(region: str, index: int) -> Face:
    return Face(f"Noto Sans CJK {region}", NOTO_CJK, "NotoSansCJK-VF.otf.ttc", index)


SANS = Face("Noto Sans", NOTO, "NotoSans[wght].ttf")
JAPANESE, KOREAN, SIMPLIFIED, HONG_KONG = _cjk("JP", 0), _cjk("KR", 1), _cjk("SC", 2), _cjk("HK", 4)
# Noto Sans Arabic draws letters and dots separately; readers do not rejoin them when text is copied.
ARABIC = Face("Amiri", AMIRI, "files/Amiri-Regular.ttf")
HEBREW, THAI = _noto("Hebrew"), _noto("Thai")
_OTHERS = (
    "Armenian Bengali Devanagari Ethiopic Georgian Gujarati Gurmukhi Kannada Khmer Lao Malayalam Myanmar Oriya Sinhala"
    " Symbols Tamil Telugu"
)
OTHERS = (*map(_noto, _OTHERS.split()), Face("Noto Emoji", NOTO, "NotoEmoji[wght].ttf"))
# A language and region (BCP 47) of each face that belongs to one; the typesetter breaks lines and shapes by it.
LANGUAGES = {
    JAPANESE: ("ja", "JP"),
    KOREAN: ("ko", "KR"),
    SIMPLIFIED: ("zh", "CN"),
    HONG_KONG: ("zh", "HK"),
    ARABIC: ("ar", None),
    HEBREW: ("he", None),
    THAI: ("th", None),
}


class Written(Struct, frozen=True):
    """A text ready for typesetting; `lang` and `region` are None where they are those of the page."""

    text: str
    font: Sequence[str]
    rtl: bool
    lang: str | None
    region: str | None


def folders() -> list[Path]:
    """The folders of the packaged faces."""
    return [Path(str(files(package))) for package in (NOTO, NOTO_CJK, AMIRI)]


def written(text: str, page: Face = HONG_KONG) -> Written:
    """A text prepared for a page whose Chinese is in the face `page`.

    Raises UnprintableText where no face has a character.
    """
    asian = _asian_face(text, page) or page
    faces = (SANS, asian, ARABIC, HEBREW, THAI, *OTHERS)
    missing = unprintable(text)
    if missing:
        names = ", ".join(map(character_name, missing))
        raise UnprintableText(f"No font of ours prints these characters: {names}.", characters=missing)
    used = (_face_of(character, faces) for character in text)
    language = next((LANGUAGES[face] for face in used if face in LANGUAGES), (None, None))
    return Written(_breakable(text), [face.family for face in faces], _runs_leftwards(text), *language)


def written_in_part(text: str, page: Face = HONG_KONG) -> Written:
    """As `written`, with a question mark for each character that no face has.

    For documents that must be printed in any case: text of paid orders accepted before documents.rules_text.
    """
    missing = set(unprintable(text))
    return written("".join("?" if each in missing else each for each in text), page)


def coverage() -> str:
    """The characters of all faces, in runs of hexadecimal numbers: what rules_coverage.py holds."""
    covered = sorted({character for face in _every_face() for character in _characters(face)})
    starts = [each for before, each in zip([-2, *covered], covered, strict=False) if each != before + 1]
    ends = [each for each, after in zip(covered, [*covered[1:], -2], strict=True) if after != each + 1]
    return " ".join(
        f"{start:X}" if start == end else f"{start:X}-{end:X}" for start, end in zip(starts, ends, strict=True)
    )


def _every_face() -> tuple[Face, ...]:
    return (SANS, JAPANESE, KOREAN, SIMPLIFIED, HONG_KONG, ARABIC, HEBREW, THAI, *OTHERS)


def _runs_leftwards(text: str) -> bool:
    """By the first character that has a direction (Unicode bidirectional algorithm, P2 and P3)."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((each for each in directions if each in {"L", "R", "AL"}), "L") != "L"


def _breakable(text: str) -> str:
    return _ENDLESS.sub(lambda word: _with_breaks(word[0]), text)


def _with_breaks(word: str) -> str:
    """The word with zero-width spaces, none of them before a combining mark."""
    if _COPIED.fullmatch(word):
        return word
    places = [place for place in range(_BREAK_EVERY, len(word), _BREAK_EVERY) if not unicodedata.combining(word[place])]
    return "\u200b".join(word[start:end] for start, end in zip([0, *places], [*places, len(word)], strict=True))


def _face_of(character: str, faces: Sequence[Face]) -> Face | None:
    return next((face for face in faces if ord(character) in _characters(face)), None)


def _asian_face(text: str, page: Face) -> Face | None:
    """By the characters that only one region uses; else by the set that has them all, the page's own first."""
    names = [unicodedata.name(character, "") for character in text]
    if any(name.startswith(("HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA")) for name in names):
        return JAPANESE
    if any(name.startswith("HANGUL") for name in names):
        return KOREAN
    ideographs = "".join(character for character, name in zip(text, names, strict=True) if name.startswith("CJK"))
    if not ideographs:
        return None
    known = (("big5", HONG_KONG), ("gb2312", SIMPLIFIED), ("shift_jis", JAPANESE))
    charsets = sorted(known, key=lambda each: each[1] != page)
    return next((face for charset, face in charsets if _encodes(ideographs, charset)), HONG_KONG)


def _encodes(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


@cache
def _characters(face: Face) -> uharfbuzz.Set:
    file = uharfbuzz.Blob.from_file_path(str(files(face.package) / face.file))
    return uharfbuzz.Face(file, face.index).unicodes
