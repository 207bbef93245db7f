"""`allmytracks accounts …`"""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from allmytracks.accounts.use_cases.authorise_user import AuthorisationReason
from allmytracks.accounts.use_cases.mark_publicity import PublicityReason
from allmytracks.privacy.rules_erasure import ErasureReason
from allmytracks.privacy.rules_exports import ExportReason
from infra.ops import closings, measures
from infra.ops.commands import (
    AgainstReason,
    Commands,
    Limit,
    Yes,
    instant,
    reason_option,
    segment,
)
from infra.ops.consents import ACCEPTED_COLUMNS, CONSENT_COLUMNS
from infra.ops.telling import connected, paged, require_yes, tell
from infra.ops.writing import Fields, Rows, counted

app = Commands("Accounts: what they are, and measures on them.")
app.add_typer(closings.app, name="closing")
app.add_typer(measures.app)
ORDER_COLUMNS = ["order_id", "status", "plan", "term", "amount", "currency", "quoted_at"]
LIST_COLUMNS = ["account_id", "email", "status", "kind", "country", "created_at"]
CASE_COLUMNS = ["case_id", "kind", "status", "opened_at", "outcome"]
MOST_CASES = 200
TIMELINE_COLUMNS = ["at", "kind", "code", "reference", "text"]
ERASURE_COLUMNS = ["kind", "store", "count", "why", "kept_days"]
FEES_COLUMNS = ["currency", "orders", "paid", "returned", "kept"]


@app.command("timeline")
def show_timeline(
    context: typer.Context, account_id: str, limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50
) -> None:
    """Show what happened on an account, newest first: granted, refused, paid, restricted, done by operators."""
    with connected(context) as client:
        items, more = paged(client, f"/accounts/{segment(account_id)}/timeline", limit)
    title = f"{counted(len(items), 'entry', 'entries', more=more)} of {account_id}"
    tell(context, items, Rows(title, TIMELINE_COLUMNS, items))


@app.command("show")
def show_account(
    context: typer.Context,
    account_id: Annotated[str | None, typer.Argument()] = None,
    email: Annotated[str | None, typer.Option(help="Its address, instead of the id.")] = None,
) -> None:
    """Show an account: membership, allowance, restriction, acceptances, consents, orders and latest cases."""
    if (account_id is None) == (email is None):
        raise typer.BadParameter("give either an account's id or --email")
    with connected(context) as client:
        if account_id is None:
            file = client.call("GET", "/accounts", query={"email": email})
        else:
            file = client.call("GET", f"/accounts/{segment(account_id)}")
        found = [paged(client, "/cases", MOST_CASES, {"status": status})[0] for status in ("open", "closed")]
    file["cases"] = [case for cases in found for case in cases if case["account_id"] == file["account_id"]]
    lists = ("acceptances", "consents", "orders", "cases")
    tell(
        context,
        file,
        Fields("Account", {name: value for name, value in file.items() if name not in lists}),
        Rows("Accepted", ACCEPTED_COLUMNS, file["acceptances"], "acceptance"),
        Rows("Consents", CONSENT_COLUMNS, file["consents"], "consent"),
        Rows("Orders", ORDER_COLUMNS, file["orders"], "order"),
        Rows("Cases", CASE_COLUMNS, file["cases"], "case"),
    )


@app.command("list")
def list_accounts(
    context: typer.Context,
    state: Annotated[str | None, typer.Option(help="Only those of a state, as `accounts show` tells it.")] = None,
    since: Annotated[str | None, typer.Option(help="Made since then: 2026-11-01, or an instant with its zone.")] = None,
    limit: Limit = 50,
) -> None:
    """List accounts, in no particular order. It reads all that is on record of all accounts: seldom, please."""
    query = {"status": state, "since": instant(since, "--since") if since else None}
    with connected(context) as client:
        rows, more = paged(client, "/account-list", limit, query)
    tell(context, rows, Rows(counted(len(rows), "account", more=more), LIST_COLUMNS, rows))


@app.command("search")
def search_account(
    context: typer.Context, text: Annotated[str, typer.Argument(help="An account's id, or its address.")]
) -> None:
    """Find an account by its id or address."""
    with connected(context) as client:
        if "@" in text:
            found = client.call("GET", "/accounts", query={"email": text})
        else:
            found = client.call("GET", f"/accounts/{segment(text)}")
    row = {name: found[name] for name in LIST_COLUMNS}
    tell(context, [row], Rows(counted(1, "account"), LIST_COLUMNS, [row]))


