"""Counters of clients: the twin in memory keeps the contract of the real ones."""

from __future__ import annotations

from datetime import timedelta

import boto3
import pytest

from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.throttling.dynamodb import DynamoClientCounters
from allmytracks.foundation.throttling.ports import ClientCounters
from allmytracks.foundation.throttling.rules import Limit, window_at
from tests.factories.instants import NOW
from tests.fakes.foundation import MemoryClientCounters

LIMIT = Limit("tries", 3, 60)
WINDOW = window_at(LIMIT, "one", NOW)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def counters(request: pytest.FixtureRequest) -> ClientCounters:
    if request.param == "memory":
        return MemoryClientCounters()
    return DynamoClientCounters(request.getfixturevalue("counters_table"))


def test_counts_up_to_the_limit_and_not_beyond(counters: ClientCounters) -> None:
    assert [counters.take(WINDOW, 1) for _ in range(5)] == [1, 2, 3, None, None]


def test_several_at_once_are_counted_all_or_not_at_all(counters: ClientCounters) -> None:
    assert counters.take(WINDOW, 2) == 2
    assert counters.take(WINDOW, 2) is None
    assert counters.take(WINDOW, 1) == 3


def test_subjects_windows_and_limits_are_counted_apart(counters: ClientCounters) -> None:
    others = [
        window_at(LIMIT, "another", NOW),
        window_at(LIMIT, "one", NOW + timedelta(seconds=60)),
        window_at(Limit("other tries", 3, 60), "one", NOW),
    ]
    assert counters.take(WINDOW, 3) == 3
    assert [counters.take(other, 1) for other in others] == [1, 1, 1]


def test_what_is_given_back_can_be_taken_again_and_no_more_than_that(counters: ClientCounters) -> None:
    counters.give_back(WINDOW)
    assert counters.take(WINDOW, 3) == 3
    counters.give_back(WINDOW)
    assert counters.take(WINDOW, 1) == 3
    for _ in range(5):
        counters.give_back(WINDOW)
    assert [counters.take(WINDOW, 1) for _ in range(4)] == [1, 2, 3, None]


@pytest.mark.dynamodb
def test_counters_are_small_expire_and_do_not_grow_with_refusals(counters_table: Table) -> None:
    counters = DynamoClientCounters(counters_table)
    for _ in range(10):
        counters.take(WINDOW, 1)
    [item] = boto3.client("dynamodb", endpoint_url=counters_table.endpoint).scan(TableName=counters_table.name)["Items"]
    assert item == {
        "pk": {"S": f"RATE#{WINDOW.key}"},
        "used": {"N": "3"},
        "expires_at": {"N": str(int(WINDOW.ends_at.timestamp()))},
    }


@pytest.mark.parametrize("patient", [True, False])
def test_counters_that_cannot_be_reached_are_unavailable(patient: bool) -> None:  # noqa: FBT001 - a parameter of the test
    counters = DynamoClientCounters(Table("counters", "http://127.0.0.1:9", patient=patient))
    with pytest.raises(Unavailable):
        counters.take(WINDOW, 1)
    with pytest.raises(Unavailable):
        counters.give_back(WINDOW)
