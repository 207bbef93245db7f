"""`allmytracks announcements …` and `allmytracks maintenance …`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from infra.ops.commands import Commands, instant_with_zone, segment
from infra.ops.files import text_of
from infra.ops.telling import connected, tell
from infra.ops.translations import Translated, TranslatedText, titled, untitled
from infra.ops.writing import Fields, Rows, counted

announcements = Commands("Announcements: what the website shows to everybody.")
maintenance = Commands("Maintenance: announced before, and nothing is sold or counted meanwhile.")
COLUMNS = ["announcement_id", "published_at", "title"]
TextFile = Annotated[
    Path, typer.Option("--text", exists=True, dir_okay=False, help="A file with what people are to read.")
]


@announcements.command("list")
def list_announcements(context: typer.Context) -> None:
    """List the announcements that are shown, newest first."""
    with connected(context) as client:
        rows = client.call("GET", "/announcements")["items"]
    tell(context, rows, Rows(counted(len(rows), "announcement"), COLUMNS, rows))


@announcements.command("publish")
def publish(
    context: typer.Context,
    title: Annotated[str, typer.Option(help="Its headline.")],
    text: TextFile,
    translation: Translated = None,
) -> None:
    """Show an announcement to everybody. The same words again change nothing."""
    body = {
        "title": title,
        "text": text_of(text).strip(),
        "translations": titled(translation, "title"),
    }
    with connected(context) as client:
        published = client.call("POST", "/announcements", json=body)
    tell(context, published, Fields("Announcement", published))


@announcements.command("withdraw")
def withdraw(context: typer.Context, announcement_id: str) -> None:
    """Show an announcement no more; that it was shown stays on record."""
    with connected(context) as client:
        withdrawn = client.call("POST", f"/announcements/{segment(announcement_id)}/withdrawal")
    tell(context, withdrawn, Fields("Withdrawn", withdrawn))


@maintenance.command("show")
def show(context: typer.Context) -> None:
    """Show what is planned or running."""
    with connected(context) as client:
        _tell_status(context, client.call("GET", "/maintenance"))


@maintenance.command("plan")
def plan(
    context: typer.Context,
    starts: Annotated[str, typer.Option(help="From when on, as in 2026-12-01T02:00:00Z.")],
    ends: Annotated[str, typer.Option(help="Until when.")],
    text: TextFile,
    translation: TranslatedText = None,
) -> None:
    """Announce maintenance, and close the paid routes while it runs. It replaces what was planned before."""
    body = {
        "starts_at": instant_with_zone(starts, "--starts"),
        "ends_at": instant_with_zone(ends, "--ends"),
        "text": text_of(text).strip(),
        "translations": untitled(translation),
    }
    with connected(context) as client:
        _tell_status(context, client.call("POST", "/maintenance", json=body))


@maintenance.command("start")
def start(
    context: typer.Context,
    ends: Annotated[str, typer.Option(help="Until when, as in 2026-12-01T04:00:00Z.")],
    text: TextFile,
    translation: TranslatedText = None,
) -> None:
    """Close the paid routes now; seen everywhere within 30 seconds."""
    words = text_of(text).strip()
    body = {"ends_at": instant_with_zone(ends, "--ends"), "text": words, "translations": untitled(translation)}
    with connected(context) as client:
        _tell_status(context, client.call("POST", "/maintenance", json=body))


@maintenance.command("end")
def end(context: typer.Context) -> None:
    """Open the paid routes again, or call off what was planned; seen everywhere within 30 seconds."""
    with connected(context) as client:
        _tell_status(context, client.call("DELETE", "/maintenance"))


def _tell_status(context: typer.Context, status: dict[str, object]) -> None:
    window = status.get("maintenance")
    shown = window if isinstance(window, dict) else {}
    flat = {
        "status": status["status"],
        **{name: shown[name] for name in ("starts_at", "ends_at", "text") if name in shown},
    }
    tell(context, status, Fields("Maintenance", flat))
