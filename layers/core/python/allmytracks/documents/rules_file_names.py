"""Names of files that are made of people's text: titles, artists, projects."""

from __future__ import annotations

import re
import unicodedata

# File systems take 255 bytes; some room is left for what a browser adds to a name that is taken.
LONGEST_BYTES = 200
_SEPARATORS = frozenset('/\\:*?"<>|')
# Devices of Windows, which no file can be called there, whatever its extension.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def safe_file_name(stem: str, extension: str, otherwise: str) -> str:
    """`stem.extension` as every file system takes it and no folder is left by it; `otherwise.extension` where nothing
    is left of the stem. Has at most LONGEST_BYTES bytes of UTF-8.
    """
    plain = "".join(" " if each in _SEPARATORS or not each.isprintable() else each for each in stem)
    kept = _trimmed(plain)
    if _DEVICES.fullmatch(kept):
        kept = f"_{kept}"
    room = LONGEST_BYTES - len(f".{extension}".encode())
    kept = _trimmed(_cut(kept, room))
    return f"{kept or otherwise}.{extension}"


def _trimmed(stem: str) -> str:
    """With single spaces, and neither spaces nor dots at its ends (hidden files, the folder above)."""
    return " ".join(stem.split()).strip(" .")


def _cut(text: str, room: int) -> str:
    """As many whole characters as have room, none parted from its marks."""
    cut = text.encode()[:room].decode(errors="ignore")
    while len(cut) < len(text) and cut and unicodedata.combining(text[len(cut)]):
        cut = cut[:-1]
    return cut
