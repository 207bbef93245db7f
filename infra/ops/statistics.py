"""`allmytracks statistics`"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from allmytracks.accounts.rules_statistics import SMALLEST_K, USUAL_K, Cell
from infra.ops.telling import connected, tell
from infra.ops.writing import Rows

if TYPE_CHECKING:
    from infra.ops.client import OpsClient

PAGE = 100
WITHHELD = "withheld"


class By(StrEnum):
    """What accounts are counted by."""

    STATUS = "status"
    KIND = "kind"
    COUNTRY = "country"
    MONTH = "month"


def statistics(
    context: typer.Context,
    by: Annotated[list[By], typer.Option(help="Count by this; may be given again.")],
    k: Annotated[
        int,
        typer.Option(
            min=SMALLEST_K, envvar="ALLMYTRACKS_STATISTICS_K", help="Counts of fewer accounts than this are withheld."
        ),
    ] = USUAL_K,
) -> None:
    """Count accounts so that no single one can be identified (U-V.aggregate): small counts are withheld.

    So are those from which a small one could be computed. It reads all that is on record of all accounts: seldom,
    please. Publish one table alone: two of them, of other dimensions or days, can tell together what each withholds.
    """
    from allmytracks.accounts.rules_statistics import statistics as table_of

    dimensions = list(dict.fromkeys(by))
    with connected(context) as client:
        found = table_of((_cell(each, dimensions) for each in _accounts(client)), k)
    rows = [
        {**dict(zip((each.value for each in dimensions), cell, strict=True)), "accounts": _told(count)}
        for cell, count in found.cells.items()
    ]
    total = _told(found.total)
    title = f"Accounts in all: {total}; counts below {k}, and those that would tell them, are withheld"
    tell(context, {"k": k, "total": found.total, "items": rows}, Rows(title, [*dimensions, "accounts"], rows))


def _accounts(client: OpsClient) -> Iterator[dict[str, Any]]:
    cursor: str | None = None
    while True:
        page = client.call("GET", "/account-list", query={"limit": PAGE, "cursor": cursor})
        yield from page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return


def _cell(account: dict[str, Any], dimensions: list[By]) -> Cell:
    return tuple(
        account["created_at"][:7] if each is By.MONTH else str(account[each.value] or "none") for each in dimensions
    )


def _told(count: int | None) -> int | str:
    return WITHHELD if count is None else count
