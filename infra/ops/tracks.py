"""`allmytracks tracks …`"""

from __future__ import annotations

import codecs
import os
import socket
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from infra.ops.commands import Commands, DryRun, Limit, Yes, segment
from infra.ops.differences import difference
from infra.ops.errors import Exit
from infra.ops.telling import connected, paged, progress, require_yes, tell
from infra.ops.writing import Fields, Part, Rows, counted

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

    from infra.ops.importing import Listener, Outcome, Summary

app = Commands("The catalogue.")
COLUMNS = ["track_id", "title", "artist", "kind", "duration_seconds", "renditions", "withdrawn_at"]


@app.command("import")
def import_folder(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, readable=True)],
    kind: Annotated[
        Literal["music", "sound_effect"] | None, typer.Option(help="What the pieces are; else their tags tell.")
    ] = None,
    artist: Annotated[str, typer.Option(help="Where the tags name nobody.")] = "Unknown artist",
    label: Annotated[str | None, typer.Option(help="The import's name; the same one is resumed.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=32, help="How many files at a time; twice as many as there are processors.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of tags and names that are no UTF-8, as gb18030 or cp1252; else it is guessed.")
    ] = None,
) -> None:
    """Import the audio files of FOLDER (wav, rf64, w64, aiff, flac, m4a, mp3, ogg, opus) and of the folders in it.

    Files of one name are renditions of one track; missing ones are made. A file tracks.csv in FOLDER wins over the
    tags: columns file, title, artist, composer, isrc, performing_rights (none, or the societies), genres, moods,
    instruments (apart by ;), bpm, key, lyrics_language, explicit. A picture of a file's name, or cover.jpg, is its
    artwork. What nobody says of tempo and key is estimated, with a confidence. Run it again to go on after an
    interruption: what is in the catalogue stays as it is. Ends with 0 where nothing was refused, with 3 where something
    was.
    """
    from infra.ops.importing import Importer
    from infra.ops.pieces import shown as path_shown
    from infra.ops.preparing import Wishes

    with connected(context) as client:
        with progress(context, *_columns()) as bar:
            wishes = Wishes(kind, artist, workers or 2 * (os.cpu_count() or 2), _known_encoding(encoding))
            importer = Importer(client, wishes, heard_by(bar))
            summary = importer.run(folder, label or f"{socket.gethostname()}:{path_shown(folder.resolve())}")
        tell(context, asdict(summary), *_parts(summary))
    if summary.refused:
        raise typer.Exit(Exit.REFUSED)


@app.command("show")
def show_track(context: typer.Context, track_id: str) -> None:
    """Show one track."""
    with connected(context) as client:
        track = client.call("GET", f"/tracks/{segment(track_id)}")
    tell(context, track, Fields("Track", track))


@app.command("list")
def list_tracks(context: typer.Context, limit: Limit = 50) -> None:
    """List tracks, in no particular order."""
    with connected(context) as client:
        rows, more = paged(client, "/tracks", limit)
    tell(context, rows, Rows(counted(len(rows), "track", more=more), COLUMNS, rows))


