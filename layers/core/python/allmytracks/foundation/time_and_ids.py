"""Ports for the present time and new ids."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class Ids(Protocol):
    """The maker of ids."""

    def new(self, prefix: str) -> str:
        """An unguessable, unique id: `<prefix>_` and 26 letters and digits."""
        ...

    def digits(self, count: int) -> str:
        """A code of that many digits for people to type, unpredictable."""
        ...
