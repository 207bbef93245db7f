"""`allmytracks search …`"""

from __future__ import annotations

from typing import Annotated

import typer

from infra.ops.commands import Commands
from infra.ops.telling import connected, tell
from infra.ops.writing import Fields

app = Commands("The search over the catalogue.")


@app.command("rebuild")
def rebuild_search(context: typer.Context) -> None:
    """Rebuild the search index from the whole catalogue; it takes minutes, and searches go on meanwhile.

    To be called once after a deployment whose index has another form, and to reclaim the space of what was replaced.
    """
    with connected(context) as client:
        client.call("POST", "/search-rebuilds")
    tell(context, {"rebuild": "requested"}, "The search index is being rebuilt.")


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
