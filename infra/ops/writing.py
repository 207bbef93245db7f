"""How answers are written: tables on a terminal, and one line a record, separated by tabs, into a pipe."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

NARROWEST = 24
GAP = "  "
INDENT = "    "
# Control characters and those that turn the direction of a line would let a member's name rewrite the screen.
UNSHOWN = frozenset({"Cc", "Zl", "Zp"})
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Fields:
    """One thing: a line for each of its values."""

    title: str
    values: Mapping[str, object]


@dataclass(frozen=True)
class Rows:
    """Many things of one kind. `name` begins each line in a pipe where the answer has other parts too."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Mapping[str, Any]]
    name: str = ""


Part = Fields | Rows | str


def counted(number: int, one: str, several: str | None = None, *, more: bool = False) -> str:
    """`1 licence`, `2 licences`, and `50 licences (and more)`."""
    noun = one if number == 1 else several or f"{one}s"
    return f"{number} {noun}{' (and more)' if more else ''}"


def lines_of(part: Part) -> Iterator[str]:
    """What goes into a pipe."""
    if isinstance(part, str):
        yield shown(part)
    elif isinstance(part, Fields):
        for name, value in _flat(part.values).items():
            yield f"{name}\t{told(value, none='')}"
    else:
        for row in part.rows:
            values = [told(row.get(column), none="") for column in part.columns]
            yield "\t".join([part.name, *values] if part.name else values)


def show(console: Console, parts: Sequence[Part]) -> None:
    """What a person sees; no word is broken, and no id cut off."""
    for place, part in enumerate(parts):
        if place and not isinstance(part, str):
            console.print()
        if isinstance(part, str):
            console.print(shown(part), markup=False, highlight=False, soft_wrap=len(part.split()) == 1)
        elif isinstance(part, Fields):
            _show_title(console, part.title)
            _show_fields(console, part.title, _flat(part.values))
        else:
            _show_rows(console, part)


def _show_title(console: Console, title: str) -> None:
    console.print(title, style="bold", markup=False, highlight=False)


def _show_rows(console: Console, part: Rows) -> None:
    _show_title(console, part.title)
    if not part.rows:
        return
    names = [column.replace("_", " ") for column in part.columns]
    texts = [[told(row.get(column)) for column in part.columns] for row in part.rows]
    stacked = _stacked([names, *texts], console.width)
    if stacked is None:
        _show_wide_rows(console, part, names, texts)
        return
    for place, lines in enumerate(stacked):
        for line in lines:
            console.print(_plain(line), style="" if place else "dim", soft_wrap=True, highlight=False)


def _show_wide_rows(console: Console, part: Rows, names: Sequence[str], texts: Sequence[Sequence[str]]) -> None:
    """Prose is broken between words within its column; where even that is too wide, each record is a list."""
    from rich.measure import Measurement
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for place, name in enumerate(names):
        # An id, an instant or a sum that is cut off is of no use to the next command; prose may be broken.
        table.add_column(name, no_wrap=not any(" " in text[place] for text in texts))
    for text in texts:
        table.add_row(*map(_plain, text))
    endless = console.options.update(max_width=10_000)
    if Measurement.get(console, endless, table).minimum <= console.width:
        console.print(table)
        return
    for place, row in enumerate(part.rows):
        if place:
            console.print()
        _show_fields(console, "", {column: row.get(column) for column in part.columns})


def _stacked(texts: Sequence[Sequence[str]], width: int) -> list[list[str]] | None:
    """Each record in as few lines as its columns need, further ones indented; None where a column is too wide.

    On a wide screen that is a table; on a narrow one no id is cut off, and no record becomes a page of its own.
    """
    from rich.cells import cell_len, set_cell_size

    widths = [max(map(cell_len, column)) for column in zip(*texts, strict=True)]
    lines: list[list[int]] = [[]]
    used = 0
    for column, wide in enumerate(widths):
        if lines[-1] and used + wide > width:
            lines.append([])
        used = (used if lines[-1] else len(INDENT) * (len(lines) > 1)) + wide + len(GAP)
        if used - len(GAP) > width:
            return None
        lines[-1].append(column)
    return [
        [
            INDENT * (place > 0) + GAP.join(set_cell_size(text[column], widths[column]) for column in line).rstrip()
            for place, line in enumerate(lines)
        ]
        for text in texts
    ]


def _show_fields(console: Console, title: str, values: Mapping[str, object]) -> None:
    """A value that is too long for its place goes below its name; no word is broken."""
    from rich.cells import cell_len

    labels = [_label(title, name) for name in values]
    wide = max((len(label) for label in labels), default=0) + 2
    room = max(console.width - wide, NARROWEST)
    for label, value in zip(labels, values.values(), strict=True):
        text = told(value)
        start, indent = f"{label:<{wide}}", wide
        if any(cell_len(word) > room for word in text.split()):
            console.print(label, style="dim", markup=False, highlight=False)
            start, indent, room_here = "  ", 2, max(console.width - 2, NARROWEST)
        else:
            room_here = room
        for place, line in enumerate(_wrapped(text, room_here)):
            console.print(start if place == 0 else " " * indent, end="", style="dim", markup=False, highlight=False)
            console.print(_plain(line), soft_wrap=True, highlight=False)


def _wrapped(text: str, room: int) -> list[str]:
    """The text in lines of at most `room` columns, but for a word that is longer: no word is broken."""
    from rich.cells import cell_len

    lines: list[str] = []
    for word in text.split(" "):
        if lines and cell_len(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _plain(text: str) -> Any:
    from rich.text import Text

    return Text(text)


def _label(title: str, name: str) -> str:
    """`id` of a track is named `id`, not `track id`, below the title Track."""
    words = name.split("_")
    if len(words) > 1 and words[0] == title.lower():
        words = words[1:]
    return " ".join(words)


def _flat(values: Mapping[str, object]) -> dict[str, object]:
    """Every value by itself: one within another is named after both."""
    flat: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            flat |= {f"{name}_{part}": each for part, each in value.items()}
        else:
            flat[name] = value
    return flat


def told(value: object, *, none: str = "-") -> str:
    """A value for people, in one line."""
    if value is None or value in ([], {}, ""):
        return none
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name.replace('_', ' ')} {told(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return ("; " if any(isinstance(each, Mapping) for each in value) else ", ").join(map(told, value))
    return shown(str(value))


def shown(text: str) -> str:
    """A text without what would move the cursor or turn the line."""
    return "".join(" " if unicodedata.category(each) in UNSHOWN or each in TURNING else each for each in text)
