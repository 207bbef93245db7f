"""Operators queue payment events again: one, those of a span of time, or dead letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import KeyPart, bad_cursor, make_cursor, read_cursor
from allmytracks.foundation.time_and_ids import Ids
from allmytracks.payments.ledger.rules_inbox import Received, ReceivedStatus
from allmytracks.payments.ports import DeadLetters, Inbox, PaymentsQueue
from allmytracks.payments.rules import FactName, FactNotKnown, FactWithoutEffect

LONGEST = timedelta(days=31)
LEFT_OUT = frozenset({ReceivedStatus.WITHOUT_EFFECT, ReceivedStatus.DISMISSED})


class Replayed(Struct, frozen=True):
    """How many events were queued, and how many left out as they have no effect; where to resume, if not done."""

    queued: int
    left_out: int
    next_cursor: str | None = None


@dataclass(frozen=True)
class ReplayPayments:
    """Folding is idempotent, so replays are safe at any time; each is audited.

    Raises FactNotKnown, FactWithoutEffect, InvalidFields, Unavailable.
    """

    inbox: Inbox
    queue: PaymentsQueue
    dead_letters: DeadLetters
    audit: Audit
    ids: Ids

    def __call__(self, name: FactName, operator: Operator) -> Received:
        """Queues one event again."""
        self.audit(operator, "payment_event_replayed", f"{name.provider}/{name.event_id}")
        received = self.inbox.get(name.provider, name.event_id)
        if received is None:
            raise FactNotKnown("The inbox holds no such event.")
        if received.status is ReceivedStatus.WITHOUT_EFFECT:
            raise FactWithoutEffect(f"Events of the kind {received.fact.source_kind} change nothing here.")
        self.queue.send_again(received.fact, self.ids.new("replay"))
        return received

    def between(
        self, first: datetime, last: datetime, operator: Operator, *, limit: int, cursor: str | None = None
    ) -> Replayed:
        """Queues events received from the one instant up to, not including, the other; at most `limit`."""
        shelves = _shelves(first, last)
        self.audit(operator, "payment_events_replayed", f"{rfc3339(first)}/{rfc3339(last)}")
        shelf, after = _place(cursor, shelves)
        page = self.inbox.page(shelf, limit=limit, cursor=after, between=(first, last))
        queued = self._queue(page.items)
        following = shelves[shelves.index(shelf) + 1 :]
        place = None
        if page.next_cursor or following:
            place = make_cursor(shelf, page.next_cursor) if page.next_cursor else make_cursor(following[0], "")
        return Replayed(queued, len(page.items) - queued, place)

    def dead(self, operator: Operator) -> Replayed:
        """Queues some dead letters again, then removes them; repeat until it queues none."""
        self.audit(operator, "payment_events_replayed", "dead letters")
        queued = left_out = 0
        for letter in self.dead_letters.take():
            received = self.inbox.get(letter.name.provider, letter.name.event_id)
            if received is None:
                left_out += 1  # stays a dead letter: an event that is not in the inbox cannot be folded
                continue
            self.queue.send_again(received.fact, self.ids.new("replay"))
            self.dead_letters.remove(letter)
            queued += 1
        return Replayed(queued, left_out)

    def _queue(self, found: Sequence[Received]) -> int:
        chosen = [each for each in found if each.status not in LEFT_OUT]
        for each in chosen:
            self.queue.send_again(each.fact, self.ids.new("replay"))
        return len(chosen)


def _shelves(first: datetime, last: datetime) -> list[str]:
    """The shelves that may hold events received then. Raises InvalidFields."""
    if not first < last <= first + LONGEST:
        message = f"Give a later instant, at most {LONGEST.days} days after the first."
        raise InvalidFields([FieldProblem("received_to", "invalid", message)])
    day, days = first.astimezone(UTC).date(), []
    while day <= last.astimezone(UTC).date():
        days.append(day.isoformat())
        day += timedelta(days=1)
    return [ReceivedStatus.UNFOLDED.value, ReceivedStatus.UNATTACHED.value, *days]


def _place(cursor: str | None, shelves: list[str]) -> tuple[str, str | None]:
    if cursor is None:
        return shelves[0], None
    shelf, after = read_cursor(cursor, tuple[KeyPart, str])
    if shelf not in shelves:
        raise bad_cursor()
    return shelf, after or None