@app.command("authorise-user")
def authorise_user(
    context: typer.Context,
    account_id: str,
    name: Annotated[str, typer.Option(help="The further Designated User.")],
    reason: Annotated[AuthorisationReason, typer.Option(help="On which grounds; it is on record.")],
) -> None:
    """Let a Business account license to one more Designated User (beside its one end user)."""
    with connected(context) as client:
        path = f"/accounts/{segment(account_id)}/designated-users"
        done = client.call("POST", path, json={"name": name, "reason": reason.value})
    tell(context, done, Fields("End users", done))


@app.command("publicity")
def mark_publicity(
    context: typer.Context,
    account_id: str,
    named: Annotated[Literal["permitted", "refused"], typer.Argument(help="Whether its name and logo may be used.")],
    reason: Annotated[PublicityReason, typer.Option(help="On which grounds; it is on record.")],
) -> None:
    """Mark whether an account may be named in publicity; letters issued from now on state it."""
    with connected(context) as client:
        path = f"/accounts/{segment(account_id)}/publicity"
        done = client.call("PUT", path, json={"not_named": named == "refused", "reason": reason.value})
    tell(context, done, Fields("Publicity", done))


@app.command("ask-guardian")
def ask_guardian(
    context: typer.Context,
    account_id: str,
    guardian_email: Annotated[str, typer.Option(help="The guardian's own address.")],
) -> None:
    """Let a minor's account wait for its guardian, who is written to; without an answer in 14 days it is closed."""
    with connected(context) as client:
        path = f"/accounts/{segment(account_id)}/guardian"
        done = client.call("POST", path, json={"guardian_email": guardian_email})
    tell(context, done, Fields("Account", done))


@app.command("cancel-membership")
def cancel_membership(context: typer.Context, account_id: str, reason: AgainstReason, *, yes: Yes = False) -> None:
    """End an account's membership at once, with all periods to come; the fee is not given back."""
    require_yes(context, f"End the membership of account {account_id} at once, without a refund?", yes=yes)
    with connected(context) as client:
        path = f"/accounts/{segment(account_id)}/cancellation"
        done = client.call("POST", path, json={"reason": reason.value})
    tell(context, done, Fields("Cancelled", done))


@app.command("erase")
def erase(
    context: typer.Context,
    account_id: str,
    reason: Annotated[ErasureReason, reason_option(ErasureReason, "On record.")],
    *,
    yes: Yes = False,
) -> None:
    """Close an account and have it erased from every store; repeated, it shows the receipt with what law keeps."""
    require_yes(context, f"Erase account {account_id} for good?", yes=yes)
    with connected(context) as client:
        done = client.call("POST", f"/accounts/{segment(account_id)}/erasure", json={"reason": reason.value})
    lists = ("erased", "pseudonymised", "kept")
    tell(
        context,
        done,
        Fields("Erasure", {name: value for name, value in done.items() if name not in (*lists, "jws", "notes")}),
        *(Rows(each.capitalize(), ERASURE_COLUMNS, done[each], "kind") for each in lists),
    )


@app.command("export")
def export(
    context: typer.Context,
    account_id: str,
    reason: Annotated[ExportReason, reason_option(ExportReason, "On record; relatives are on the member's register.")],
    ticket: Annotated[str, typer.Option(help="The ticket with the proof that they may have it.")],
) -> None:
    """Have an archive of everything that is stored of an account made; repeated, it shows the link once it is ready."""
    with connected(context) as client:
        body = {"reason": reason.value, "ticket": ticket}
        made = client.call("POST", f"/accounts/{segment(account_id)}/data-exports", json=body)
    tell(context, made, Fields("Export", made))


@app.command("fees")
def sum_fees(context: typer.Context, account_id: str) -> None:
    """The sum of the fees that an account paid, by currency, in minor units: the most that can be owed to it."""
    with connected(context) as client:
        answer = client.call("GET", f"/accounts/{segment(account_id)}/fees")
    tell(context, answer, Rows("Fees", FEES_COLUMNS, answer["fees"]))
