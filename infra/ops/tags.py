"""The tags of a file of any kind, merged field by field."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import mutagen
from mutagen.aiff import AIFF
from mutagen.apev2 import BINARY, TEXT, APEv2, APEv2File
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3, ID3FileType, ID3NoHeaderError
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4, MP4Tags
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggspeex import OggSpeex
from mutagen.oggvorbis import OggVorbis

from infra.ops.containers import Container
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
# Who reads the tags of a form, or of an Ogg's codec. Programs put ID3 before a FLAC, and APEv2 behind an MP3, too: they
# fill what the first leaves.
_READERS: dict[str, tuple[Callable[[Path], Any], ...]] = {
    "mp3": (MP3, APEv2File),
    "flac": (FLAC, ID3FileType),
    "m4a": (MP4,),
    "aiff": (AIFF,),
    "vorbis": (OggVorbis,),
    "opus": (OggOpus,),
    "ogg of flac": (OggFLAC,),
    "speex": (OggSpeex,),
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


def tags_of(path: Path, container: Container, form: str | None, codec: str, encoding: str | None) -> Tags:
    """The file's tags, and those of its RIFF INFO list where the others are silent.

    `form` and `codec` are what was decoded: the file's name says nothing.
    """
    tags = Tags()
    guesses: set[str] = set()
    for load in _loads(path, container, form, codec):
        try:
            file = load()
        except ID3NoHeaderError:
            continue
        except BROKEN as error:
            tags.notes.append(f"its tags cannot be read ({' '.join(str(error).split()) or type(error).__name__})")
            continue
        if file is not None:
            tags.seconds = tags.seconds or _promised(file)
            tags.artwork = tags.artwork or _artwork(file)
            _fill(tags, _texts(file.tags, encoding), guesses)
    _fill(tags, {name: [read_text(raw, encoding)] for name, raw in container.info.items()}, guesses)
    if guesses:
        tags.notes.append(f"the encoding of its tags was guessed ({', '.join(sorted(guesses))}); --encoding says it")
    return tags


def _loads(path: Path, container: Container, form: str | None, codec: str) -> list[Callable[[], Any]]:
    """What reads the tags, the first winning. Those of a RIFF are in a chunk, which mutagen does not find in RF64."""
    if form in {"wav", "rf64"}:
        return [partial(ID3FileType, io.BytesIO(container.id3))] if container.id3 else []
    if form is None:
        return [partial(_guessed, path)]
    name = form if form != "ogg" else "ogg of flac" if codec == "flac" else codec
    return [partial(reader, path) for reader in _READERS.get(name, ())]


def _guessed(path: Path) -> Any:
    """A file of a form that we have no name for, by its bytes: mutagen would go by the extension too."""
    with path.open("rb") as file:
        return mutagen.File(fileobj=file, filename="sound")


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
    values = {name: list(each) for name, each in tags.items() if each.kind == TEXT} if isinstance(tags, APEv2) else tags
    lists = {str(name).lower(): each for name, each in dict(values).items() if isinstance(each, list)}
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
    elif isinstance(tags, APEv2):
        cover = tags.get("Cover Art (Front)")
        return bytes(cover.value).partition(b"\0")[2] if cover is not None and cover.kind == BINARY else None
    elif tags is not None and not pictures:
        try:
            coded = dict(tags).get("metadata_block_picture", ())
            pictures = [Picture(base64.b64decode(each)) for each in coded]
        except BROKEN:
            return None
    return next((each.data for each in pictures), None)
