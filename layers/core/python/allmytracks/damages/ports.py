"""Liquidated damages on record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from allmytracks.damages.rules import Damages


class DamagesBook(Protocol):
    """The claims of each account; nothing is ever changed or removed, also not with the account."""

    def record(self, damages: Damages) -> Damages:
        """Records a claim; where it is on record already, answers that record and changes nothing."""
        ...

    def all(self, account_id: str) -> Sequence[Damages]:
        """The account's claims, oldest first."""
        ...
