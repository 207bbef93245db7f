"""Imports a library without one that it imports for features that we do not use."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


class _Unloaded(ModuleType):
    """Takes the place of a library: each of its names is an empty class, enough for annotations and base classes."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


@contextmanager
def unloaded(library: str) -> Iterator[None]:
    """In this block `import library` gives a placeholder; afterwards it loads the library itself.

    Has no effect where the library is loaded already.
    """
    if library in sys.modules:
        yield
        return
    sys.modules[library] = _Unloaded(library)
    try:
        yield
    finally:
        del sys.modules[library]
