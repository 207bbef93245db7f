"""Which packages a deployed function finds: those of its layers, not all that are installed for developing.

It matters where a library tries imports: `stripe` loads httpx and aiohttp wherever there are such.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

PROJECT = "allmytracks"
# The extra that layers/documents ships, which only some functions have.
EXTRA = "documents"


def hidden(lock: Path, *, documents: bool) -> list[str]:
    """The installed top-level modules that a function's layers, as built from the lock file, do not contain."""
    kept = shipped(tomllib.loads(lock.read_text(encoding="utf-8")), documents=documents)
    found = packages_distributions()
    return sorted(module for module, names in found.items() if not kept & {_plain(name) for name in names})


def shipped(lock: Mapping[str, Any], *, documents: bool) -> set[str]:
    """The distributions that the project's dependencies bring, and those of the documents' layer where asked for."""
    packages = {package["name"]: package for package in lock["package"]}
    project = packages[PROJECT]
    waiting = [*project["dependencies"], *(project["optional-dependencies"][EXTRA] if documents else ())]
    found = {PROJECT}
    while waiting:
        wanted = waiting.pop()
        if wanted["name"] not in found:
            found.add(wanted["name"])
            waiting += _needs(packages[wanted["name"]], wanted)
    return found


def _needs(package: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from package.get("dependencies", ())
    for extra in wanted.get("extra", ()):
        yield from package.get("optional-dependencies", {}).get(extra, ())


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
