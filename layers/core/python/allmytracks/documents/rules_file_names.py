"""File names made from people's text: titles, artists, projects."""

from __future__ import annotations

import re
import unicodedata

# File systems take 255 bytes; some room is left for what a browser adds to a name that is taken.
LONGEST_BYTES = 200
_SPACED = str.maketrans(dict.fromkeys('/\\:*?"<>|', " "))
# Windows device names, reserved there with any extension.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def safe_file_name(stem: str, extension: str, otherwise: str) -> str:
    """`stem.extension`, valid on every file system and without path separators, in at most LONGEST_BYTES bytes of
    UTF-8. `otherwise.extension` where nothing is left of the stem.
    """
    plain = stem.translate(_SPACED)
    if not plain.isprintable():
        plain = "".join(each if each.isprintable() else " " for each in plain)
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
    """As many whole characters as fit, none separated from its combining marks."""
    cut = text.encode()[:room].decode(errors="ignore")
    while len(cut) < len(text) and cut and unicodedata.combining(text[len(cut)]):
        cut = cut[:-1]
    return cut
