"""What operators work with: their imports, and the record of their acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from allmytracks.domain.imports import Import
from allmytracks.domain.operators import Act
from allmytracks.domain.orders import Order
from allmytracks.ports.downloads import Page


class Imports(Protocol):
    """The imports by their ids."""

    def get(self, import_id: str) -> Import:
        """The import. Raises ImportNotFound."""
        ...

    def put(self, record: Import) -> None:
        """Stores the import as it stands now."""
        ...


class AuditLog(Protocol):
    """Every act of every operator; nothing is ever changed or removed (P-security)."""

    def record(self, act: Act) -> None:
        """Adds one act. Raises Unavailable, and then the act must not take place."""
        ...

    def on_day(self, day: date) -> Sequence[Act]:
        """The acts of one day (UTC), oldest first."""
        ...


class OrdersToSettle(Protocol):
    """Orders whose money is to be given back (M-II.2)."""

    def page(self, *, limit: int, cursor: str | None) -> Page[Order]:
        """The longest placed first; a change may show a moment later."""
        ...


class OrderOwners(Protocol):
    """Whose an order is: members know only their own, operators ask for any."""

    def owner(self, order_id: str) -> str:
        """The account that placed the order. Raises OrderNotFound."""
        ...
