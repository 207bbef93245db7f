"""`allmytracks items …`"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.ops.commands import Commands, DryRun
from infra.ops.errors import OpsError
from infra.ops.telling import connected, tell
from infra.ops.writing import Fields, Rows, counted

if TYPE_CHECKING:
    from infra.ops.client import OpsClient

OUTCOMES = ("upgraded", "newer", "changed")
LEFT = {
    "newer": "Items of a newer form than this deployment knows were left as they are.",
    "changed": "Items that members were changing were left: start the command again.",
}

app = Commands("The items of the accounts table, and the forms that they are stored in.")


@app.command("upgrade")
def upgrade_items(
    context: typer.Context,
    *,
    after: Annotated[str | None, typer.Option(help="Go on behind this place, which an interrupted pass told.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Write every item that an older version wrote in the newest form; members notice nothing.

    Each page tells the place behind it. Interrupted, the pass goes on there with --after; from the beginning it only
    reads again what is done.
    """
    read = 0
    counts = {outcome: Counter[str]() for outcome in OUTCOMES}
    with connected(context) as client:
        while True:
            step = _step(client, after, dry_run=dry_run)
            read += step["read"]
            for outcome, counter in counts.items():
                counter.update(step[outcome])
            after = step["next_cursor"]
            if after is None:
                break
            done = counts["upgraded"].total()
            typer.echo(f"{read} items read, {done} of an older form; the next: --after {after}", err=True)
    kinds = sorted(set().union(*counts.values()))
    rows = [{"kind": kind, **{outcome: counter[kind] for outcome, counter in counts.items()}} for kind in kinds]
    tell(
        context,
        {"dry_run": dry_run, "read": read, "items": rows},
        Fields("Pass", {"read": read, "dry_run": dry_run}),
        *(LEFT[outcome] for outcome in LEFT if counts[outcome]),
        Rows(counted(len(rows), "kind"), ["kind", *OUTCOMES], rows),
    )


def _step(client: OpsClient, after: str | None, *, dry_run: bool) -> dict[str, Any]:
    try:
        return client.call("POST", "/item-upgrades", json={"cursor": after, "dry_run": dry_run})
    except OpsError as error:
        if "cursor" not in {each["field"] for each in error.extra.get("errors", ())}:
            raise
        message = f"--after {after} is no place of a pass: give the one that it told last, or none to begin again."
        raise OpsError(message, code=error.code, status=error.status) from None
