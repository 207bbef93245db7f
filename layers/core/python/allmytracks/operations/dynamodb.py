"""Imports, operators' acts and the owners of orders in the accounts table, and the same in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from allmytracks.catalogue.rules_imports import Import, ImportNotFound
from allmytracks.foundation.audit.rules import Act
from allmytracks.payments.orders.dynamodb import MemoryOrders
from allmytracks.payments.orders.rules import OrderNotFound


@dataclass
class MemoryImports:
    """Imports in memory."""

    stored: dict[str, Import] = field(default_factory=dict)

    def get(self, import_id: str) -> Import:
        if import_id not in self.stored:
            raise ImportNotFound("There is no such import.")
        return self.stored[import_id]

    def put(self, record: Import) -> None:
        self.stored[record.id] = record


@dataclass
class MemoryAuditLog:
    """Acts in memory."""

    acts: list[Act] = field(default_factory=list)

    def record(self, act: Act) -> None:
        self.acts.append(act)

    def on_day(self, day: date) -> Sequence[Act]:
        return [act for act in self.acts if act.at.date() == day]


@dataclass
class MemoryOrderOwners:
    """Owners of orders in memory."""

    orders: MemoryOrders

    def owner(self, order_id: str) -> str:
        if order_id not in self.orders.stored:
            raise OrderNotFound("There is no such order.")
        return self.orders.stored[order_id].account_id
