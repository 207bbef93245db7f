"""The bench runs and reports all that it shall; how fast anything was is no test's matter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.bench import cold, downloads, letters, members, webhooks
from tests.bench.report import Result
from tests.bench.world import ROOT


@pytest.fixture(scope="module")
def result(dynamodb: str, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """What a smoke run wrote; `dynamodb` says where DynamoDB Local cannot be had."""
    output = tmp_path_factory.mktemp("bench") / "bench.json"
    command = [sys.executable, "-m", "tests.bench", "--quick", "--output", str(output)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    assert done.returncode == 0, done.stderr
    assert "granted download" in done.stdout
    return msgspec.json.decode(output.read_bytes(), type=Result)


@pytest.mark.dynamodb
def test_every_request_is_reported_beside_its_floor(result: Result) -> None:
    floors = {each.name: each.floor for each in result.requests}
    assert floors == {
        downloads.NAME: downloads.FLOOR,
        downloads.SAME_TRANSACTION: downloads.FLOOR,
        downloads.FLOOR: downloads.FLOOR,
        webhooks.NAME: webhooks.FLOOR,
        webhooks.FLOOR: webhooks.FLOOR,
    }
    assert all(0 < each.lower <= each.median <= each.upper and each.rounds > 0 for each in result.requests)


@pytest.mark.dynamodb
def test_calls_and_units_are_those_of_the_design(result: Result) -> None:
    costs = {each.request: each for each in result.costs}
    download = costs[downloads.NAME]
    assert download.calls["dynamodb:TransactWriteItems"] == 1
    assert {each.item for each in download.capacity.written} == {"DOWNLOAD", "ALLOWANCE"}
    assert download.capacity.write_units == 4
    webhook = costs[webhooks.NAME]
    assert webhook.calls == {"dynamodb:PutItem": 1, "sqs:SendMessage": 1}
    assert webhook.capacity.write_units == 1


@pytest.mark.dynamodb
def test_what_members_read_is_one_query_and_costs_no_more_after_a_longer_history(result: Result) -> None:
    costs = {each.request: each for each in result.reads}
    short, long = ({name: costs[f"{name} after {size:,}"] for name in members.READS} for size in (3, 120))
    for each in (short, long):
        assert each["profile"].calls == {"dynamodb:GetItem": 1}
        assert each["notices"].calls == each["timeline"].calls == {"dynamodb:Query": 1}
    # Of notices and timeline a page is read, however many there are.
    assert long["profile"].capacity.read_units == short["profile"].capacity.read_units
    assert long["notices"].capacity.read_units <= 8
    assert long["timeline"].capacity.read_units <= 4


@pytest.mark.dynamodb
def test_bulk_work_costs_the_same_for_each_record(result: Result) -> None:
    short, long, *mailings = result.bulk
    assert (short.records, long.records) == (3, 120)
    # One for each item and two of indexes; the erasure saves its progress once more in each of two phases, which counts
    # two units here, as the size of its last state, with the receipt, is taken for each write.
    assert (long.write_units - short.write_units, long.index_units - short.index_units) == (117 + 2 * 2, 2 * 117)
    fewer, more = mailings
    # Two of each 8 are the check that the account is not closed.
    assert (more.write_units - fewer.write_units, more.records - fewer.records) == (2 * 8, 2)


@pytest.mark.dynamodb
def test_a_longer_history_costs_no_more(result: Result) -> None:
    short, long = (each.capacity for each in result.history)
    assert (long.write_units, long.index_units) == (short.write_units, short.index_units)
    assert long.read_units == short.read_units


@pytest.mark.dynamodb
def test_one_more_fact_reads_its_order_and_a_summary_whatever_the_history(result: Result) -> None:
    short, long = (each.cost for each in result.folds)
    assert long.calls == short.calls
    assert long.calls["dynamodb:Query"] == 1
    assert long.capacity.read_units == short.capacity.read_units
    assert all(each.milliseconds > 0 for each in result.folds)


@pytest.mark.dynamodb
def test_priming_is_measured_for_the_hot_functions(result: Result) -> None:
    assert {each.name.partition(":")[0] for each in result.restored} == {"grant_download", "receive_webhook"}
    assert len({each.name for each in result.restored}) == 4


@pytest.mark.dynamodb
def test_issuing_is_reported_by_parts(result: Result) -> None:
    assert tuple(each.name for each in result.letter) == letters.PARTS
    assert all(each.milliseconds > 0 for each in result.letter)
    assert sum(each.percent for each in result.letter) == pytest.approx(100)


@pytest.mark.dynamodb
def test_cold_starts_are_measured_with_their_clients(result: Result) -> None:
    (start,) = result.cold_starts
    assert start.function == "grant_download"
    assert start.clients == ("dynamodb",)
    assert start.floor_clients == ("dynamodb", "s3")
    assert start.ratio.median > 0


def test_a_few_functions_share_a_floor() -> None:
    floors = {"a": ("s3",), "b": ("dynamodb",), "c": ("s3",), "d": ("s3",), "e": ("s3",)}
    looked = [cold.Function(name, (), (), floor) for name, floor in floors.items()]
    assert [[each.name for each in group] for group in cold.groups(looked)] == [["a", "c", "d"], ["e"], ["b"]]


def test_a_function_that_cannot_start_is_reported(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no_such_function"):
        cold.look("no_such_function")
