"""The tables of infra/data.yaml."""

from __future__ import annotations

from pathlib import Path

DATA_STACK = Path(__file__).parents[2] / "infra" / "data.yaml"
# Of a table's properties, those that another DynamoDB than AWS's cares about.
KEPT = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
