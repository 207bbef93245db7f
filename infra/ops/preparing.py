"""Makes of a piece what the catalogue takes: its files, what is said and measured of it, and what is reported."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from infra.ops.audio import Sound, read
from infra.ops.credits import Said
from infra.ops.decoding import UnreadableError
from infra.ops.estimates import Estimates, estimate
from infra.ops.pieces import Piece
from infra.ops.renditions import (
    CannotRenderError,
    make_artwork,
    make_mp3,
    make_preview,
    make_wav,
    make_waveform,
)
from infra.ops.texts import Text, read_text

# Files of one name are one piece where they last equally long; encoders add some silence.
LENGTHS_DIFFER = 1.5
LONGEST_TEXT = 300
MOST_WORDS = 50


class RefusedError(Exception):
    """This piece is not imported; the message says why."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the operator said of the whole folder, where the files' own tags are silent (`kind` wins over them).

    `encoding` is that of tags, names and lists that do not say their own and are no UTF-8.
    """

    kind: Literal["music", "sound_effect"] | None = None
    artist: str = "Unknown artist"
    workers: int = 2
    encoding: str | None = None


@dataclass(slots=True)
class Prepared:
    """One piece, ready to be uploaded: files by form, fields of POST /tracks, notes for the report.

    `assumed` are fields that nobody says.
    """

    fields: dict[str, Any]
    files: dict[str, Path] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    assumed: frozenset[str] = frozenset()


def prepare(piece: Piece, folder: Path, wishes: Wishes, credits_of: Mapping[str, Said]) -> Prepared:
    """Reads, measures and encodes a piece; what is made goes into `folder`.

    Raises RefusedError, whatever the file does to those who read it.
    """
    with _refusing(piece, folder):
        sounds = _sounds(piece, wishes.encoding)
        prepared = describe(piece, sounds, wishes, credits_of)
        _renditions(piece, sounds, folder, prepared)
        _companions(piece, sounds, folder, prepared)
    return prepared


def described(piece: Piece, wishes: Wishes, credits_of: Mapping[str, Said]) -> Prepared:
    """What is said and measured of a piece, without any file made of it.

    Raises RefusedError, whatever the file does to those who read it.
    """
    with _refusing(piece):
        return describe(piece, _sounds(piece, wishes.encoding), wishes, credits_of)


@contextmanager
def _refusing(piece: Piece, made: Path | None = None) -> Iterator[None]:
    """Makes a refusal of whatever is raised."""
    try:
        yield
    except RefusedError:
        raise
    except UnreadableError as error:
        raise RefusedError(_in_folder(str(error), piece)) from error
    except Exception as error:
        said = _in_folder(str(error), piece)
        said = " ".join((said.replace(f"{made}{os.sep}", "") if made else said).split())[:150]
        raise RefusedError(f"cannot be read: {type(error).__name__} {said}".strip()) from error


def _in_folder(text: str, piece: Piece) -> str:
    """A parser's message, with the piece's files named as the report names them and not by where they are."""
    for source in (*piece.files, *([piece.picture] if piece.picture else [])):
        path = str(source.path)
        for written in (path, repr(path)[1:-1]):
            text = text.replace(written, source.name)
    return text


def describe(piece: Piece, sounds: Mapping[str, Sound], wishes: Wishes, credits_of: Mapping[str, Said]) -> Prepared:
    """What is said and measured of a piece: by tracks.csv, else by the tags of its files, else by its sound."""
    sound = sounds[piece.master.name]
    others = [sounds[each.name] for each in piece.sources[1:]]
    estimates = estimate(sound.decoded.heard)
    named = _title_by_name(piece, wishes.encoding)
    fields: dict[str, Any] = {
        "title": _merged("title", sound, others) or named.text,
        "artist": _merged("artist", sound, others) or wishes.artist,
        "kind": wishes.kind or _merged("kind", sound, others) or "music",
        "duration_seconds": sound.seconds,
        **{name: list(_merged(name, sound, others) or ()) for name in ("genres", "moods", "instruments")},
        **{
            name: _merged(name, sound, others)
            for name in ("bpm", "key", "composer", "isrc", "lyrics_language", "explicit")
        },
        "loudness_lufs": sound.decoded.loudness_lufs,
        "features": list(estimates.features),
        "signature": estimates.signature,
    }
    notes = [_in_folder(each, piece) for each in sound.notes]
    for source, other in zip(piece.sources[1:], others, strict=True):
        notes += [f"{source.name}: {_in_folder(each, piece)}" for each in other.notes if each not in sound.notes]
    if named.guessed:
        notes.append(f"the encoding of its name was guessed ({named.guessed}); --encoding says it")
    assumed = {name for name in ("title", "artist", "kind") if _merged(name, sound, others) is None}
    assumed -= {"kind"} if wishes.kind else set()
    for source in piece.files:
        said, reported = credits_of.get(source.name, ({}, []))
        fields |= said
        assumed -= said.keys()
        notes += reported
    _estimate_what_nobody_says(fields, estimates)
    return Prepared(_cut(fields), notes=notes, assumed=frozenset(assumed))


def _sounds(piece: Piece, encoding: str | None) -> dict[str, Sound]:
    """Every file of a piece, decoded whole. Raises UnreadableError, RefusedError."""
    sounds: dict[str, Sound] = {}
    for source in piece.files:
        try:
            sounds[source.name] = read(source.path, encoding)
        except UnreadableError as error:
            if source is piece.master:
                raise
            raise RefusedError(f"{source.name}: {error}") from error
    master = sounds[piece.master.name]
    for source in piece.sources[1:]:
        lasts = sounds[source.name].seconds
        if abs(master.seconds - lasts) > LENGTHS_DIFFER:
            raise RefusedError(f"{source.name} has its name but lasts {lasts:.1f} s, not {master.seconds:.1f} s")
    return sounds


def _renditions(piece: Piece, sounds: Mapping[str, Sound], folder: Path, prepared: Prepared) -> None:
    """The file of each rendition: that of the folder where it has one, made of the best source otherwise.

    Raises RefusedError where there would be nothing to sell.
    """
    files = prepared.files
    for source in piece.sources:
        form = sounds[source.name].sold_as
        if form is not None:
            files.setdefault(form, source.path)
    best, decoded = piece.master.path, sounds[piece.master.name].decoded
    title, artist = str(prepared.fields["title"]), str(prepared.fields["artist"])
    if decoded.channels > 2 and not {"mp3", "preview"} <= files.keys():
        prepared.notes.append(f"its {decoded.channels} channels are mixed down to two in mp3 and preview")
    try:
        if "wav" not in files and decoded.lossless:
            make_wav(best, folder / "made.wav", decoded.bits)
            files["wav"] = folder / "made.wav"
    except CannotRenderError as error:
        prepared.notes.append(f"no wav: {error}")
    if piece.preview:
        files["preview"] = piece.preview.path
    if "mp3" not in files:
        make_mp3(best, folder / "mp3.mp3", title, artist)
        files["mp3"] = folder / "mp3.mp3"
    if "preview" not in files:
        make_preview(best, folder / "preview.mp3", title, artist, decoded.loudness_lufs)
        files["preview"] = folder / "preview.mp3"


def _companions(piece: Piece, sounds: Mapping[str, Sound], folder: Path, prepared: Prepared) -> None:
    """The waveform of the preview, and the artwork."""
    waveform, artwork = folder / "waveform.json", folder / "artwork.jpg"
    make_waveform(prepared.files["preview"], waveform)
    prepared.files["waveform"] = waveform
    pictures = [sounds[each.name].artwork for each in piece.sources]
    if piece.picture:
        pictures.append(piece.picture.path.read_bytes())
    for picture in filter(None, pictures):
        try:
            make_artwork(picture, artwork)
        except CannotRenderError as error:
            prepared.notes.append(str(error))
        else:
            prepared.files["artwork"] = artwork
            return


def _merged(name: str, sound: Sound, others: list[Sound]) -> Any:
    """A field by the best file that says it."""
    for one in (sound, *others):
        said = getattr(one, name)
        if said not in {None, ()}:
            return said
    return None


def _estimate_what_nobody_says(fields: dict[str, Any], estimates: Estimates) -> None:
    """Tempo and key of music, with their confidence."""
    if fields["kind"] != "music":
        return
    if fields["bpm"] is None and estimates.bpm is not None:
        fields |= {"bpm": estimates.bpm, "bpm_confidence": estimates.bpm_confidence}
    if fields["key"] is None and estimates.key is not None:
        fields |= {"key": estimates.key, "key_confidence": estimates.key_confidence}


def _cut(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as long as the catalogue takes them, without those of which nothing is known."""
    cut: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, str):
            cut[name] = value[:LONGEST_TEXT]
        elif name in {"genres", "moods", "instruments"}:
            cut[name] = [each[:LONGEST_TEXT] for each in value[:MOST_WORDS]]
        elif value is not None:
            cut[name] = value
    return cut


def _title_by_name(piece: Piece, encoding: str | None) -> Text:
    stem = read_text(os.fsencode(piece.master.path.stem), encoding)
    return Text(stem.text.replace("_", " ").strip() or piece.master.name, stem.guessed)
