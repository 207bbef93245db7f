"""Where the bench runs: the real DynamoDB Local and a stub for the rest, processes of their own on loopback."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from allmytracks.catalogue.dynamodb import DynamoTracks
from allmytracks.catalogue.rules import Origin, Track
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.memberships.dynamodb_allowance import AllowanceItem, allowance_key
from allmytracks.publishing.dynamodb import DynamoPublications
from allmytracks.publishing.ports import Publication
from infra.capacity_units import Index
from infra.localcloud import processes
from infra.localcloud.dynamodb import start
from tests.bench.capacity import Contents, Schema
from tests.factories.memberships import period
from tests.factories.ports import free_ports
from tests.factories.tables import create_table, resources
from tests.factories.template import described
from tests.factories.tracks import track

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ROOT = Path(__file__).parents[2]
START_SECONDS = 240.0
WEBHOOK_SECRET = "whsec_bench"
TABLES = {
    "ACCOUNTS_TABLE": "AccountsTable",
    "COUNTERS_TABLE": "CountersTable",
    "CATALOG_TABLE": "CatalogTable",
    "RECORDINGS_TABLE": "RecordingsTable",
}
SOME_NAME = "arn:aws:service:ap-east-1:123456789012:name"
# The variables that template.yaml gives to functions where they need a meaning, and those that Lambda gives to all.
ENVIRONMENT = {
    **TABLES,
    "MASTERS_BUCKET": "allmytracks-masters",
    "DOCUMENTS_BUCKET": "allmytracks-documents",
    "LETTERS_BUCKET": "allmytracks-letters",
    "USER_POOL_ID": "ap-east-1_bench",
    "USER_POOL_CLIENT_ID": "bench-client",
    "PAYMENTS_QUEUE_URL": "https://sqs.ap-east-1.amazonaws.com/123456789012/payments.fifo",
    "EVENT_BUS_NAME": "allmytracks",
    "LICENSE_KEY_ID": "arn:aws:kms:ap-east-1:123456789012:key/00000000-0000-0000-0000-000000000000",
    "PAYMENT_SECRET_ID": "payments",
    "PAYMENT_API_BASE": "https://payments.example.com",
    "MAIL_SENDER": "sender@example.com",
    "MAIL_CONFIGURATION_SET": "mail",
    "SITE_URL": "https://www.example.com",
    "PUBLIC_URL": "https://api.example.com",
    "DAY_TIME_ZONE": "Asia/Hong_Kong",
    "LINK_SECONDS": "300",
    "EDGE_LINKS": "",
    "SEARCH_DOMAIN": "",
    "ANTI_FRAUD": "on",
    "TWO_PERSON_RULE": "on",
    "THROTTLING": "on",
    "LICENSOR_NAME": "AllMyTracks Limited",
    "LICENSOR_REGISTRATION": "0000000",
    "LICENSOR_CONTACT": "rights@example.org",
    "LICENSOR_SIGNATORY": "",
    "SELLER_ADDRESS": "1 Harbour Road",
    "TIMESTAMP_AUTHORITY_URL": "",
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_METRICS_NAMESPACE": "AllMyTracks",
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_REGION": "ap-east-1",
    "AWS_DEFAULT_REGION": "ap-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def function_environment() -> dict[str, str]:
    """A whole environment: this process's without its own AWS and Python settings, and what functions get."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    # What a function of its own area reads is named in template.yaml; its value is nothing that is measured.
    named = {name for function in described().values() for name in function.environment}
    return {**inherited, **dict.fromkeys(named, SOME_NAME), **ENVIRONMENT}


@dataclass(frozen=True, slots=True)
class World:
    """The running services, the tables, and what the bench puts into them."""

    dynamodb: DynamoDBClient
    schemas: Mapping[str, Schema]
    track: Track

    def contents(self) -> dict[str, Contents]:
        """Every item of every table."""
        return {name: self._contents(name, schema) for name, schema in self.schemas.items()}

    def _contents(self, table: str, schema: Schema) -> Contents:
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return {schema.key_of(item): item for page in pages for item in page["Items"]}

    def give_membership(self, account_id: str, starts_at: datetime) -> None:
        """A year of Premium: what the fold of a payment writes to the allowance."""
        item = bind(AllowanceItem, Table("CountersTable"))(allowance_key(account_id))
        item.periods = [period("premium", starts_at, days=365)]
        item.save()


@contextmanager
def world() -> Iterator[World]:
    """Starts everything and ends it. Raises infra.localcloud.dynamodb.UnavailableError.

    It sets this process's environment to a function's: the product is measured as it runs, read from there.
    """
    started = []
    try:
        server = start(free_ports(1))
        started.append(server.process)
        port = free_ports(1)
        secret = json.dumps({"api_key": "sk_bench", "webhook_secrets": [WEBHOOK_SECRET]})
        command = [sys.executable, "-m", "tests.bench.aws_stub", str(port), secret]
        started.append(processes.spawn(command, env=function_environment(), cwd=ROOT))
        _wait_for(port)
        stub = f"http://127.0.0.1:{port}"
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(
            ENVIRONMENT,
            AWS_ENDPOINT_URL_DYNAMODB=server.endpoint,
            AWS_ENDPOINT_URL_SQS=stub,
            AWS_ENDPOINT_URL_SECRETS_MANAGER=stub,
            AWS_ENDPOINT_URL_KMS=stub,
            AWS_ENDPOINT_URL_S3=stub,
            AWS_ENDPOINT_URL_EVENTBRIDGE=stub,
        )
        yield _with_tables()
    finally:
        for process in reversed(started):
            processes.stop(process, grace_seconds=0)


def _with_tables() -> World:
    client = boto3.client("dynamodb")
    schemas = {}
    for name in TABLES.values():
        create_table(client, name, name)
        schemas[name] = schema_of(resources()[name]["Properties"])
    catalog = Table("CatalogTable")
    plans = tomllib.loads((ROOT / "config" / "plans.toml").read_text(encoding="utf-8"))
    # The terms that tests.factories.memberships.period was bought under.
    publications = DynamoPublications(catalog)
    publications.publish(Publication("plans", "v1", plans["effective_at"], plans["body"]))
    rules = tomllib.loads((ROOT / "config" / "fraud-rules.toml").read_text(encoding="utf-8"))
    publications.publish(Publication("fraud-rules", "v1", rules["effective_at"], rules["body"]))
    sample = track("trk_01")
    DynamoTracks(catalog).add(sample, Origin(import_id="imp-1", path="one.wav", checksums=("a" * 64,)))
    return World(client, schemas, sample)


def schema_of(properties: Mapping[str, Any]) -> Schema:
    """What a table's cost depends on, from its CloudFormation properties."""
    return Schema(
        keys=_names(properties["KeySchema"]),
        indexes=tuple(
            Index(each["IndexName"], _names(each["KeySchema"]), _projected(each["Projection"]))
            for each in properties.get("GlobalSecondaryIndexes", ())
        ),
    )


def _names(key_schema: list[dict[str, str]]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in key_schema)


def _projected(projection: Mapping[str, Any]) -> frozenset[str] | None:
    return None if projection["ProjectionType"] == "ALL" else frozenset(projection.get("NonKeyAttributes", ()))


def yesterday() -> datetime:
    """When the memberships of the bench began."""
    return datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
