"""Liquidated damages on record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from allmytracks.damages.rules import Damages


class DamagesBook(Protocol):
    """The claims of each account; append-only, and they outlive the account."""

    def record(self, damages: Damages) -> Damages:
        """Records a claim. Idempotent: returns the stored record where there is one."""
        ...

    def all(self, account_id: str) -> Sequence[Damages]:
        """The account's claims, oldest first."""
        ...
