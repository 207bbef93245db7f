"""Imports, operators' acts and the owners of orders in the accounts table, and the same in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.models import Model

from allmytracks.adapters.dynamodb import Table, bind, translated
from allmytracks.adapters.orders import MemoryOrders, OwnerItem, order_sort_key
from allmytracks.domain.imports import Import, ImportNotFound, ImportStatus, Tally
from allmytracks.domain.instants import parse_rfc3339, rfc3339
from allmytracks.domain.operators import Act, Operator
from allmytracks.domain.orders import OrderNotFound

STATUS = "STATUS"


class ImportItem(Model):
    """One import; `tally` is JSON."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    label = UnicodeAttribute()
    status = UnicodeAttribute()
    started_by = UnicodeAttribute()
    started_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    runs = NumberAttribute()
    files = NumberAttribute()
    tally = UnicodeAttribute()


class ActItem(Model):
    """One act of an operator."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    act_id = UnicodeAttribute()
    name = UnicodeAttribute()
    subject = UnicodeAttribute()
    operator = UnicodeAttribute()
    source_ip = UnicodeAttribute()
    at = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)


class DynamoImports:
    """Imports in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(ImportItem, table)

    def get(self, import_id: str) -> Import:
        with translated():
            try:
                item = self._items.get(f"IMPORT#{import_id}", STATUS, consistent_read=True)
            except DoesNotExist:
                raise ImportNotFound("There is no such import.") from None
        return Import(
            id=import_id,
            label=item.label,
            status=ImportStatus(item.status),
            started_by=item.started_by,
            started_at=parse_rfc3339(item.started_at),
            updated_at=parse_rfc3339(item.updated_at),
            runs=int(item.runs),
            files=int(item.files),
            tally=msgspec.json.decode(item.tally, type=Tally),
        )

    def put(self, record: Import) -> None:
        item = self._items(
            f"IMPORT#{record.id}",
            STATUS,
            label=record.label,
            status=record.status,
            started_by=record.started_by,
            started_at=rfc3339(record.started_at),
            updated_at=rfc3339(record.updated_at),
            runs=record.runs,
            files=record.files,
            tally=msgspec.json.encode(record.tally).decode(),
        )
        with translated():
            item.save()


class DynamoAuditLog:
    """Acts in DynamoDB, a partition a day."""

    def __init__(self, table: Table) -> None:
        self._items = bind(ActItem, table)

    def record(self, act: Act) -> None:
        at = rfc3339(act.at)
        item = self._items(
            f"AUDIT#{at[:10]}",
            f"{at}#{act.id}",
            act_id=act.id,
            name=act.name,
            subject=act.subject,
            operator=act.operator.arn,
            source_ip=act.operator.source_ip,
            at=at,
            reason=act.reason,
        )
        with translated():
            item.save(condition=self._items.pk.does_not_exist())

    def on_day(self, day: date) -> Sequence[Act]:
        with translated():
            return [
                Act(
                    id=item.act_id,
                    name=item.name,
                    subject=item.subject,
                    operator=Operator(item.operator, item.source_ip),
                    at=parse_rfc3339(item.at),
                    reason=item.reason,
                )
                for item in self._items.query(f"AUDIT#{day.isoformat()}", consistent_read=True)
            ]


class DynamoOrderOwners:
    """Owners of orders in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(OwnerItem, table)

    def owner(self, order_id: str) -> str:
        with translated():
            try:
                item = self._items.get(order_sort_key(order_id), "OWNER", consistent_read=True)
            except DoesNotExist:
                raise OrderNotFound("There is no such order.") from None
        return str(item.account_id)


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
