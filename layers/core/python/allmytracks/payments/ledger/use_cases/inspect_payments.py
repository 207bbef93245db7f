"""Operators look up payment events: one, waiting ones, a day's, an account's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts.ports import Accounts
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.paging import Page
from allmytracks.payments.ledger.rules_inbox import Owner, Received
from allmytracks.payments.ports import Bookkeeping, Inbox
from allmytracks.payments.rules import Fact, FactName, FactNotKnown


class EventFile(Struct, frozen=True):
    """One event, and its owner if known."""

    received: Received
    owner: Owner | None


@dataclass(frozen=True)
class InspectPayments:
    """Every read is audited. Raises FactNotKnown, AccountNotFound, InvalidFields (cursor), Unavailable."""

    inbox: Inbox
    bookkeeping: Bookkeeping
    accounts: Accounts
    audit: Audit

    def __call__(self, name: FactName, operator: Operator) -> EventFile:
        self.audit(operator, "payment_event_looked_up", f"{name.provider}/{name.event_id}")
        received = self.inbox.get(name.provider, name.event_id)
        if received is None:
            raise FactNotKnown("The inbox holds no such event.")
        ruled = received.ruling.owner if received.ruling else None
        return EventFile(received, ruled or self.bookkeeping.owner(received.fact))

    def page(self, shelf: str, operator: Operator, *, limit: int, cursor: str | None) -> Page[Received]:
        """Events of one shelf of the inbox, oldest first."""
        self.audit(operator, "payment_events_listed", shelf)
        return self.inbox.page(shelf, limit=limit, cursor=cursor)

    def of_account(self, account_id: str, operator: Operator) -> Sequence[Fact]:
        """All facts of an account, in the provider's chronological order."""
        self.accounts.get(account_id)
        self.audit(operator, "payment_facts_looked_up", account_id)
        return self.bookkeeping.facts(account_id)
