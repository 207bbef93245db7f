"""The register of disclosures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from allmytracks.disclosures.rules import Recorded


class DisclosureRegister(Protocol):
    """The disclosures of each account's data; append-only, and they outlive the account."""

    def record(self, recorded: Recorded) -> Recorded:
        """Records a disclosure. Idempotent: returns the stored record where there is one. Raises Unavailable."""
        ...

    def all(self, account_id: str) -> Sequence[Recorded]:
        """The account's disclosures, the latest first. Raises Unavailable."""
        ...
