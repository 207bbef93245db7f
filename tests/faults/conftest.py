"""The site that the fault tests run on; one for a whole module, as every scenario has an account of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from samtranslator.yaml_helper import yaml_parse

from allmytracks import wiring
from allmytracks.foundation.aws.models import Table
from tests.conftest import DATA_STACK, KEPT
from tests.faults.site import DownloadSite


@pytest.fixture(scope="module")
def lasting_tables(dynamodb: str) -> Iterator[dict[str, Table]]:
    """The three tables of infra/data.yaml, kept for a module."""
    client = boto3.client("dynamodb", endpoint_url=dynamodb)
    resources: dict[str, Any] = yaml_parse(DATA_STACK.read_text())["Resources"]
    made = {}
    for logical_name in ("AccountsTable", "CountersTable", "CatalogTable"):
        properties = resources[logical_name]["Properties"]
        name = f"{logical_name}-{uuid.uuid4().hex[:12]}"
        client.create_table(TableName=name, **{key: properties[key] for key in KEPT if key in properties})
        made[logical_name] = Table(name, dynamodb)
    yield made
    for table in made.values():
        client.delete_table(TableName=table.name)
    client.close()


@pytest.fixture(scope="module")
def module_site(lasting_tables: dict[str, Table]) -> Iterator[DownloadSite]:
    site = DownloadSite.on(
        lasting_tables["AccountsTable"], lasting_tables["CountersTable"], lasting_tables["CatalogTable"]
    )
    yield site
    site.ledger.close()


@pytest.fixture
def site(module_site: DownloadSite) -> Iterator[DownloadSite]:
    module_site.start()
    yield module_site
    wiring.install(None)
