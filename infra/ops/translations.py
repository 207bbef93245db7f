"""Words in other languages: `--translation zh-Hant=FILE`, once for each language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

LANGUAGES = ("zh-Hant", "zh-Hans")
Translated = Annotated[
    list[str] | None,
    typer.Option(
        "--translation",
        metavar="LANGUAGE=FILE",
        help="In zh-Hant or zh-Hans: a file with the subject in its first line, then the text. Once a language.",
    ),
]
TranslatedText = Annotated[
    list[str] | None,
    typer.Option("--translation", metavar="LANGUAGE=FILE", help="The text in zh-Hant or zh-Hans. Once a language."),
]


def titled(given: list[str] | None, title: str) -> list[dict[str, str]]:
    """The translations as the API takes them, `title` being its name of the first line. Raises typer.BadParameter."""
    forms = []
    for language, words in untitled(given).items():
        first, _, rest = words.partition("\n")
        if not rest.strip():
            raise typer.BadParameter(f"the file in {language} needs the subject in its first line, and text below it")
        forms.append({"language": language, title: first.strip(), "text": rest.strip()})
    return forms


def untitled(given: list[str] | None) -> dict[str, str]:
    """The text by language. Raises typer.BadParameter."""
    texts: dict[str, str] = {}
    for each in given or ():
        language, _, name = each.partition("=")
        if language not in LANGUAGES or not name:
            raise typer.BadParameter(f"--translation {each}: write zh-Hant=FILE or zh-Hans=FILE")
        if language in texts:
            raise typer.BadParameter(f"--translation {language} is given twice")
        try:
            texts[language] = Path(name).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise typer.BadParameter(f"--translation {language}: {name} cannot be read as text") from None
    return texts
