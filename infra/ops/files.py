"""Files that an operator wrote, read as text."""

from __future__ import annotations

from pathlib import Path

import typer


def text_of(path: Path) -> str:
    """The text of a file in UTF-8, with or without a byte order mark. Raises typer.BadParameter."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{path} is not UTF-8 from byte {error.start} on: save it as UTF-8") from None
