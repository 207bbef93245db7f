"""Docstrings, comments and pages use standard terms (docs/glossary.md), those of tools and tests too."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("layers/core/python/allmytracks", "functions", "infra", "tests")
# Words that were used for a standard term, and the term.
INSTEAD = {
    "anew": "again, from the start",
    "by hand": "manually, by an operator",
    "dies|died": "crashes",
    "in vain": "without a result",
    "is told|are told|was told|were told|be told": "is notified, learns",
    "(?:asks?|calls?|names) nobody|nobody is asked": "say what is not done: no network I/O, no end user",
    "of no account": "ignored",
    "passed over": "ignored, skipped",
    "puts down": "records",
    "rings": "raises an alarm",
    "stands?(?!-)": "is, has the status",
    "takes? hold": "takes effect",
    "the same in memory": "an in-memory fake",
    "whoever": "the caller, the worker",
}
ANY = re.compile(rf"\b(?:{'|'.join(INSTEAD)})\b", re.IGNORECASE)


def prose(source: str) -> Iterator[str]:
    """Every docstring and comment of a module, in one line each."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield " ".join((ast.get_docstring(node) or "").split())
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def problems(source: str) -> list[str]:
    """What of a module's prose is said in other than standard terms, with the term to use."""
    if not ANY.search(" ".join(source.split())):  # nearly all modules: reading their tokens takes long
        return []
    return [
        f"{found.group(0)!r} (say: {term}) in: {text}"
        for text in prose(source)
        for words, term in INSTEAD.items()
        for found in [re.search(rf"\b(?:{words})\b", text, re.IGNORECASE)]
        if found
    ]


def test_code_speaks_in_standard_terms() -> None:
    found = {
        str(path.relative_to(ROOT)): said
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not any(part.startswith(".") for part in path.parts[len(ROOT.parts) :]) and path != Path(__file__)
        if (said := problems(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def of_the_project(pattern: str, *folders: str) -> Iterator[Path]:
    """Files of folders, without what is installed or built there."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob(pattern)):
            parts = path.relative_to(ROOT).parts
            if not any(part.startswith(".") and part != ".github" for part in parts) and "node_modules" not in parts:
                yield path


def test_pages_templates_and_scripts_speak_in_standard_terms() -> None:
    pages = [*ROOT.glob("*.md"), *of_the_project("*.md", "docs", "infra")]
    assert len(pages) > 100
    templates = [
        *ROOT.glob("*.yaml"),
        ROOT / "Makefile",
        *of_the_project("*.yaml", "infra"),
        *of_the_project("*.yml", ".github"),
    ]
    scripts = [path for path in of_the_project("*.js", "infra/site") if "vendor" not in path.parts]
    pages += [*templates, *scripts]
    # What a person writes "by hand" (boto3's calls in the bench, a visitor's downloads) is no operator's act.
    terms = {words: term for words, term in INSTEAD.items() if words != "by hand"}
    found = {
        f"{page.relative_to(ROOT)}: {line}": term
        for page in pages
        for line in page.read_text(encoding="utf-8").splitlines()
        for words, term in terms.items()
        if re.search(rf"\b(?:{words})\b", line, re.IGNORECASE)
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    ['"""Whoever dies half-way\nleaves a file."""', "def f():\n    '''It calls nobody.'''", "x = 1  # built anew\n"],
)
def test_other_words_are_found(source: str) -> None:
    assert problems(source)


def test_strings_and_names_are_not_prose() -> None:
    assert problems("stands = 'whoever dies'\n") == []
