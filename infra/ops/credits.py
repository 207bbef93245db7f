"""tracks.csv: what the people who made a folder say of its files. It wins over the files' own tags."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from infra.ops.errors import OpsError
from infra.ops.pieces import CREDITS
from infra.ops.texts import isrc_in, read_text, tempo_of

COLUMNS = (
    "composer", "isrc", "performing_rights", "title", "artist", "genres", "moods", "instruments", "bpm", "key",
    "lyrics_language", "explicit",
)  # fmt: skip
# Other names that columns are known by.
_ALSO = {"pro": "performing_rights", "tempo": "bpm"}
_YES, _NO = frozenset({"yes", "true", "1", "y"}), frozenset({"no", "false", "0", "n"})
Said = tuple[dict[str, Any], list[str]]


def credits_in(folder: Path, encoding: str | None = None) -> dict[str, Said]:
    """Fields by the files' names in the folder, each with what is to be reported of them. Raises OpsError."""
    path = folder / CREDITS
    if not path.is_file():
        return {}
    text = read_text(path.read_bytes().removeprefix(b"\xef\xbb\xbf"), encoding)
    rows = csv.DictReader(io.StringIO(text.text))
    columns = {_column(each) for each in rows.fieldnames or ()}
    if "file" not in columns or not columns <= {"file", *COLUMNS}:
        raise OpsError(f"{CREDITS} has the columns file, {', '.join(COLUMNS)}; this one has others.")
    guessed = [f"the encoding of {CREDITS} was guessed ({text.guessed})"] if text.guessed else []
    said: dict[str, Said] = {}
    for row in rows:
        named = {_column(name): (value or "").strip() for name, value in row.items() if isinstance(value, str)}
        fields, notes = _fields({name: value for name, value in named.items() if value})
        said[named["file"]] = (fields, [*guessed, *notes])
    return said


def _column(name: str | None) -> str:
    plain = (name or "").strip().lower().replace(" ", "_")
    return _ALSO.get(plain, plain)


def _fields(row: Mapping[str, str]) -> Said:
    fields: dict[str, Any] = {}
    notes: list[str] = []
    for name, text in row.items():
        if name == "file":
            continue
        value, note = _READ.get(name, _as_it_is)(text)
        if value is not None:
            fields[name] = value
        if note:
            notes.append(f"{CREDITS}: {note}")
    return fields, notes


def _as_it_is(text: str) -> tuple[Any, str | None]:
    return text[:300], None


def _words(text: str) -> tuple[Any, str | None]:
    return [each.strip()[:300] for each in text.split(";") if each.strip()][:50], None


def _yes_or_no(text: str) -> tuple[Any, str | None]:
    word = text.lower()
    if word in _YES | _NO:
        return word in _YES, None
    return None, f"explicit is yes or no; {text[:50]!r} was dropped"


_READ: dict[str, Callable[[str], tuple[Any, str | None]]] = {
    "bpm": tempo_of,
    "isrc": isrc_in,
    "explicit": _yes_or_no,
    **dict.fromkeys(("genres", "moods", "instruments"), _words),
}
