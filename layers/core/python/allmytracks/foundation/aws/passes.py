"""Passing through a whole table in pages, at most so many read units a second."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from allmytracks.foundation.aws.tables import Attributes, Table

# Of the 12,000 that a new table on demand reads at once: members do not notice the pass.
UNITS_PER_SECOND = 500


def page_of_all(
    table: Table, after: tuple[str, str] | None, limit: int, pause: Callable[[float], None]
) -> tuple[Sequence[Attributes], tuple[str, str] | None]:
    """At most so many items after one of them, and where to go on; None at the end. They may lag a second behind.

    `pause` is called with the seconds that the page's share of the capacity takes. Raises Unavailable.
    """
    asked: dict[str, Any] = {"TableName": table.name, "Limit": limit, "ReturnConsumedCapacity": "TOTAL"}
    if after is not None:
        asked["ExclusiveStartKey"] = {"pk": {"S": after[0]}, "sk": {"S": after[1]}}
    answer = table.client.call("Scan", asked)
    pause(float(answer["ConsumedCapacity"]["CapacityUnits"]) / UNITS_PER_SECOND)
    last = answer.get("LastEvaluatedKey")
    return answer["Items"], None if last is None else (str(last["pk"]["S"]), str(last["sk"]["S"]))
