"""Passing through the accounts table, and adding to its items."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from allmytracks.foundation.aws.client import RefusedError
from allmytracks.foundation.aws.passes import page_of_all
from allmytracks.foundation.aws.tables import Table, get_item
from allmytracks.foundation.forms import Item
from allmytracks.operations.ports import Place

KEY = ("pk", "sk")


class DynamoItems:
    """The items of a table, in DynamoDB's JSON, at most so many read units a second."""

    def __init__(self, table: Table, pause: Callable[[float], None] = time.sleep) -> None:
        self._table = table
        self._pause = pause

    def page(self, after: Place | None, limit: int) -> tuple[Sequence[Item], Place | None]:
        return page_of_all(self._table, after, limit, self._pause)

    def again(self, item: Item) -> Item | None:
        return get_item(self._table, {name: item[name] for name in KEY})

    def add(self, item: Item, added: Item) -> bool:
        read = {name: value for name, value in item.items() if name not in KEY}
        new = [name for name in added if name not in read]  # all but the form's number, of the second form on
        named = {name: str(at) for at, name in enumerate({**read, **added})}
        same = [f"#{named[name]} = :r{named[name]}" for name in read]
        absent = [f"attribute_not_exists(#{named[name]})" for name in new]
        asked: dict[str, Any] = {
            "TableName": self._table.name,
            "Key": {name: item[name] for name in KEY},
            "UpdateExpression": "SET " + ", ".join(f"#{named[name]} = :a{named[name]}" for name in added),
            "ConditionExpression": " AND ".join(["attribute_exists(pk)", *same, *absent]),
            "ExpressionAttributeNames": {f"#{at}": name for name, at in named.items()},
            "ExpressionAttributeValues": {
                **{f":r{named[name]}": value for name, value in read.items()},
                **{f":a{named[name]}": value for name, value in added.items()},
            },
        }
        try:
            self._table.client.call("UpdateItem", asked)
        except RefusedError as refused:
            if refused.code != "ConditionalCheckFailedException":
                raise
            return False
        return True
