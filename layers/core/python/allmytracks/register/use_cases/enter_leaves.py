"""Lets what was done with licences wait for the register's next head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.register.ports import RegisterEntries
from allmytracks.register.rules import Leaf


@dataclass(frozen=True)
class EnterLeaves:
    """One blind write a leaf, safe to repeat: whether it entered already is decided by the one who signs.

    Raises Unavailable.
    """

    entries: RegisterEntries

    def __call__(self, leaves: Sequence[Leaf]) -> None:
        self.entries.put_pending(leaves)
