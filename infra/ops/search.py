"""`allmytracks search …`"""

from __future__ import annotations

from typing import Annotated

import typer

from infra.ops.commands import Commands
from infra.ops.telling import connected, tell
from infra.ops.writing import Fields, Rows

LISTS = {"most_searched": "Searched for most", "found_nothing": "Searched for without a result"}

app = Commands("The search over the catalogue.")


@app.command("rebuild")
def rebuild_search(context: typer.Context) -> None:
    """Rebuild the search index from the whole catalogue; it takes minutes, and searches go on meanwhile.

    To be called once after a deployment whose index has another form, and to reclaim the space of what was replaced.
    """
    with connected(context) as client:
        client.call("POST", "/search-rebuilds")
    tell(context, {"rebuild": "requested"}, "The search index is being rebuilt.")


@app.command("reindex")
def reindex_search(context: typer.Context) -> None:
    """Build a new index beside the one that searches read, and put it in force at once when it is complete.

    Of a deployment that searches an OpenSearch domain. Interrupted, the same command goes on where it ended. With the
    embedded engine: search rebuild.
    """
    with connected(context) as client:
        while not (told := client.call("POST", "/search-reindexing"))["finished"]:
            typer.echo(f"{told['read']} tracks read", err=True)
    tell(context, told, f"The new index is in force; {told['read']} tracks were read.")


@app.command("explain")
def explain_search(
    context: typer.Context,
    words: Annotated[str, typer.Argument(help="What is searched for.")],
    track_id: Annotated[str, typer.Argument()],
) -> None:
    """Show why a search ranks a track as it does; ends with 3 where it does not find it."""
    with connected(context) as client:
        told = client.call("GET", "/search-explanation", query={"q": words, "track_id": track_id})
    explanation = told["explanation"]
    parts = explanation.get("details") or []
    lines = [f"{each['value']:.3f} {each['description']}" for each in parts]
    tell(context, told, Fields("Rank", {"words": words, "track_id": track_id, "value": explanation["value"]}), *lines)


@app.command("statistics")
def show_statistics(
    context: typer.Context,
    month: Annotated[str | None, typer.Option(help="YYYY-MM; this month where it is left out.")] = None,
) -> None:
    """Show what members search for most, and what they search for without finding it.

    Of members who consented to a search history, and only where several searched for the same.
    """
    with connected(context) as client:
        told = client.call("GET", "/search-statistics", query={"month": month} if month else {})
    columns = ["words", "searches", "found_nothing"]
    parts = [Rows(title, columns, told[name], name) for name, title in LISTS.items()]
    tell(context, told, Fields("Month", {"month": told["month"], "least_members": told["least_members"]}), *parts)
