"""`allmytracks promotions …`, `allmytracks breach …` and `allmytracks mailings …`"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from allmytracks.accounts.rules import AccountStatus
from allmytracks.notices.rules_mailings import PART, MailingKind, MailingStatus
from infra.ops.commands import Commands, Limit, Yes, instant_with_zone, segment
from infra.ops.files import text_of
from infra.ops.telling import connected, paged, require_yes, tell
from infra.ops.translations import Translated, titled
from infra.ops.writing import Fields, Rows, counted

promotions = Commands("Offers by mail, to members who consented to them.")
breach = Commands("Notices of a breach of data.")
mailings = Commands("Mailings: how far they are, and what became of each account.")
COLUMNS = ["mailing_id", "kind", "status", "created_at", "reached", "subject"]
DELIVERY_COLUMNS = ["account_id", "outcome", "at"]
HANDOVER_COLUMNS = ["account_id", "told_at", "sensitive_data"]

Subject = Annotated[str, typer.Option(help="The subject.")]
Text = Annotated[Path, typer.Option("--text", exists=True, dir_okay=False, help="A file with what members read.")]
Listed = Annotated[
    Path | None, typer.Option("--accounts", exists=True, dir_okay=False, help="A file with accounts' ids, one a line.")
]
State = Annotated[AccountStatus | None, typer.Option("--state", metavar="<state>", help="All accounts of this state.")]
Since = Annotated[str | None, typer.Option("--since", help="All accounts made since then: 2026-11-01T00:00:00Z.")]
Everybody = Annotated[bool, typer.Option("--everybody", help="All accounts.")]


class Needed(StrEnum):
    """What `mailings send` is for."""

    TRANSFER = MailingKind.TRANSFER.value
    SERVICE = MailingKind.SERVICE.value


@promotions.command("send")
def send_promotion(
    context: typer.Context, subject: Subject, text: Text, translation: Translated = None, *, yes: Yes = False
) -> None:
    """Send an offer to every active member who consented to offers by mail. The same text again is sent once."""
    form = _worded(MailingKind.PROMOTION, subject, text, translation, status="active")
    require_yes(context, f"Send “{subject}” to all members who consented to offers?", yes=yes)
    _send(context, form, ())


@breach.command("notify")
def notify_of_breach(
    context: typer.Context,
    subject: Subject,
    text: Text,
    accounts: Listed = None,
    state: State = None,
    since: Since = None,
    *,
    translation: Translated = None,
    everybody: Everybody = False,
    yes: Yes = False,
) -> None:
    """Tell members what happened to their data, what was done and what to do. The same again is sent once.

    It begins within a minute and goes on by itself; `allmytracks mailings show` tells how far it is.
    """
    selection, ids = _selected(accounts, state, since, everybody=everybody)
    require_yes(context, f"Notify {_whom(ids, everybody=everybody)} of a breach?", yes=yes)
    form = _worded(MailingKind.BREACH, subject, text, translation, **selection)
    _send(context, form, ids)


@mailings.command("send")
def send_mailing(
    context: typer.Context,
    kind: Annotated[Needed, typer.Option(help="A transfer of the business, or anything else about the service.")],
    subject: Subject,
    text: Text,
    accounts: Listed = None,
    state: State = None,
    since: Since = None,
    *,
    translation: Translated = None,
    everybody: Everybody = False,
    yes: Yes = False,
) -> None:
    """Send members what they must know, whatever they consented to. No offers. The same again is sent once."""
    selection, ids = _selected(accounts, state, since, everybody=everybody)
    require_yes(context, f"Send “{subject}” to {_whom(ids, everybody=everybody)}?", yes=yes)
    form = _worded(MailingKind(kind.value), subject, text, translation, **selection)
    _send(context, form, ids)


@mailings.command("list")
def list_mailings(
    context: typer.Context,
    status: Annotated[MailingStatus, typer.Option(help="Which ones.")] = MailingStatus.RUNNING,
    limit: Limit = 50,
) -> None:
    """List the mailings of a status, newest first."""
    with connected(context) as client:
        rows, more = paged(client, "/mailings", limit, {"status": status.value})
    tell(context, rows, Rows(f"{counted(len(rows), 'mailing', more=more)}, {status.value}", COLUMNS, rows))


@mailings.command("show")
def show_mailing(context: typer.Context, mailing_id: str) -> None:
    """Show a mailing, and how many accounts it has dealt with."""
    with connected(context) as client:
        shown = client.call("GET", f"/mailings/{segment(mailing_id)}")
    tell(context, shown, Fields("Mailing", shown))


@mailings.command("deliveries")
def list_deliveries(
    context: typer.Context, mailing_id: str, limit: Annotated[int, typer.Option(min=1, max=1_000_000)] = 1000
) -> None:
    """List what became of a mailing for each account: mailed, in the inbox alone, or why it got nothing."""
    with connected(context) as client:
        rows, more = paged(client, f"/mailings/{segment(mailing_id)}/deliveries", limit)
    tell(context, rows, Rows(counted(len(rows), "delivery", "deliveries", more=more), DELIVERY_COLUMNS, rows))


@mailings.command("handover")
def list_handover(context: typer.Context, mailing_id: str) -> None:
    """List whose data may go to the buyer of the business: members who got this mailing, and did not leave.

    Sensitive data (gender, birthday) go of those alone that consent now: `sensitive_data`. Nobody else's data go.
    It reads every account of the mailing, and each reading is on record.
    """
    from infra.ops.handing_over import may_be_handed_over

    with connected(context) as client:
        rows = list(may_be_handed_over(client, mailing_id))
    consenting = sum(each["sensitive_data"] for each in rows)
    title = f"{counted(len(rows), 'account')} may be handed over, {consenting} with sensitive data"
    tell(context, rows, Rows(title, HANDOVER_COLUMNS, rows))


@mailings.command("stop")
def stop_mailing(context: typer.Context, mailing_id: str) -> None:
    """Send no more of a mailing; `resume` goes on with it."""
    _move(context, mailing_id, "stop")


@mailings.command("resume")
def resume_mailing(context: typer.Context, mailing_id: str, *, yes: Yes = False) -> None:
    """Go on with a mailing that was stopped, or whose command broke off before it began."""
    require_yes(context, f"Go on with mailing {mailing_id}?", yes=yes)
    _move(context, mailing_id, "start")


def _selected(
    accounts: Path | None, state: AccountStatus | None, since: str | None, *, everybody: bool
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The selection as the API takes it, and the listed ids. Raises typer.BadParameter."""
    ruled = state is not None or since is not None
    if (accounts is not None) + ruled + everybody != 1:
        raise typer.BadParameter("give --accounts, or --state and --since, or --everybody")
    ids = () if accounts is None else tuple(dict.fromkeys(text_of(accounts).split()))
    if accounts is not None and not ids:
        raise typer.BadParameter("the file of accounts is empty")
    selection = {
        "listed": accounts is not None,
        "status": state.value if state else None,
        "since": instant_with_zone(since, "--since") if since else None,
    }
    return selection, ids


