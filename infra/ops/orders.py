"""`allmytracks orders …`"""

from __future__ import annotations

from typing import Annotated

import typer

from allmytracks.accounts.rules_reasons import Reason
from infra.ops.telling import connected, show, show_list
from infra.ops.tracks import segment

TO_SETTLE_COLUMNS = ["order_id", "amount_to_settle", "amount_uncounted", "currency", "problem", "payment_reference"]

app = typer.Typer(no_args_is_help=True, help="Orders.")


@app.command("show")
def show_order(context: typer.Context, order_id: str) -> None:
    """Show an order and what its payments made of it."""
    with connected(context) as (client, console):
        show(console, "Order", client.call("GET", f"/orders/{segment(order_id)}"))


@app.command("to-settle")
def list_orders_to_settle(context: typer.Context, limit: Annotated[int, typer.Option(min=1, max=1000)] = 50) -> None:
    """List orders whose money you have to give back with the payment provider, the longest waiting first.

    They are declined, paid twice, or paid in another sum or currency; what is given back leaves the list by itself.
    """
    with connected(context) as (client, console):
        rows: list[dict[str, object]] = []
        cursor: str | None = None
        while len(rows) < limit:
            page = client.call("GET", "/orders", query={"limit": min(100, limit - len(rows)), "cursor": cursor})
            rows += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        show_list(console, f"{len(rows)} orders to settle", TO_SETTLE_COLUMNS, list(rows))


@app.command("decline")
def decline_order(
    context: typer.Context,
    order_id: str,
    reason: Annotated[Reason, typer.Option("--reason", help="Why; it is on record.")],
) -> None:
    """Decline an order, paid or not: it ends at once, and what was paid is yours to give back.

    Give the sum back on the payment provider's own page; the order shows what is left of it.
    """
    with connected(context) as (client, console):
        order = client.call("POST", f"/orders/{segment(order_id)}/decline", json={"reason": reason.value})
        show(console, "Order", order)
        if order["amount_to_settle"]:
            console.print(
                f"Give back {order['amount_to_settle']} {order['currency']} (minor units) of payment "
                f"{order['payment_reference']} with the payment provider."
            )
