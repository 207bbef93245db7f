"""What an audio file's own bytes say of it, whatever its name: its container, and how much its header promises."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

RIFF = frozenset({b"RIFF", b"RF64", b"BW64"})
_W64 = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"
UNSAID = 0xFFFFFFFF
# The last page of an Ogg stream is at most this long, and says that it is the last.
_OGG_PAGE = 65_536
_LAST_PAGE = 0x04
# Texts of a RIFF INFO list, by what we call them.
_INFO = {b"INAM": "title", b"IART": "artist", b"IGNR": "genres", b"IMUS": "composer", b"ILNG": "lyrics_language"}


@dataclass(frozen=True, slots=True)
class Container:
    """`form` by the first bytes; `missing` bytes of sound that the header promises and the file does not have.

    `info` are texts of a RIFF INFO list, in an encoding that the file does not say; `id3` is what its ID3 chunk holds.
    """

    form: str | None
    size: int
    missing: int = 0
    info: dict[str, bytes] = field(default_factory=dict)
    id3: bytes = b""


def container_of(path: Path) -> Container:
    """Looks at the file's bytes. Raises OSError."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(16)
        if head[:4] in RIFF:
            return _riff(file, "wav" if head[:4] == b"RIFF" else "rf64", size)
        if head[:4] == b"FORM":
            declared = int.from_bytes(head[4:8], "big") + 8
            return Container("aiff", size, max(0, declared - size))
        if head[:4] == b"OggS":
            return Container("ogg", size, 0 if _ends(file, size) else 1)
    return Container(_form_of(head), size)


def _form_of(head: bytes) -> str | None:
    """The form of a file that begins so, where its header alone tells whether it is whole."""
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0):
        return "mp3"
    forms = {_W64: "w64", b"fLaC": "flac"}
    return "m4a" if head[4:8] == b"ftyp" else forms.get(head) or forms.get(head[:4])


def _riff(file: BinaryIO, form: str, size: int) -> Container:
    info: dict[str, bytes] = {}
    missing, id3 = 0, b""
    for name, start, length in _chunks(file, 12, size):
        if name == b"data":
            # A header that was written before its sound was known says nothing.
            missing = 0 if length == UNSAID else max(0, start + length - size)
        elif name == b"LIST":
            info |= _info(file, start, min(length, size - start))
        elif name.upper() == b"ID3 ":
            file.seek(start)
            id3 = file.read(length)
    return Container(form, size, missing, info, id3)


def _info(file: BinaryIO, start: int, length: int) -> dict[str, bytes]:
    file.seek(start)
    if file.read(4) != b"INFO":
        return {}
    found = {}
    for name, at, long in _chunks(file, start + 4, start + length):
        file.seek(at)
        text = file.read(min(long, 10_000)).split(b"\0")[0]
        if name in _INFO and text.strip():
            found[_INFO[name]] = text
    return found


def _chunks(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and length of each chunk up to `end`; a length that has no room in 32 bits is in ds64 (EBU 3306)."""
    long_data = UNSAID
    while at + 8 <= end:
        file.seek(at)
        name, length = file.read(4), int.from_bytes(file.read(4), "little")
        if name == b"ds64":
            file.seek(at + 16)
            long_data = int.from_bytes(file.read(8), "little")
        elif name == b"data" and length == UNSAID:
            length = long_data
        yield name, at + 8, length
        at += 8 + length + length % 2


def _ends(file: BinaryIO, size: int) -> bool:
    """Whether the last page is whole, and says that it is the last."""
    file.seek(max(0, size - _OGG_PAGE), os.SEEK_SET)
    tail = file.read()
    at = tail.rfind(b"OggS")
    if at < 0 or len(tail) < at + 27:
        return False
    segments = tail[at + 26]
    table = tail[at + 27 : at + 27 + segments]
    return bool(tail[at + 5] & _LAST_PAGE) and len(tail) >= at + 27 + segments + sum(table)
