"""The tables of infra/data.yaml, made from its own description of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.localcloud.template_yaml import parse as parse_template

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DATA_STACK = Path(__file__).parents[2] / "infra" / "data.yaml"
# Of a table's properties, those that another DynamoDB than AWS's cares about.
KEPT = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes")


@cache
def resources() -> dict[str, Any]:
    """The resources of infra/data.yaml."""
    return dict(parse_template(DATA_STACK.read_text(encoding="utf-8"))["Resources"])


def create_table(client: DynamoDBClient, logical_name: str, name: str) -> None:
    """Makes the table that infra/data.yaml has under `logical_name`, and calls it `name`."""
    properties = resources()[logical_name]["Properties"]
    client.create_table(TableName=name, **{key: properties[key] for key in KEPT if key in properties})
