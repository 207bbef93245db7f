"""docs/costs.md says what infra/costs.py reckons, and the items that it reckons with are the product's."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import boto3
import pytest
from msgspec.structs import replace

from allmytracks.downloads.dynamodb_allowances import DynamoAllowances
from allmytracks.downloads.ports_allowances import Terms
from allmytracks.downloads.rules import key_hash_of
from allmytracks.downloads.rules_allowance import Day
from allmytracks.enforcement.rules_fraud import Burst
from allmytracks.foundation.aws.keys import allowance_key
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.memberships.dynamodb_allowance import AllowanceItem
from infra import costs
from infra.capacity_units import item_size
from tests.factories.template import ROOT, read


def test_the_page_is_what_the_script_writes() -> None:
    assert costs.PAGE.read_text(encoding="utf-8") == costs.page(), "run: python -m infra.costs --write"


def test_the_search_domain_is_the_one_of_the_template() -> None:
    domain = read(ROOT / "infra" / "search.yaml")["Resources"]["TracksDomain"]["Properties"]
    nodes = domain["ClusterConfig"]
    kinds, counts = nodes["InstanceType"]["Fn::If"][1:], nodes["InstanceCount"]["Fn::If"][1:]
    assert list(zip(kinds, counts, strict=True)) == list(costs.SEARCH_NODES.values())
    assert domain["EBSOptions"]["VolumeSize"] == costs.NODE_GIGABYTES


def test_a_grant_costs_four_write_units_up_to_a_full_day_of_either_plan() -> None:
    assert {costs.write_units_of(case)[1] for case in costs.CASES} == {4}


@pytest.mark.dynamodb
def test_the_allowance_that_is_reckoned_with_is_the_one_that_grants_leave(
    counters_table: Table, accounts_table: Table
) -> None:
    case = costs.Case("a day", today=9, yesterday=10)
    empty: dict[str, Any] = costs.an_allowance(dataclasses.replace(case, today=0, yesterday=0))
    bind(AllowanceItem, counters_table).from_raw_data({**empty, "day": {"N": "0"}}).save()
    allowances = DynamoAllowances(counters_table, accounts_table)
    numbers = iter(range(99))
    for back, count in ((1, case.yesterday), (0, case.today)):
        now = costs.NOW - timedelta(days=back)
        for _ in range(count):
            name = str(next(numbers))
            grant = replace(
                costs.a_grant(), download_id=name, key_hash=key_hash_of(costs.ACCOUNT, name), granted_at=now
            )
            terms = Terms(["premium@2026-11-01"], burst=Burst(costs.BURST, 10))
            assert allowances.grant(grant, terms, Day(costs.DAY - back, now + timedelta(days=1)), now) is None
    client: Any = boto3.client("dynamodb", endpoint_url=counters_table.endpoint)
    found = client.get_item(TableName=counters_table.name, Key={"pk": {"S": allowance_key(costs.ACCOUNT)}})
    client.close()
    assert item_size(found["Item"]) == item_size(costs.an_allowance(case))
