"""Fonts of a letter: for each text the face that has its characters, cut down to the characters that are printed.

The packaged fonts are variable, and those for Chinese, Japanese and Korean have PostScript outlines, which reportlab
does not embed. So the few glyphs that a letter needs are drawn at the wanted weight by fontTools into a small TrueType
font: 20 glyphs take some milliseconds, where whole faces would take a minute.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from allmytracks.domain.licenses import UnprintableText

NOTDEF = ".notdef"
# How far a quadratic curve may be off the cubic one, in units of the face (1000 to the em): not visible.
TOLERANCE = 1.0
# The blocks of Latin, Greek and Cyrillic, and the signs that go with them. Noto Sans has other scripts as well, but
# they need shaping, and unshaped they would be printed wrongly.
SIMPLE_BLOCKS = (
    range(0x0020, 0x0530),
    range(0x1C80, 0x1C90),
    range(0x1D00, 0x2070),
    range(0x20A0, 0x20D0),
    range(0x2100, 0x2190),
    range(0x2C60, 0x2C80),
    range(0x2DE0, 0x2E80),
    range(0xA640, 0xA6A0),
    range(0xA720, 0xA800),
    range(0xAB30, 0xAB70),
)


_READING = threading.Lock()


class Weight(Enum):
    """How bold a text is, on the axis of the variable fonts."""

    REGULAR = 400
    BOLD = 700


class Face(Enum):
    """The faces that a letter can use; those of East Asia differ in the shapes of the same characters."""

    SANS = "Sans"
    JAPANESE = "JP"
    KOREAN = "KR"
    SIMPLIFIED = "SC"
    HONG_KONG = "HK"


_COLLECTION = {Face.JAPANESE: 0, Face.KOREAN: 1, Face.SIMPLIFIED: 2, Face.HONG_KONG: 4}


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that one face prints."""

    face: Face
    text: str


def runs(text: str) -> list[Run]:
    """`text` in pieces of one face each. Raises UnprintableText where no face has a character."""
    asian = _asian_face(text)
    pieces: list[Run] = []
    for character in text:
        face = _face_of(character, asian, pieces[-1].face if pieces else Face.SANS)
        if pieces and pieces[-1].face is face:
            pieces[-1] = Run(face, pieces[-1].text + character)
        else:
            pieces.append(Run(face, character))
    return pieces


def cut(face: Face, weight: Weight, characters: Iterable[str]) -> bytes:
    """A TrueType font of these characters alone."""
    names = {ord(each): _characters(face)[ord(each)] for each in sorted(set(characters))}
    glyphs = {name: _glyph(face, weight, name) for name in [NOTDEF, *dict.fromkeys(names.values())]}
    source = _source(face)
    # The hinting-free minimum of tables; FontBuilder has no annotations of its own.
    built = FontBuilder(source["head"].unitsPerEm, isTTF=True)
    built.setupGlyphOrder(list(glyphs))
    built.setupCharacterMap(names)
    built.setupGlyf({name: outline for name, (outline, _) in glyphs.items()})
    built.setupHorizontalMetrics(
        {name: (width, getattr(outline, "xMin", 0)) for name, (outline, width) in glyphs.items()}
    )
    ascent, descent = source["hhea"].ascent, source["hhea"].descent
    built.setupHorizontalHeader(ascent=ascent, descent=descent)
    family = f"Noto{face.value}"
    built.setupNameTable({"familyName": family, "styleName": weight.name.title(), "psName": f"{family}-{weight.name}"})
    built.setupOS2(sTypoAscender=ascent, sTypoDescender=descent, usWinAscent=ascent, usWinDescent=-descent, fsType=0)
    built.setupPost()
    file = BytesIO()
    built.save(file)
    return file.getvalue()


def _face_of(character: str, asian: Face, before: Face) -> Face:
    if character.isspace() and ord(character) in _characters(before):
        return before
    if any(ord(character) in block for block in SIMPLE_BLOCKS) and ord(character) in _characters(Face.SANS):
        return Face.SANS
    if unicodedata.bidirectional(character) not in {"R", "AL"} and ord(character) in _characters(asian):
        return asian
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    raise UnprintableText(f"Letters cannot print this character yet: {character} ({name}).", characters=[character])


def _asian_face(text: str) -> Face:
    """By the characters that only one region uses; else by the character set that has them all."""
    names = [unicodedata.name(character, "") for character in text]
    if any(name.startswith(("HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA")) for name in names):
        return Face.JAPANESE
    if any(name.startswith("HANGUL") for name in names):
        return Face.KOREAN
    ideographs = "".join(character for character, name in zip(text, names, strict=True) if name.startswith("CJK"))
    charsets = (("big5", Face.HONG_KONG), ("gb2312", Face.SIMPLIFIED), ("shift_jis", Face.JAPANESE))
    return next((face for charset, face in charsets if _encodes(ideographs, charset)), Face.HONG_KONG)


def _encodes(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


@cache
def _source(face: Face) -> TTFont:
    if face is Face.SANS:
        return TTFont(BytesIO(_file("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf")), lazy=True)
    collection = _file("manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc")
    return TTFont(BytesIO(collection), fontNumber=_COLLECTION[face], lazy=True)


@cache
def _file(package: str, path: str) -> bytes:
    """A packaged file, in memory: a lazy font of a file would keep it open for the life of the process."""
    return (files(package) / path).read_bytes()


@cache
def _characters(face: Face) -> dict[int, str]:
    # fontTools reads a table when it is first asked for, and not safely for two threads at once.
    with _READING:
        best: dict[int, str] = _source(face).getBestCmap()
        return best


@cache
def _outlines(face: Face, weight: Weight) -> Any:
    return _source(face).getGlyphSet(location={"wght": weight.value})


@cache
def _glyph(face: Face, weight: Weight, name: str) -> tuple[object, int]:
    """One glyph at one weight as TrueType outlines, and its width."""
    outlines = _outlines(face, weight)
    whole = DecomposingRecordingPen(outlines)
    outlines[name].draw(whole)
    pen = TTGlyphPen(None)
    postscript = face is not Face.SANS
    whole.replay(Cu2QuPen(pen, TOLERANCE, reverse_direction=True) if postscript else pen)
    return pen.glyph(), round(outlines[name].width)


def faces_used(texts: Iterable[tuple[str, Weight]]) -> Iterator[tuple[Face, Weight, str]]:
    """For all texts of a letter: each face and weight that is needed, with its characters."""
    needed: dict[tuple[Face, Weight], set[str]] = {}
    for text, weight in texts:
        for run in runs(text):
            needed.setdefault((run.face, weight), set()).update(run.text)
    for (face, weight), characters in needed.items():
        yield face, weight, "".join(sorted(characters))
