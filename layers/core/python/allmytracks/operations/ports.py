"""What operators' work needs of the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from allmytracks.foundation.forms import Item

Place = tuple[str, str]


class StoredItems(Protocol):
    """Every item of the accounts table. Everything raises Unavailable."""

    def page(self, after: Place | None, limit: int) -> tuple[Sequence[Item], Place | None]:
        """At most so many items after one of them, and where to go on; None at the end. They may lag a second behind.

        It takes as long as the share of the table's capacity that it may use asks for.
        """
        ...

    def again(self, item: Item) -> Item | None:
        """The item as it is now; None where it is gone."""
        ...

    def add(self, item: Item, added: Item) -> bool:
        """Adds attributes to an item; False: it is no longer as it was read, and nothing was written."""
        ...
