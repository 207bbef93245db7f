"""`allmytracks tracks …`"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.ops.importing import Importer, Listener, Outcome, Summary, Wishes
from infra.ops.pieces import shown
from infra.ops.telling import connected, show, show_list

app = typer.Typer(no_args_is_help=True, help="The catalogue.")
REFUSED = 1


@app.command("import")
def import_folder(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, readable=True)],
    kind: Annotated[
        Literal["music", "sound_effect"] | None, typer.Option(help="What the pieces are; else their tags tell.")
    ] = None,
    artist: Annotated[str, typer.Option(help="Where the tags name nobody.")] = "Unknown artist",
    label: Annotated[str | None, typer.Option(help="The import's name; the same one is resumed.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=32)] = max(2, os.cpu_count() or 2),
) -> None:
    """Import the audio files of FOLDER (wav, flac, mp3, ogg) and of the folders in it.

    Files of one name are renditions of one track; missing ones are made. Run it again to go on after an interruption:
    what is in the catalogue stays as it is. Ends with 0 where nothing was refused, with 1 where something was.
    """
    with connected(context) as (client, console):
        with _progress(console) as progress:
            importer = Importer(client, Wishes(kind, artist, workers), _listener(progress))
            summary = importer.run(folder, label or f"{socket.gethostname()}:{shown(folder.resolve())}")
        _tell(console, summary)
    if summary.refused:
        raise typer.Exit(REFUSED)


@app.command("show")
def show_track(context: typer.Context, track_id: str) -> None:
    """Show one track."""
    with connected(context) as (client, console):
        show(console, "Track", client.call("GET", f"/tracks/{segment(track_id)}"))


@app.command("list")
def list_tracks(context: typer.Context, limit: Annotated[int, typer.Option(min=1, max=1000)] = 50) -> None:
    """List tracks, in no particular order."""
    columns = ["track_id", "title", "artist", "kind", "duration_seconds", "renditions"]
    with connected(context) as (client, console):
        rows: list[dict[str, object]] = []
        cursor: str | None = None
        while len(rows) < limit:
            page = client.call("GET", "/tracks", query={"limit": min(100, limit - len(rows)), "cursor": cursor})
            rows += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        show_list(console, f"{len(rows)} tracks", columns, list(rows))


def segment(text: str) -> str:
    """An id as part of a path: whatever was typed, it stays one."""
    if not text.replace("_", "").replace("-", "").isalnum():
        raise typer.BadParameter(f"{text} is no id")
    return text


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


def _listener(progress: Progress) -> Listener:
    checking = progress.add_task("reading", total=None)
    settling = progress.add_task("importing", total=None)

    def found(files: int) -> None:
        progress.update(checking, total=files)
        progress.update(settling, total=files)

    def settled(name: str, outcome: Outcome, about: str) -> None:
        progress.advance(settling)
        if outcome == "refused":
            progress.console.print(f"[yellow]refused[/] {escape(name)}: {escape(about)}", soft_wrap=True)

    return Listener(found, lambda _name: progress.advance(checking), settled)


def _tell(console: Console, summary: Summary) -> None:
    for name, note in summary.notes.items():
        console.print(f"[dim]note[/] {escape(name)}: {escape(note)}", soft_wrap=True)
    console.print(
        f"{summary.import_id}: {summary.files} files, [green]{len(summary.imported)} tracks imported[/], "
        f"{len(summary.unchanged)} unchanged, {len(summary.refused)} files refused.",
        soft_wrap=True,
    )
