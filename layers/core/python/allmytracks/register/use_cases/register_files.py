"""The names of the register's files, and reading its tree."""

from __future__ import annotations

from functools import cache

from allmytracks.register.ports import RegisterFiles
from allmytracks.register.rules import RegisterBroken
from allmytracks.register.rules_tiles import Read, TiledTree


def head_name(number: int) -> str:
    """A signed head (JWS)."""
    return f"heads/{number:010}.jws"


def batch_name(number: int) -> str:
    """The leaves that enter with a head."""
    return f"batches/{number:010}.json"


def reading(files: RegisterFiles) -> Read:
    """A cached reader of files that must exist. It raises RegisterBroken, Unavailable."""

    @cache
    def read(name: str) -> bytes:
        content = files.get(name)
        if content is None:
            raise RegisterBroken(f"{name} is missing")
        return content

    return read


def tree_of(size: int, files: RegisterFiles) -> TiledTree:
    """The stored tree."""
    return TiledTree(size, reading(files))
