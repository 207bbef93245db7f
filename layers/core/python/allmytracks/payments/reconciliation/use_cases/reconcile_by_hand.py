"""An operator compares the provider's record with ours: for a span of time, or for one order."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.instants import rfc3339
from allmytracks.payments.ports import OrderOwners, Orders
from allmytracks.payments.reconciliation.ports import Position, Span
from allmytracks.payments.reconciliation.rules import Tally
from allmytracks.payments.reconciliation.use_cases.compare_records import CompareRecords, Seen
from allmytracks.payments.rules import CheckoutNotKnown

# A response is due within 29 seconds; the caller requests the rest.
PAGES_A_REQUEST = 3


@dataclass(frozen=True)
class ReconcileByHand:
    """Every comparison is audited. The scheduled one is independent of it.

    Raises InvalidFields, OrderNotFound, CheckoutNotKnown, Unavailable, ProviderRefused.
    """

    compare: CompareRecords
    order_owners: OrderOwners
    orders: Orders
    audit: Audit
    pages: int = PAGES_A_REQUEST

    def span(self, span: Span, position: Position, operator: Operator) -> tuple[Tally, Position | None]:
        """A few pages of a span, from a position on; returns the position of the rest, None at the end."""
        if span.until <= span.since:
            raise InvalidFields([FieldProblem("until", "invalid", "Give an instant after since.")])
        self.audit(operator, "payments_reconciled", f"{rfc3339(span.since)}/{rfc3339(span.until)}")
        tally, seen, following = Tally(), Seen(), position
        for _ in range(self.pages):
            page, rest = self.compare.page(span, following, seen)
            tally += page
            if rest is None:
                return tally, None
            following = rest
        return tally, following

    def order(self, order_id: str, operator: Operator) -> Tally:
        """Compares one order's checkout, however long ago it was."""
        order = self.orders.get(self.order_owners.owner(order_id), order_id)
        self.audit(operator, "order_reconciled", order_id)
        provider = self.compare.history.provider
        if order.checkout is None or order.checkout.provider != provider:
            raise CheckoutNotKnown(f"No checkout was opened for this order at {provider}.")
        return self.compare.standing(self.compare.history.payment(order.checkout.session_id), Seen())
