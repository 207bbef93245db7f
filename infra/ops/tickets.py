"""`allmytracks tickets …`"""

from __future__ import annotations

from typing import Annotated

import typer

from allmytracks.tickets.rules import ClosingReason, TicketStatus
from allmytracks.tickets.rules_proofs import ProofReason
from infra.ops.commands import Commands, Limit, Yes, reason_option, segment
from infra.ops.telling import connected, paged, require_yes, tell
from infra.ops.writing import Fields, Rows, counted

app = Commands("Tickets: requests and complaints, each to be answered within fifteen days.")
COLUMNS = ["number", "kind", "status", "due_at", "subject", "account_id", "email"]
MESSAGES = ["at", "author", "text"]
FILES = ["attachment_id", "name", "media_type", "bytes", "status"]


@app.command("list")
def list_tickets(
    context: typer.Context,
    status: Annotated[TicketStatus, typer.Option(help="Which ones.")] = TicketStatus.OPEN,
    limit: Limit = 50,
    *,
    due: Annotated[bool, typer.Option("--due", help="Those to be answered within five days.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Those that had to be answered before now.")] = False,
) -> None:
    """List tickets: open ones by when they are due, others by when they changed, the earliest first."""
    if due and overdue:
        raise typer.BadParameter("give --due or --overdue")
    shelf = "due" if due else "overdue" if overdue else status.value
    with connected(context) as client:
        rows, more = paged(client, "/tickets", limit, {"shelf": shelf})
    tell(context, rows, Rows(f"{counted(len(rows), 'ticket', more=more)}, {shelf}", COLUMNS, rows))


@app.command("show")
def show_ticket(context: typer.Context, number: str) -> None:
    """Show a ticket with its messages and files."""
    with connected(context) as client:
        ticket = client.call("GET", f"/tickets/{segment(number)}")
    rest = {name: value for name, value in ticket.items() if name not in {"messages", "attachments"}}
    messages = Rows("Messages", MESSAGES, ticket["messages"], "message")
    files = Rows("Files", FILES, ticket["attachments"], "file")
    tell(context, ticket, Fields("Ticket", rest), messages, files)


@app.command("file")
def open_file(context: typer.Context, number: str, attachment_id: str) -> None:
    """Show a short-lived link to a file of a ticket; its content was checked."""
    with connected(context) as client:
        link = client.call("GET", f"/tickets/{segment(number)}/attachments/{segment(attachment_id)}")
    tell(context, link, Fields("File", link))


@app.command("answer")
def answer_ticket(
    context: typer.Context,
    number: str,
    text: Annotated[str, typer.Option(help="What the member reads.")],
    *,
    asks: Annotated[bool, typer.Option("--asks", help="It is a question: the member has to reply first.")] = False,
) -> None:
    """Answer a ticket; the member gets it as a notice. The same text again is sent once."""
    with connected(context) as client:
        ticket = client.call("POST", f"/tickets/{segment(number)}/answers", json={"text": text, "asks": asks})
    tell(context, ticket, Fields("Ticket", {name: ticket[name] for name in COLUMNS}))


@app.command("review")
def review_ticket(
    context: typer.Context,
    number: str,
    reason: Annotated[ProofReason, reason_option(ProofReason, "The first proves ownership, the others do not.")],
) -> None:
    """Record what the documents of a request without sign-in prove. `show` tells the files, `file` opens one."""
    with connected(context) as client:
        ticket = client.call("POST", f"/tickets/{segment(number)}/review", json={"reason": reason.value})
    shown = {name: ticket[name] for name in (*COLUMNS, "concerns", "proof", "proved_at", "not_proved_for")}
    tell(context, ticket, Fields("Ticket", shown))


@app.command("close")
def close_ticket(
    context: typer.Context,
    number: str,
    reason: Annotated[ClosingReason, reason_option(ClosingReason, "On record.")],
    *,
    yes: Yes = False,
) -> None:
    """Close a ticket for good; the member can open another."""
    require_yes(context, f"Close ticket {number}?", yes=yes)
    with connected(context) as client:
        ticket = client.call("POST", f"/tickets/{segment(number)}/closing", json={"reason": reason.value})
    tell(context, ticket, Fields("Ticket", {name: ticket[name] for name in COLUMNS}))
