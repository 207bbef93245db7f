"""Which packages a deployed function finds: those of its layers, not all that are installed for developing.

It matters where a library tries imports: `stripe` loads httpx wherever there is one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

PROJECT = "allmytracks"
# The extra that layers/documents ships.
EXTRA = "documents"


def hidden(lock: Path) -> list[str]:
    """The installed top-level modules that no layer contains, by the lock file that the layers are built from."""
    kept = shipped(tomllib.loads(lock.read_text(encoding="utf-8")))
    found = packages_distributions()
    return sorted(module for module, names in found.items() if not kept & {_plain(name) for name in names})


def shipped(lock: Mapping[str, Any]) -> set[str]:
    """The distributions that the project's dependencies and those of the documents' layer bring."""
    packages = {package["name"]: package for package in lock["package"]}
    project = packages[PROJECT]
    waiting = [*project["dependencies"], *project["optional-dependencies"][EXTRA]]
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
