"""One cold start, run as a program of its own: imports a function and builds what its first request needs.

    python -P cold_start.py function NAME SERVICE…   prints the CPU nanoseconds of import and building
    python -P cold_start.py floor CLIENT…            the same of `import boto3` and these clients

Nothing is imported before the clock starts but what the interpreter has loaded anyway, and the process ends at once,
as Lambda's never pay for an orderly end.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

HIDDEN = frozenset(filter(None, os.environ.get("BENCH_HIDDEN_MODULES", "").split(",")))


class ShippedModules(PathFinder):
    """What no layer ships is not here either."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """As the path's own finder does, which finds nothing of what is hidden."""
        return None if fullname in HIDDEN else super().find_spec(fullname, path, target)


sys.meta_path[sys.meta_path.index(PathFinder)] = ShippedModules
# Cached properties that hold a response of AWS: a key's public half, and keys by their names.
ASKED_OF_AWS = frozenset({"public", "_by_id"})
STARTED = time.process_time_ns()


def main(command: str, *words: str) -> None:
    """Runs one command; see the module."""
    if command == "floor":
        boto3 = importlib.import_module("boto3")
        _ = [boto3.client(name) for name in words]
    else:
        load(words[0])
        build(words[1:])
    spent = time.process_time_ns() - STARTED
    os.write(1, f"{spent}\n".encode())
    os._exit(0)


def load(function: str) -> None:
    """Imports a function's handler, as Lambda does; of the operators' API also one area, as its first request does."""
    name, _, area = function.partition(":")
    handle = importlib.import_module(f"functions.{name}.handler").handle
    assert callable(handle)
    if area:
        handle.load(area)


def build(asked: Sequence[str]) -> None:
    """Makes the services that a function uses, with everything that they would make at their first call."""
    if "allmytracks.foundation.observability" in sys.modules:
        observability = sys.modules["allmytracks.foundation.observability"]
        observability.logger()
        observability.metrics()
    if asked:
        services = sys.modules["allmytracks.wiring"].services()
        seen: set[int] = set()
        for path in asked:
            reach(made(services, path), seen)


def made(services: object, path: str) -> object:
    """What the wiring makes at a path such as `licenses.issue`; what follows in the path is the part's own."""
    part = services
    for name in path.split("."):
        if not type(part).__module__.endswith("wiring"):
            break
        part = getattr(part, name)
    return part


def reach(thing: object, seen: set[int]) -> None:
    """Evaluates the cached properties of our own objects, however deep: adapters keep their clients in them."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, dict):
        for each in list(thing.values()):
            reach(each, seen)
    elif type(thing).__name__ == "Table":
        reach(getattr(thing, "client"), seen)  # noqa: B009 - an `object` here; its client serves it at the first call
    elif type(thing).__module__.startswith("allmytracks."):
        for base in type(thing).__mro__:
            for name, member in vars(base).items():
                # The latter is a slot.
                if type(member).__name__ in {"cached_property", "member_descriptor"} and name not in ASKED_OF_AWS:
                    reach(getattr(thing, name, None), seen)
        for each in list(getattr(thing, "__dict__", {}).values()):
            reach(each, seen)


if __name__ == "__main__":
    main(*sys.argv[1:])
