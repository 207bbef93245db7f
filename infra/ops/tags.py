"""The tags of a file of any kind, merged field by field."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mutagen
from mutagen.flac import Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags

from infra.ops.texts import Text, mended, read_text

_ID3 = {
    "title": ("TIT2",),
    "artist": ("TPE1", "TPE2", "TCOM"),
    "bpm": ("TBPM",),
    "key": ("TKEY", "TXXX:INITIALKEY", "TXXX:KEY"),
    "moods": ("TMOO", "TXXX:MOOD"),
    "instruments": ("TXXX:INSTRUMENTS", "TXXX:INSTRUMENT"),
    "kind": ("TXXX:KIND",),
    "composer": ("TCOM", "TEXT"),
    "isrc": ("TSRC",),
    "explicit": ("TXXX:ITUNESADVISORY",),
    "lyrics_language": ("TLAN",),
}
_VORBIS = {
    "title": ("title",),
    "artist": ("artist", "albumartist", "performer", "composer"),
    "genres": ("genre",),
    "bpm": ("bpm", "tempo"),
    "key": ("initialkey", "key"),
    "moods": ("mood",),
    "instruments": ("instruments", "instrument"),
    "kind": ("kind",),
    "composer": ("composer", "lyricist"),
    "isrc": ("isrc",),
    "explicit": ("itunesadvisory",),
    "lyrics_language": ("language",),
}
_OWN = "----:com.apple.itunes:"
_MP4 = {
    "title": ("\xa9nam",),
    "artist": ("\xa9art", "aart", "\xa9wrt"),
    "genres": ("\xa9gen",),
    "bpm": ("tmpo", f"{_OWN}bpm"),
    "key": (f"{_OWN}initialkey", f"{_OWN}key"),
    "moods": (f"{_OWN}mood",),
    "instruments": (f"{_OWN}instruments", f"{_OWN}instrument"),
    "kind": (f"{_OWN}kind",),
    "composer": ("\xa9wrt",),
    "isrc": (f"{_OWN}isrc",),
    "explicit": ("rtng",),
    "lyrics_language": (f"{_OWN}language",),
}
# What mutagen's parsers raise at damaged tags; the sound may be whole all the same.
BROKEN = (mutagen.MutagenError, ValueError, KeyError, IndexError, EOFError, TypeError, AttributeError, OverflowError)


@dataclass(slots=True)
class Tags:
    """Texts by field, the artwork, and what is to be reported of how they were read."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    artwork: bytes | None = None
    notes: list[str] = field(default_factory=list)
    seconds: float | None = None

    def first(self, name: str) -> str | None:
        """The first text of a field."""
        return next((text for text in (" ".join(value.split()) for value in self.texts.get(name, [])) if text), None)

    def several(self, name: str) -> tuple[str, ...]:
        """All texts of a field, those that were written in one apart."""
        parts = (" ".join(part.split()) for value in self.texts.get(name, []) for part in re.split(r"[;,/]", value))
        return tuple(dict.fromkeys(part for part in parts if part))


def tags_of(path: Path, info: Mapping[str, bytes], encoding: str | None) -> Tags:
    """The file's tags, and those of its RIFF INFO list where the others are silent."""
    tags = Tags()
    try:
        file: Any = mutagen.File(path)
    except BROKEN as error:
        file = None
        tags.notes.append(f"its tags cannot be read ({' '.join(str(error).split())[:80] or type(error).__name__})")
    guesses: set[str] = set()
    if file is not None:
        tags.seconds = _promised(file)
        tags.artwork = _artwork(file)
        _fill(tags, _texts(file.tags, encoding), guesses)
    _fill(tags, {name: [read_text(raw, encoding)] for name, raw in info.items()}, guesses)
    if guesses:
        tags.notes.append(f"the encoding of its tags was guessed ({', '.join(sorted(guesses))}); --encoding says it")
    return tags


def _fill(tags: Tags, found: Mapping[str, Iterable[Text]], guesses: set[str]) -> None:
    for name, texts in found.items():
        if not tags.texts.get(name):
            tags.texts[name] = [each.text for each in texts]
            guesses.update(each.guessed for each in texts if each.guessed)


def _promised(file: Any) -> float | None:
    """The length in a header that counts frames; None where mutagen has only reckoned one from the file's size."""
    info = file.info
    mode = getattr(info, "bitrate_mode", None)
    if mode is None or str(mode).endswith("UNKNOWN"):
        return None
    return float(info.length) or None


def _texts(tags: Any, encoding: str | None) -> dict[str, list[Text]]:
    if tags is None:
        return {}
    if isinstance(tags, ID3):
        found = {name: _id3(tags, frames, encoding) for name, frames in _ID3.items()}
        genre = tags.get("TCON")
        return {**found, "genres": [mended(each, encoding) for each in genre.genres] if genre else []}
    lists = {str(name).lower(): values for name, values in dict(tags).items() if isinstance(values, list)}
    fields = _MP4 if isinstance(tags, MP4Tags) else _VORBIS
    return {
        name: next(([_plain(each) for each in lists[key]] for key in keys if lists.get(key)), [])
        for name, keys in fields.items()
    }


def _id3(tags: ID3, frames: tuple[str, ...], encoding: str | None) -> list[Text]:
    known = {name.upper(): frame for name, frame in tags.items()}
    for name in frames:
        if name in known and known[name].text:
            frame = known[name]
            return [mended(str(each), encoding) if frame.encoding == 0 else Text(str(each)) for each in frame.text]
    return []


def _plain(value: object) -> Text:
    return Text(bytes(value).decode("utf-8", "replace") if isinstance(value, bytes) else str(value))


def _artwork(file: Any) -> bytes | None:
    """The first picture in the tags, as it is in them."""
    tags = file.tags
    pictures = list(getattr(file, "pictures", ()))
    if isinstance(tags, ID3):
        pictures += tags.getall("APIC")
    elif isinstance(tags, MP4Tags):
        return next((bytes(each) for each in tags.get("covr", ())), None)
    elif tags is not None and not pictures:
        try:
            coded = dict(tags).get("metadata_block_picture", ())
            pictures = [Picture(base64.b64decode(each)) for each in coded]
        except BROKEN:
            return None
    return next((each.data for each in pictures), None)
