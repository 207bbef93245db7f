"""`allmytracks storage …`"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from allmytracks.accounts.rules_reasons import Reason
from allmytracks.storage.rules_cancelling import REASONS
from infra.ops.commands import Commands, Yes, one_reason_of, segment
from infra.ops.telling import connected, require_yes, tell
from infra.ops.writing import Fields, Rows, counted

COLUMNS = ["subscription_id", "device_id", "package", "mode", "status", "starts_at", "access_until", "renews"]
PAST_DUE = ["subscription_id", "account_id", "device_id", "package", "amount", "currency", "since", "access_until"]

CancelReason = Annotated[Reason, one_reason_of(REASONS, "On record, and told to the member.")]

app = Commands("Subscriptions of cloud storage.")


@app.command("list")
def list_subscriptions(
    context: typer.Context, account: Annotated[str, typer.Option(help="Whose, by the account's id.")]
) -> None:
    """List an account's subscriptions, the newest first."""
    with connected(context) as client:
        rows = client.call("GET", f"/accounts/{segment(account)}/storage-subscriptions")["items"]
    tell(context, rows, Rows(counted(len(rows), "subscription"), COLUMNS, rows))


@app.command("past-due")
def list_past_due(context: typer.Context) -> None:
    """Count the monthly plans that go on unpaid while the provider tries again, and list the longest unpaid."""
    with connected(context) as client:
        found = client.call("GET", "/storage-subscriptions")
    tell(context, found, Rows(f"{found['total']} past due", PAST_DUE, found["items"]))


@app.command("show")
def show_subscription(context: typer.Context, subscription_id: str) -> None:
    """Show a subscription."""
    with connected(context) as client:
        found = client.call("GET", f"/storage-subscriptions/{segment(subscription_id)}")
    tell(context, found, Fields("Subscription", found))


@app.command("preview")
def preview_cancellation(context: typer.Context, subscription_id: str) -> None:
    """Show what cancelling now would give back, and until when there is access: the member sees the same lines."""
    with connected(context) as client:
        preview = client.call("GET", f"/storage-subscriptions/{segment(subscription_id)}/cancellation")
    _tell(context, preview)


@app.command("cancel")
def cancel_subscription(
    context: typer.Context, subscription_id: str, reason: CancelReason, *, yes: Yes = False
) -> None:
    """Cancel a subscription for good, on its member's request or for a reason of yours; preview it first.

    What is given back goes through the payment provider by itself.
    """
    require_yes(context, f"Cancel {subscription_id} for good?", yes=yes)
    with connected(context) as client:
        path = f"/storage-subscriptions/{segment(subscription_id)}/cancellation"
        done = client.call("POST", path, json={"reason": reason.value})
    _tell(context, done)


def _tell(context: typer.Context, cancellation: dict[str, Any]) -> None:
    refund = cancellation["refund"]
    title = f"{'Cancelled' if cancellation['cancelled'] else 'Preview'}: {refund['amount']} {refund['currency']} back"
    told = f"access until {cancellation['access_until']}"
    tell(context, cancellation, Rows(title, ["text", "amount"], refund["lines"]), told)
