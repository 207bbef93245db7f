"""What an audio file says of itself: its tags, and what comes out when it is decoded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mutagen
import soundfile
from mutagen.id3 import ID3

# Extensions that are read, from the best source of a master down.
EXTENSIONS = {".wav": "wav", ".flac": "flac", ".mp3": "mp3", ".ogg": "ogg", ".oga": "ogg"}
LOSSLESS = frozenset({"wav", "flac"})
BLOCK = 1 << 16

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
}
_EFFECTS = frozenset({"sound effect", "sound effects", "sfx", "sound clip", "foley", "noise", "soundfx"})


class UnreadableError(Exception):
    """The file is no audio that we can read; the message says why."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What was read of one file. `kind` is None where its tags do not tell."""

    title: str | None
    artist: str | None
    genres: tuple[str, ...]
    moods: tuple[str, ...]
    instruments: tuple[str, ...]
    bpm: int | None
    key: str | None
    kind: str | None
    seconds: float
    rate: int
    channels: int
    subtype: str
    composer: str | None = None
    isrc: str | None = None


def read(path: Path) -> Sound:
    """Reads the tags and decodes the whole file once. Raises UnreadableError."""
    try:
        file = mutagen.File(path)
    except (mutagen.MutagenError, ValueError, KeyError, IndexError, EOFError) as error:  # what its parsers raise
        raise UnreadableError(f"damaged: {error}") from error
    if file is None:
        raise UnreadableError(f"not audio, though it is named {path.suffix}")
    seconds, rate, channels, subtype, info = _decode(path)
    tags = _tags(file.tags) or info
    genres = _several(tags.get("genres", []))
    return Sound(
        title=_first(tags.get("title", [])),
        artist=_first(tags.get("artist", [])),
        genres=genres,
        moods=_several(tags.get("moods", [])),
        instruments=_several(tags.get("instruments", [])),
        bpm=_tempo(_first(tags.get("bpm", []))),
        key=_first(tags.get("key", [])),
        kind=_kind(_first(tags.get("kind", [])), genres),
        seconds=seconds,
        rate=rate,
        channels=channels,
        subtype=subtype,
        composer=_first(tags.get("composer", [])),
        isrc=_first(tags.get("isrc", [])),
    )


def _decode(path: Path) -> tuple[float, int, int, str, dict[str, list[str]]]:
    try:
        with soundfile.SoundFile(path) as sound:
            frames = sum(len(block) for block in sound.blocks(BLOCK, dtype="int16"))
            declared = sound.frames
            rate, channels, subtype = sound.samplerate, sound.channels, sound.subtype
            said = sound.copy_metadata()
    except soundfile.LibsndfileError as error:
        raise UnreadableError(f"damaged: {error.error_string}") from error
    if frames == 0:
        raise UnreadableError("there is no sound in it")
    if path.suffix.lower() == ".flac" and frames < declared:
        raise UnreadableError(f"damaged: it ends after {frames / rate:.1f} of {declared / rate:.1f} seconds")
    names = {"title": "title", "artist": "artist", "genre": "genres"}
    info = {ours: [said[theirs]] for theirs, ours in names.items() if said.get(theirs)}
    return round(frames / rate, 3), rate, channels, subtype, info


def _tags(tags: Any) -> dict[str, list[str]]:
    if tags is None:
        return {}
    if isinstance(tags, ID3):
        found = {name: _id3(tags, frames) for name, frames in _ID3.items()}
        genre = tags.get("TCON")
        return {**found, "genres": list(genre.genres) if genre else []}
    lists = {str(name).lower(): values for name, values in dict(tags).items() if isinstance(values, list)}
    return {
        name: next((list(map(str, lists[key])) for key in keys if lists.get(key)), []) for name, keys in _VORBIS.items()
    }


def _id3(tags: ID3, frames: tuple[str, ...]) -> list[str]:
    known = {name.upper(): frame for name, frame in tags.items()}
    return next(([str(each) for each in known[name].text] for name in frames if name in known), [])


def _first(values: list[str]) -> str | None:
    return next((text for text in (" ".join(value.split()) for value in values) if text), None)


def _several(values: list[str]) -> tuple[str, ...]:
    parts = (" ".join(part.split()) for value in values for part in re.split(r"[;,/]", value))
    return tuple(dict.fromkeys(part for part in parts if part))


def _tempo(text: str | None) -> int | None:
    try:
        tempo = round(float((text or "").replace(",", ".")))
    except (ValueError, OverflowError):
        return None
    return tempo if 1 <= tempo <= 999 else None


def _kind(said: str | None, genres: tuple[str, ...]) -> str | None:
    word = (said or "").lower().replace(" ", "_")
    if word in {"music", "sound_effect"}:
        return word
    return "sound_effect" if any(genre.lower() in _EFFECTS for genre in genres) else None
