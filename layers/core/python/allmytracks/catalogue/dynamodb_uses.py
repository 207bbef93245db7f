"""Counts of downloads by track in the catalogue table, in items of their own: the search is not told of each."""

from __future__ import annotations

from allmytracks.catalogue.dynamodb import TRACK, TRACK_PREFIX, USES
from allmytracks.foundation.aws.tables import Table, update_where_present

USES_PREFIX = "USES#"


class DynamoUses:
    """Counts in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, track_id: str, downloads: int) -> int:
        asked = {
            "TableName": self._table.name,
            "Key": {"pk": {"S": USES_PREFIX + track_id}, "sk": {"S": TRACK}},
            "UpdateExpression": f"ADD {USES} :downloads",
            "ExpressionAttributeValues": {":downloads": {"N": str(downloads)}},
            "ReturnValues": "UPDATED_NEW",
        }
        return int(self._table.client.call("UpdateItem", asked)["Attributes"][USES]["N"])

    def show(self, track_id: str, uses: int) -> None:
        key = {"pk": {"S": TRACK_PREFIX + track_id}, "sk": {"S": TRACK}}
        update_where_present(self._table, key, "SET #uses = :uses", {"#uses": USES}, {":uses": {"N": str(uses)}})
