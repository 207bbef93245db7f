"""Tickets in the accounts table: one item each, with the account that it belongs to or is about.

`TICKET#<number>` / `OWNER` says where a ticket lies, and is written with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from allmytracks.tickets.rules import Ticket, TicketNotFound, TicketStatus

OWNER = "OWNER"
# Of tickets that a member opened, and of those that are about an account whose member did not sign in for them.
OWN, ABOUT = "TICKET#", "ABOUT#TICKET#"
NOT_FOUND = "There is no such ticket."


class TicketsIndex(GlobalSecondaryIndex["TicketItem"]):
    """Tickets of one status: open ones by when they are due, others by when they changed."""

    class Meta:
        """PynamoDB's settings of the index."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class TicketItem(Model):
    """One ticket; `ticket` is JSON."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    timeline = TicketsIndex()
    timeline_key = UnicodeAttribute()
    timeline_at = UnicodeAttribute()
    ticket = UnicodeAttribute()
    revision = NumberAttribute()


class TicketOwnerItem(Model):
    """Where the ticket of a number lies."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    ticket_pk = UnicodeAttribute()
    ticket_sk = UnicodeAttribute()


class DynamoTickets:
    """Tickets in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(TicketItem, table)
        self._owners = bind(TicketOwnerItem, table)
        self._connection = connect(table)

    def add(self, ticket: Ticket) -> Ticket:
        item = self._item(ticket)
        owner = self._owners(_key(ticket.number), OWNER, ticket_pk=item.pk, ticket_sk=item.sk)
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(owner, condition=self._owners.pk.does_not_exist())
                transaction.save(item)
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            return self.get(ticket.number)
        return ticket

    def get(self, number: str) -> Ticket:
        try:
            owner = self._owners.get(_key(number), OWNER, consistent_read=True)
            return _ticket(self._items.get(owner.ticket_pk, owner.ticket_sk, consistent_read=True))
        except DoesNotExist:
            raise TicketNotFound(NOT_FOUND) from None

    def replace(self, ticket: Ticket) -> bool:
        item = self._item(replace(ticket, revision=ticket.revision + 1))
        # Of a repetition after a lost answer the item is this one already.
        mine = self._items.ticket == item.ticket
        try:
            item.save(condition=(self._items.revision == ticket.revision) | mine)
        except PutError as error:
            if is_condition_failure(error):
                return False
            raise
        return True

    def of_member(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Ticket]:
        pk = account_key(account_id)
        start = None
        if cursor:
            (sk,) = read_cursor(cursor, tuple[KeyPart])
            start = {"pk": {"S": pk}, "sk": {"S": sk}}
        found = self._items.query(
            pk,
            self._items.sk.startswith(OWN),
            scan_index_forward=False,
            limit=limit,
            last_evaluated_key=start,
            consistent_read=True,
        )
        items = list(found)
        more = found.last_evaluated_key is not None
        return Page([_ticket(each) for each in items], make_cursor(items[-1].sk) if more and items else None)

    def all_of(self, account_id: str) -> Sequence[Ticket]:
        return [
            _ticket(item)
            for prefix in (OWN, ABOUT)
            for item in self._items.query(
                account_key(account_id), self._items.sk.startswith(prefix), consistent_read=True
            )
        ]

    def page(
        self, status: TicketStatus, *, limit: int, cursor: str | None, due: tuple[datetime, datetime] | None = None
    ) -> Page[Ticket]:
        index, start, between = self._items.timeline, _start(status, cursor) if cursor else None, None
        if due is not None:
            first, last = rfc3339(due[0]), rfc3339(due[1])
            between = self._items.timeline_at.between(first, last)
            if start is not None and start["timeline_at"]["S"] > last:
                return Page([], None)
            # DynamoDB refuses to start before the range: what was due on the page before may be overdue by now.
            if start is not None and start["timeline_at"]["S"] < first:
                start = None
        found = index.query(
            _timeline_key(status),
            between,
            limit=limit,
            last_evaluated_key=start,
        )
        items = list(found)
        more = found.last_evaluated_key is not None
        after = make_cursor(items[-1].pk, items[-1].sk, items[-1].timeline_at) if more and items else None
        return Page([_ticket(each) for each in items], after)

    def overdue(self, now: datetime) -> int:
        index = self._items.timeline
        return index.count(_timeline_key(TicketStatus.OPEN), self._items.timeline_at <= _at_latest(now))

    def _item(self, ticket: Ticket) -> TicketItem:
        pk = account_key(ticket.account) if ticket.account else _key(ticket.number)
        prefix = OWN if ticket.account_id else ABOUT
        at = ticket.due_at if ticket.status is TicketStatus.OPEN else ticket.changed_at
        return self._items(
            pk,
            f"{prefix}{rfc3339(ticket.opened_at)}#{ticket.number}",
            timeline_key=_timeline_key(ticket.status),
            timeline_at=f"{rfc3339(at)}#{ticket.number}",
            ticket=msgspec.json.encode(ticket).decode(),
            revision=ticket.revision,
        )


def _key(number: str) -> str:
    return f"{OWN}{number}"


def _timeline_key(status: TicketStatus) -> str:
    return f"TICKETS#{status}"


def _at_latest(instant: datetime) -> str:
    """The end of all places of an instant in the index: what follows it there is a number."""
    return f"{rfc3339(instant)}#~"


def _start(status: TicketStatus, cursor: str) -> dict[str, dict[str, str]]:
    pk, sk, place = read_cursor(cursor, tuple[KeyPart, KeyPart, KeyPart])
    return {
        "pk": {"S": pk},
        "sk": {"S": sk},
        "timeline_key": {"S": _timeline_key(status)},
        "timeline_at": {"S": place},
    }


def _ticket(item: TicketItem) -> Ticket:
    return msgspec.json.decode(item.ticket, type=Ticket)
