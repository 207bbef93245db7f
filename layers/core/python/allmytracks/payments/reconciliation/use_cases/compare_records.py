"""Comparing a page of the provider's own record with ours, and feeding in missing facts (design, 6.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from allmytracks.payments.ledger.rules_inbox import Owner, Received, ReceivedStatus
from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
from allmytracks.payments.ports import Bookkeeping, Inbox
from allmytracks.payments.reconciliation.ports import Listing, PaymentHistory, Position, Span
from allmytracks.payments.reconciliation.rules import (
    Finding,
    Tally,
    Verdict,
    changes_outcome,
    corrected,
    same_effect,
)
from allmytracks.payments.rules import Fact, FactKind

ORDER = tuple(Listing)
WAITING = frozenset({ReceivedStatus.UNFOLDED, ReceivedStatus.UNATTACHED})


@dataclass
class Seen:
    """The facts that one comparison has met: a refund whose event was just fed in is not missing again."""

    subjects: set[tuple[str, str | None, FactKind]] = field(default_factory=set)

    def add(self, fact: Fact) -> None:
        """Adds a fact."""
        self.subjects.add((fact.provider, fact.subject, fact.kind))

    def __contains__(self, fact: Fact) -> bool:
        return (fact.provider, fact.subject, fact.kind) in self.subjects


@dataclass(frozen=True)
class CompareRecords:
    """Idempotent at any point: facts that were fed in are known from then on.

    An event is known by its id; where it was stored differently with an effect on a membership, it is corrected. A
    refund's, dispute's or checkout's current state is known where its account has an equal fact, or would not change by
    it. Raises Unavailable, ProviderRefused.
    """

    history: PaymentHistory
    inbox: Inbox
    bookkeeping: Bookkeeping
    take_in: TakeInFact

    def page(self, span: Span, position: Position, seen: Seen) -> tuple[Tally, Position | None]:
        """Compares one page; the position of the next, None after the last."""
        page = self.history.page(span, position)
        if position.listing is Listing.EVENTS:
            tally = self._events(page.facts, seen)
        else:
            tally = self.standing(page.facts, seen)
        if page.after is not None:
            return tally, Position(position.listing, page.after)
        later = ORDER[ORDER.index(position.listing) + 1 :]
        return tally, Position(later[0]) if later else None

    def standing(self, facts: Sequence[Fact], seen: Seen) -> Tally:
        """Compares current states at the provider."""
        known = self.inbox.known(self.history.provider, [fact.event_id for fact in facts])
        return _sum(self._judge_standing(fact, known.get(fact.event_id)) for fact in facts if fact not in seen)

    def _events(self, facts: Sequence[Fact], seen: Seen) -> Tally:
        known = self.inbox.known(self.history.provider, [fact.event_id for fact in facts])
        for fact in facts:
            seen.add(fact)
        # The oldest first: a refund is fed in after its payment.
        return _sum(self._judge_event(fact, known.get(fact.event_id)) for fact in reversed(facts))

    def _judge_event(self, fact: Fact, stored: Received | None) -> Finding | None:
        alike = stored is not None and same_effect(stored.fact, fact)
        if stored is not None and alike and stored.status not in WAITING:
            return None
        owner = self.bookkeeping.owner(fact)
        if stored is None:
            self.take_in(fact)
            return Finding(fact, Verdict.MISSING if owner else Verdict.UNATTACHABLE, fed_in=True)
        if owner is None:
            return Finding(fact, Verdict.UNATTACHABLE, fed_in=False)
        mended = None if alike else corrected(fact)
        kept = stored if mended is None else self.inbox.get(mended.provider, mended.event_id)
        if mended is not None and kept is None:
            return self._feed_in(owner, mended, Verdict.DIFFERENT)
        self._queue_again(kept)
        return None

    def _judge_standing(self, fact: Fact, stored: Received | None) -> Finding | None:
        if stored is not None:
            self._queue_again(stored)
            return None
        owner = self.bookkeeping.owner(fact)
        if owner is None and self._renews(fact):
            self.take_in(fact)  # the worker adds its order
            return Finding(fact, Verdict.MISSING, fed_in=True)
        if owner is None:
            return Finding(fact, Verdict.UNATTACHABLE, fed_in=False)
        return self._feed_in(owner, fact, Verdict.MISSING)

    def _renews(self, fact: Fact) -> bool:
        """Whether it is of a further month of a plan that is known."""
        return fact.renews is not None and self.bookkeeping.owner(replace(fact, order_id=fact.renews)) is not None

    def _queue_again(self, stored: Received | None) -> None:
        """Queues unfolded events once more, in case that was lost; folding is idempotent."""
        if stored is not None and stored.status is ReceivedStatus.UNFOLDED:
            self.take_in(stored.fact)

    def _feed_in(self, owner: Owner, fact: Fact, verdict: Verdict) -> Finding | None:
        """Feeds in a fact that changes its account's membership."""
        books = self.bookkeeping.open(owner)
        told = any((each.subject, each.kind) == (fact.subject, fact.kind) for each in books.facts)
        if (told and verdict is Verdict.MISSING) or not changes_outcome(books.orders, books.facts, fact):
            return None
        self.take_in(fact)
        return Finding(fact, verdict, fed_in=True)


def _sum(findings: Iterable[Finding | None]) -> Tally:
    told = list(findings)
    return Tally(told.count(None), tuple(each for each in told if each is not None))
