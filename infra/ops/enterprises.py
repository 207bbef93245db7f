"""`allmytracks enterprises …`"""

from __future__ import annotations

from typing import Annotated

import typer

from allmytracks.accounts.rules_reasons import LETTER_ACCEPTED, LetterReason
from allmytracks.enterprises.rules_authority import Shelf
from infra.ops.commands import Commands, Limit, one_reason_of, segment
from infra.ops.telling import connected, paged, tell
from infra.ops.writing import Fields, Rows, counted

app = Commands("Enterprises: their particulars, declared consents and letters of authority.")
COLUMNS = ["account_id", "letter_id", "status", "submitted_at", "due_at", "name"]
CONSENTS = ["agreement", "version", "declared_at"]
REFUSALS = tuple(reason for reason in LetterReason if reason is not LETTER_ACCEPTED)


@app.command("list")
def list_letters(
    context: typer.Context,
    shelf: Annotated[Shelf, typer.Option(help="Which ones.")] = Shelf.WAITING,
    limit: Limit = 50,
) -> None:
    """List letters of authority: those that wait by when they were sent, refused ones by when another is due."""
    with connected(context) as client:
        rows, more = paged(client, "/letters-of-authority", limit, {"shelf": shelf.value})
    tell(context, rows, Rows(f"{counted(len(rows), 'letter', more=more)}, {shelf.value}", COLUMNS, rows))


@app.command("show")
def show_enterprise(context: typer.Context, account_id: str) -> None:
    """Show an account's company, what was declared of it, and its letter of authority."""
    with connected(context) as client:
        found = client.call("GET", f"/accounts/{segment(account_id)}/enterprise")
    declared = found["declaration"]
    consents = Rows(f"Declaration: {declared['status']}", CONSENTS, declared["consented"])
    letter = Fields("Letter of authority", found["letter_of_authority"] or {"status": None})
    tell(context, found, Fields("Company", found["company"] or {"name": None}), consents, letter)


@app.command("letter")
def open_letter(context: typer.Context, account_id: str, letter_id: str) -> None:
    """Show a short-lived link to a letter of authority; its content was checked."""
    with connected(context) as client:
        link = client.call("GET", f"/accounts/{segment(account_id)}/letters-of-authority/{segment(letter_id)}")
    tell(context, link, Fields("Letter of authority", link))


@app.command("accept")
def accept_letter(context: typer.Context, account_id: str, letter_id: str) -> None:
    """Accept a letter of authority after its review; the member gets a notice."""
    _review(context, account_id, letter_id, LETTER_ACCEPTED)


@app.command("refuse")
def refuse_letter(
    context: typer.Context,
    account_id: str,
    letter_id: str,
    reason: Annotated[LetterReason, one_reason_of(REFUSALS, "On record, and told to the member.")],
) -> None:
    """Refuse a letter of authority; the member is asked for another one within 30 days."""
    _review(context, account_id, letter_id, reason)


def _review(context: typer.Context, account_id: str, letter_id: str, reason: LetterReason) -> None:
    body = {"letter_id": letter_id, "reason": reason.value}
    with connected(context) as client:
        letter = client.call("POST", f"/accounts/{segment(account_id)}/letters-of-authority", json=body)
    tell(context, letter, Fields("Letter of authority", letter))