def _whom(ids: tuple[str, ...], *, everybody: bool) -> str:
    return f"{len(ids)} accounts" if ids else "all accounts" if everybody else "the accounts of that rule"


def _worded(
    kind: MailingKind, subject: str, text: Path, translation: list[str] | None, **selection: Any
) -> dict[str, Any]:
    words = {"subject": subject, "text": text_of(text).strip()}
    return {"kind": kind.value, **words, "translations": titled(translation, "subject"), **selection}


def _send(context: typer.Context, form: dict[str, Any], ids: tuple[str, ...]) -> None:
    with connected(context) as client:
        mailing = client.call("POST", "/mailings", json=form)
        path = f"/mailings/{mailing['mailing_id']}"
        if mailing["status"] == MailingStatus.DRAFT:
            for number, start in enumerate(range(0, len(ids), PART)):
                client.call("PUT", f"{path}/parts/{number}", json={"account_ids": list(ids[start : start + PART])})
            mailing = client.call("POST", f"{path}/start")
    tell(context, mailing, Fields("Mailing", mailing))


def _move(context: typer.Context, mailing_id: str, act: str) -> None:
    with connected(context) as client:
        moved = client.call("POST", f"/mailings/{segment(mailing_id)}/{act}")
    tell(context, moved, Fields("Mailing", moved))
