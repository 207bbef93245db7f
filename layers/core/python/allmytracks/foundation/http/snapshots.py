"""SnapStart hooks: work done once before a snapshot, and state that environments must not share.

Lambda runs these hooks only for functions with SnapStart (docs/decisions/2026-11-27-every-function-is-primed.md).
"""

from __future__ import annotations

import itertools
import random
import re
import sys
from collections.abc import Callable, Iterator
from functools import cached_property
from types import MemberDescriptorType, ModuleType
from typing import TYPE_CHECKING, TypeVar

import msgspec
from snapshot_restore_py import register_after_restore, register_before_snapshot

from allmytracks.foundation.collecting import keep_what_is_here
from allmytracks.foundation.first_use import LOADERS

if TYPE_CHECKING:
    from allmytracks.foundation.http.functions import HttpFunction

S = TypeVar("S", bound=Callable[[], object])
OURS = "allmytracks."
# The attributes to evaluate: cached properties, and slots.
KEPT = (cached_property, MemberDescriptorType)


def primed_before_snapshots(services: S) -> S:
    """Registers the priming of each loaded handler before its snapshot is taken."""
    register_before_snapshot(prime, services)
    # Otherwise every environment would have the same random numbers, and equal retry pauses.
    register_after_restore(random.seed)
    return services


def prime(services: Callable[[], object]) -> None:
    """Builds what the loaded handlers use of `services`. Does no network I/O and fetches no credentials."""
    import inspect  # noqa: PLC0415 - 10 ms, which only those pay who take a snapshot

    from allmytracks.foundation.observability import logger, metrics  # noqa: PLC0415 - as in the wiring

    logger()
    metrics()
    seen: set[int] = set()
    for module in list(sys.modules.values()):
        # The composition root asks for nothing: what its docstring gives as an example would be built everywhere.
        if getattr(module, "services", None) is not services or module.__name__ == services.__module__:
            continue
        for path in paths_asked_for(inspect.getsource(module)):
            _build(part_at(services(), path), seen)
        for function in _functions_of(module):
            for route in function.routes.values():
                _read_nothing(route.body, route.query)
    for load in LOADERS:
        load()
    keep_what_is_here()


def paths_asked_for(source: str) -> list[str]:
    """The paths that a handler's source reads from the composition root, such as `licenses.issue`, without settings."""
    found = set(re.findall(r"\bservices\(\)\.([\w.]+)", source))
    return sorted(each for each in found if not each.startswith("foundation.settings."))


def part_at(services: object, path: str) -> object:
    """The object at a path of the wiring; attributes of that object may follow in the path."""
    part = services
    for name in path.split("."):
        if not type(part).__module__.endswith("wiring"):
            break
        part = getattr(part, name)
    return part


def _build(thing: object, seen: set[int]) -> None:
    """Evaluates the cached properties of our own objects, recursively, except those that call AWS (answer_of_aws)."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, dict):
        inner: Iterator[object] = iter(list(thing.values()))
    elif isinstance(thing, list | tuple):
        inner = iter(thing)
    elif type(thing).__module__.startswith(OURS):
        inner = itertools.chain(_attributes(thing), _client_of(thing))
    else:
        return
    for each in inner:
        _build(each, seen)


def _attributes(thing: object) -> Iterator[object]:
    for base in type(thing).__mro__:
        for name, member in vars(base).items():
            if type(member) in KEPT:
                yield getattr(thing, name, None)
    yield from list(getattr(thing, "__dict__", {}).values())


def _client_of(thing: object) -> Iterator[object]:
    from allmytracks.foundation.aws.tables import Table  # noqa: PLC0415 - as in the wiring

    if isinstance(thing, Table):
        yield thing.client


def _functions_of(module: ModuleType) -> list[HttpFunction]:
    from allmytracks.foundation.http.functions import HttpFunction  # noqa: PLC0415 - as in the wiring

    return [each for each in vars(module).values() if isinstance(each, HttpFunction)]


def _read_nothing(*schemas: type[msgspec.Struct] | None) -> None:
    """Makes msgspec compile a schema: it does so at the first use, and caches the result."""
    for schema in schemas:
        if schema is not None:
            try:
                msgspec.convert({}, schema)
            except msgspec.ValidationError:
                continue
