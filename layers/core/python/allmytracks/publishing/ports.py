"""Versioned data that operators publish without a deployment (M-II.9): price lists, agreements, rules for names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from allmytracks.foundation.errors import Conflict


class Publication(Struct, frozen=True):
    """One version of one kind (`plans`, `taxes`, `agreements`, …), in force from `effective_at` on."""

    kind: str
    version: str
    effective_at: datetime
    body: Mapping[str, object]


class Publications(Protocol):
    """The versions of everything that is published."""

    def all(self, kind: str) -> Sequence[Publication]:
        """Every version of a kind, oldest first."""
        ...

    def publish(self, publication: Publication) -> None:
        """Adds a version. Idempotent; another body for the same version raises Conflict."""
        ...


def refuse_another_body(published: Sequence[Publication], new: Publication) -> None:
    """Raises Conflict where the version is published already with another body."""
    for each in published:
        if (each.kind, each.version) == (new.kind, new.version) and each != new:
            raise Conflict(f"Version {new.version} of {new.kind} is published already, with other contents.")
