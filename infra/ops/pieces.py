"""What a folder holds: pieces, each of one or more files, and what is no audio."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from infra.ops.audio import EXTENSIONS, KINDS

PREVIEW = ".preview"
CREDITS = "tracks.csv"
PICTURES = frozenset({".jpg", ".jpeg", ".png"})
COVERS = ("cover", "folder")


@dataclass(frozen=True, slots=True)
class Source:
    """One audio file; `name` is its path in the folder, `form` what its extension says."""

    path: Path
    name: str
    form: str


@dataclass(slots=True)
class Piece:
    """Files of one name but for the extension: the same piece in several forms, and maybe its preview."""

    sources: list[Source] = field(default_factory=list)
    preview: Source | None = None
    picture: Source | None = None

    @property
    def master(self) -> Source:
        """The best of the files: the one that everything else is made from."""
        return self.sources[0]

    @property
    def files(self) -> list[Source]:
        """All files of the piece."""
        return self.sources if self.preview is None else [*self.sources, self.preview]


@dataclass(frozen=True, slots=True)
class Found:
    """The pieces of a folder in the order of their names, its pictures, and what is refused at sight, by name."""

    pieces: list[Piece]
    refused: dict[str, str]
    pictures: int = 0

    @property
    def files(self) -> int:
        """How many files there are."""
        return sum(len(piece.files) for piece in self.pieces) + len(self.refused) + self.pictures


def find(folder: Path) -> Found:
    """Looks through a folder and all below it; hidden files are skipped."""
    pieces: dict[Path, Piece] = {}
    refused: dict[str, str] = {}
    pictures: dict[Path, Source] = {}
    for path in _files(folder):
        name = shown(path.relative_to(folder))
        form = EXTENSIONS.get(path.suffix.lower())
        if not path.is_file():
            refused[name] = "a link that leads nowhere, or no file"
        elif form is None and path.suffix.lower() in PICTURES:
            pictures[path] = Source(path, name, "picture")
        elif form is None:
            refused[name] = f"not audio of a kind that is read ({KINDS})"
        else:
            stem = path.with_suffix("")
            is_preview = form == "mp3" and stem.suffix.lower() == PREVIEW
            piece = pieces.setdefault(stem.with_suffix("") if is_preview else stem, Piece())
            _place(piece, Source(path, name, form), is_preview=is_preview)
    return _with_pictures(_kept(pieces, refused), pictures)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and not path.is_dir() and path != folder / CREDITS:
            yield path


def _place(piece: Piece, source: Source, *, is_preview: bool) -> None:
    if is_preview:
        piece.preview = source
    else:
        piece.sources.append(source)


def _with_pictures(found: Found, pictures: dict[Path, Source]) -> Found:
    """Gives each piece the picture of its name, else the cover of its folder; other pictures are refused."""
    by_stem = {path.with_suffix(""): picture for path, picture in pictures.items()}
    used: set[str] = set()
    for piece in found.pieces:
        stem = piece.master.path.with_suffix("")
        covers = [by_stem[at] for name in COVERS if (at := stem.with_name(name)) in by_stem]
        piece.picture = by_stem.get(stem) or next(iter(covers), None)
        used |= {piece.picture.name} if piece.picture else set()
    unused = {each.name: "a picture of no track here" for each in pictures.values() if each.name not in used}
    return Found(found.pieces, {**found.refused, **unused}, len(used))


def _kept(pieces: dict[Path, Piece], refused: dict[str, str]) -> Found:
    order = list(dict.fromkeys(EXTENSIONS.values()))
    kept: list[Piece] = []
    for piece in pieces.values():
        if not piece.sources and piece.preview:
            # Named like a preview of something that is not there: a piece of its own.
            piece.sources, piece.preview = [piece.preview], None
        piece.sources.sort(key=lambda source: (order.index(source.form), source.name))
        seen: set[str] = set()
        for source in list(piece.sources):
            if source.form in seen:
                refused[source.name] = f"{piece.master.name} is of the same name and form"
                piece.sources.remove(source)
            seen.add(source.form)
        kept.append(piece)
    return Found(sorted(kept, key=lambda piece: piece.master.name), refused)


def checksum(path: Path) -> str:
    """The file's SHA-256 in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shown(path: Path) -> str:
    """A path as it can be printed and sent, whatever bytes its name is of."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
