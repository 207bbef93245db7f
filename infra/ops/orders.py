"""`allmytracks orders …`"""

from __future__ import annotations

from typing import Annotated

import typer

from infra.ops.commands import AgainstReason, Commands, Limit, Yes, segment
from infra.ops.telling import connected, paged, require_yes, tell
from infra.ops.writing import Fields, Rows, counted

COLUMNS = ["order_id", "status", "plan", "term", "amount", "currency", "quoted_at"]
TO_SETTLE_COLUMNS = ["order_id", "amount_to_settle", "amount_uncounted", "currency", "problem", "payment_reference"]

app = Commands("Orders.")


@app.command("show")
def show_order(context: typer.Context, order_id: str) -> None:
    """Show an order and what its payments made of it."""
    with connected(context) as client:
        order = client.call("GET", f"/orders/{segment(order_id)}")
    tell(context, order, Fields("Order", order))


@app.command("list")
def list_orders(
    context: typer.Context,
    account: Annotated[str | None, typer.Option(help="Whose, by the account's id.")] = None,
    email: Annotated[str | None, typer.Option(help="Whose, by the account's address.")] = None,
    status: Annotated[str | None, typer.Option(help="Only those of this status, as `orders show` names it.")] = None,
) -> None:
    """List an account's orders, newest first."""
    if (account is None) == (email is None):
        raise typer.BadParameter("give either --account or --email")
    with connected(context) as client:
        if account is None:
            file = client.call("GET", "/accounts", query={"email": email})
        else:
            file = client.call("GET", f"/accounts/{segment(account)}")
    rows = [order for order in file["orders"] if status is None or order["status"] == status]
    tell(context, rows, Rows(counted(len(rows), "order"), COLUMNS, rows))


@app.command("to-settle")
def list_orders_to_settle(context: typer.Context, limit: Limit = 50) -> None:
    """List orders whose money you have to give back with the payment provider, the longest waiting first.

    They are declined, paid twice, or paid in another sum or currency; what is given back leaves the list by itself.
    """
    with connected(context) as client:
        rows, more = paged(client, "/orders", limit)
    tell(context, rows, Rows(f"{counted(len(rows), 'order', more=more)} to settle", TO_SETTLE_COLUMNS, rows))


@app.command("decline")
def decline_order(context: typer.Context, order_id: str, reason: AgainstReason, *, yes: Yes = False) -> None:
    """Decline an order, paid or not: it ends at once, and what was paid is yours to give back.

    Give the sum back on the payment provider's own page; the order shows what is left of it.
    """
    require_yes(context, f"Decline order {order_id}?", yes=yes)
    with connected(context) as client:
        order = client.call("POST", f"/orders/{segment(order_id)}/decline", json={"reason": reason.value})
    give_back = (
        f"Give back {order['amount_to_settle']} {order['currency']} (minor units) of payment "
        f"{order['payment_reference']} with the payment provider."
    )
    tell(context, order, Fields("Order", order), *([give_back] if order["amount_to_settle"] else []))