@app.command("edit")
def edit_track(
    context: typer.Context,
    track_id: str,
    *,
    title: Annotated[str | None, typer.Option(help="Its title.")] = None,
    artist: Annotated[str | None, typer.Option(help="Whose it is.")] = None,
    kind: Annotated[Literal["music", "sound_effect"] | None, typer.Option(help="What it is.")] = None,
    genre: Annotated[list[str] | None, typer.Option(help="A genre, instead of those it has; may be repeated.")] = None,
    mood: Annotated[list[str] | None, typer.Option(help="A mood, likewise.")] = None,
    instrument: Annotated[list[str] | None, typer.Option(help="An instrument, likewise.")] = None,
    bpm: Annotated[int | None, typer.Option(help="Its tempo.")] = None,
    key: Annotated[str | None, typer.Option(help="Its musical key.")] = None,
    composer: Annotated[str | None, typer.Option(help="Its composer and author, as letters state them.")] = None,
    isrc: Annotated[str | None, typer.Option(help="Its ISRC.")] = None,
    performing_rights: Annotated[
        str | None, typer.Option(help="The societies that have it in their repertoire, or none.")
    ] = None,
    lyrics_language: Annotated[str | None, typer.Option(help="The language of its words, as en or zh-Hant.")] = None,
    explicit: Annotated[bool | None, typer.Option(help="Whether its words are explicit.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Change what a track is called and found by; what is left out stays, and so do the licences that name it."""
    lists = {"genres": genre, "moods": mood, "instruments": instrument}
    given = {"title": title, "artist": artist, "kind": kind, "bpm": bpm, "key": key, **lists}
    given |= {"composer": composer, "isrc": isrc, "performing_rights": performing_rights}
    given |= {"lyrics_language": lyrics_language, "explicit": explicit}
    changes = {name: value for name, value in given.items() if value is not None and value != []}
    if not changes:
        raise typer.BadParameter("give what to change, as --title")
    with connected(context) as client:
        if dry_run:
            before = client.call("GET", f"/tracks/{segment(track_id)}")
            after = {**before, **changes}
            tell(context, {"before": before, "after": after}, *difference(before, after))
            return
        track = client.call("PATCH", f"/tracks/{segment(track_id)}", json=changes)
    tell(context, track, Fields("Track", track))


@app.command("withdraw")
def withdraw_track(context: typer.Context, track_id: str, *, yes: Yes = False) -> None:
    """Sell a track no more; downloads and licences that there are stay. `restore` takes it back.

    Searches leave it out within seconds; a download may be granted for five more minutes.
    """
    require_yes(context, f"Withdraw track {track_id} from sale?", yes=yes)
    with connected(context) as client:
        track = client.call("POST", f"/tracks/{segment(track_id)}/withdrawal")
    tell(context, track, Fields("Track", track))


@app.command("restore")
def restore_track(context: typer.Context, track_id: str) -> None:
    """Sell a withdrawn track again."""
    with connected(context) as client:
        track = client.call("DELETE", f"/tracks/{segment(track_id)}/withdrawal")
    tell(context, track, Fields("Track", track))


@app.command("retag")
def retag_tracks(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, readable=True)],
    encoding: Annotated[str | None, typer.Option(help="Of tags and names that are no UTF-8.")] = None,
    *,
    dry_run: DryRun = False,
) -> None:
    """Read the files of FOLDER again, and tracks.csv in it, and change what their tracks are called and found by.

    What the files do not say stays; an estimate never replaces what somebody said. Files whose tracks are not in the
    catalogue, and those that cannot be read, are named; it ends with 3 where there are some.
    """
    from infra.ops.preparing import Wishes
    from infra.ops.retagging import retag

    with connected(context) as client:
        done = list(retag(client, folder, Wishes(encoding=_known_encoding(encoding)), dry_run=dry_run))
    rows = [
        {"file": each.name, "track_id": each.track_id, "changed": ", ".join(each.changes) or each.reason or "nothing"}
        for each in done
    ]
    changed = counted(sum(bool(each.changes) for each in done), "track")
    happened = f"{changed} would change" if dry_run else f"{changed} changed"
    tell(context, [asdict(each) for each in done], Rows(happened, ["file", "track_id", "changed"], rows))
    if any(each.reason for each in done):
        raise typer.Exit(Exit.REFUSED)


def _columns() -> list[ProgressColumn]:
    """How far it has come, how long that took, and how long the rest will."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    text = TextColumn("{task.description}")
    return [text, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()]


def _known_encoding(name: str | None) -> str | None:
    try:
        return None if name is None else codecs.lookup(name).name
    except LookupError:
        raise typer.BadParameter(f"{name} is no encoding; give one as gb18030, big5 or cp1252") from None


def heard_by(bar: Progress) -> Listener:
    """Shows on a bar how far an import has come: what was read, and what of the rest is settled."""
    from infra.ops.importing import Listener

    checking = bar.add_task("reading", total=None)
    settling = bar.add_task("importing", total=None)

    def found(files: int) -> None:
        bar.update(checking, total=files)
        bar.update(settling, total=files)

    def settled(outcome: Outcome, files: int) -> None:
        if outcome == "unchanged":
            # It took no time: the time that the others will take is not reckoned from it.
            bar.update(settling, total=(bar.tasks[settling].total or files) - files)
        else:
            bar.advance(settling, files)

    return Listener(found, lambda: bar.advance(checking), settled)


def _parts(summary: Summary) -> list[Part]:
    about: list[Part] = [f"refused {name}: {reason}" for name, reason in summary.refused.items()]
    about += [f"note {name}: {note}" for name, note in summary.notes.items()]
    tracks, files = counted(len(summary.imported), "track"), counted(summary.files, "file")
    files_refused = counted(len(summary.refused), "file")
    came_of_it = f"{tracks} imported, {len(summary.unchanged)} unchanged, {files_refused} refused."
    return [*about, f"{summary.import_id}: {files}, {came_of_it}"]
