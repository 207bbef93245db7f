"""What an audio file says of itself: its tags, and what comes out when it is decoded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import av

from infra.ops.containers import Container, container_of
from infra.ops.decoding import Decoded, UnreadableError, decode
from infra.ops.tags import Tags, tags_of
from infra.ops.texts import isrc_in, tempo_of

# Extensions that are read, from the best source of a master down.
EXTENSIONS = {
    ".wav": "wav",
    ".bwf": "wav",
    ".rf64": "wav",
    ".w64": "w64",
    ".aif": "aiff",
    ".aiff": "aiff",
    ".flac": "flac",
    ".m4a": "m4a",
    ".mp3": "mp3",
    ".ogg": "ogg",
    ".oga": "ogg",
    ".opus": "ogg",
}
KINDS = "wav, rf64, w64, aiff, flac, m4a, mp3, ogg, opus"
# What decoders may leave off or add without anything being lost.
SLACK_SECONDS = 0.25
SHORTEST_SECONDS = 0.1
_ROUNDED = 0.002
FLAWS_IN_LOSSY = 2
_LAYER_III = frozenset({"mp3", "mp3float"})
_EFFECTS = frozenset({"sound effect", "sound effects", "sfx", "sound clip", "foley", "noise", "soundfx"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sound:
    """What was read of one file. `kind` is None where its tags do not tell.

    `sold_as` is the rendition that the file itself can be; None where one has to be made of it.
    """

    title: str | None
    artist: str | None
    genres: tuple[str, ...]
    moods: tuple[str, ...]
    instruments: tuple[str, ...]
    bpm: int | None
    key: str | None
    kind: str | None
    seconds: float
    composer: str | None
    isrc: str | None
    lyrics_language: str | None
    explicit: bool | None
    sold_as: str | None
    decoded: Decoded
    artwork: bytes | None
    notes: tuple[str, ...]


def read(path: Path, encoding: str | None = None) -> Sound:
    """Reads the tags and decodes the whole file once. Raises UnreadableError."""
    try:
        container = container_of(path)
        if container.size == 0:
            raise UnreadableError("the file is empty")
        decoded = decode(path)
    except av.error.FFmpegError as error:  # some of them are OSError
        raise UnreadableError(f"damaged: {error.strerror}") from error
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from error
    form = _form(container, decoded)
    tags = tags_of(path, container, form, decoded.codec, encoding)
    _require_whole(container, form, decoded, tags)
    sold_as, renamed = _sold_as(path, form, decoded)
    bpm, tempo_note = tempo_of(tags.first("bpm"))
    isrc, isrc_note = isrc_in(tags.first("isrc"))
    genres = tags.several("genres")
    flaws = f"{decoded.flaws} of its packets cannot be decoded" if decoded.flaws else None
    language = (tags.first("lyrics_language") or "").lower()
    return Sound(
        title=tags.first("title"),
        artist=tags.first("artist"),
        genres=genres,
        moods=tags.several("moods"),
        instruments=tags.several("instruments"),
        bpm=bpm,
        key=tags.first("key"),
        kind=_kind(tags.first("kind"), genres),
        seconds=decoded.seconds,
        composer=tags.first("composer"),
        isrc=isrc,
        lyrics_language=language if _LANGUAGE.fullmatch(language) else None,
        explicit={"1": True, "4": True, "2": False}.get(tags.first("explicit") or ""),
        sold_as=sold_as,
        decoded=decoded,
        artwork=tags.artwork,
        notes=tuple(each for each in (*tags.notes, renamed, tempo_note, isrc_note, flaws) if each),
    )


def _form(container: Container, decoded: Decoded) -> str | None:
    """The form that was decoded. ID3 at a file's head, and a frame's first bits, are not MPEG layer III's alone."""
    if container.form == "mp3" and decoded.codec not in _LAYER_III:
        return "flac" if decoded.codec == "flac" else None
    return container.form


def _require_whole(container: Container, form: str | None, decoded: Decoded, tags: Tags) -> None:
    """Raises UnreadableError where the header promises more than there is, or what there is cannot be decoded."""
    if decoded.seconds < SHORTEST_SECONDS:
        raise UnreadableError(f"it lasts only {decoded.seconds:.3f} seconds")
    # Of bare frames the demuxer only reckons a length, from the file's size.
    promised = tags.seconds if container.form == "mp3" and form != "flac" else decoded.promised
    if promised is not None and decoded.seconds < promised - max(SLACK_SECONDS, 0.01 * promised):
        raise UnreadableError(f"damaged: it ends after {decoded.seconds:.1f} of {promised:.1f} seconds")
    # A FLAC says how many samples it has; its parser drops damaged frames, which the decoder then never sees.
    if form == "flac" and promised is not None and promised - decoded.seconds > _ROUNDED:
        raise UnreadableError(f"damaged: {promised - decoded.seconds:.3f} seconds of it cannot be decoded")
    if container.missing:
        what = "its end is missing" if container.form == "ogg" else f"its last {container.missing} bytes are missing"
        raise UnreadableError(f"damaged: it ends after {decoded.seconds:.1f} seconds; {what}")
    if decoded.flaws > (0 if decoded.lossless else FLAWS_IN_LOSSY):
        raise UnreadableError(f"damaged: {decoded.flaws} of its packets cannot be decoded")


def _sold_as(path: Path, form: str | None, decoded: Decoded) -> tuple[str | None, str | None]:
    """The rendition that the file can be as it is, and what is to be said where that is not what its name says."""
    suffix = path.suffix.lower()
    named = EXTENSIONS.get(suffix)
    if form == "wav" and not decoded.lossless:
        return None, f"it holds {decoded.codec}, which loses sound: it is not sold as a master"
    if form == "rf64":
        return None, "it is RF64, which few programs read: a plain wav was made of it"
    sold_as = form if form in {"wav", "mp3"} else None
    return sold_as, None if form == named else f"it is named {suffix} but is {form or decoded.codec}"


def _kind(said: str | None, genres: tuple[str, ...]) -> str | None:
    word = (said or "").lower().replace(" ", "_")
    if word in {"music", "sound_effect"}:
        return word
    return "sound_effect" if any(genre.lower() in _EFFECTS for genre in genres) else None
