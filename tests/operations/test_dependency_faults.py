"""A function of each kind under every fault of what it calls; `make faults` runs all of them (docs/faults.md)."""

from __future__ import annotations

import pytest

from tests.factories.template import ROOT, described
from tests.faults.dependencies import Run, runs, wrong

# A request, a message, a schedule, and a trigger that Cognito gives half as long as all others have.
ONE_OF_EACH_KIND = ("get_account", "work_notices", "every_hour_count_overdue_tickets", "on_sign_in_challenge")


@pytest.fixture(scope="module")
def found(moto_server: str) -> list[Run]:
    return runs(ONE_OF_EACH_KIND, moto_server)


def test_a_fault_is_answered_in_time_never_swallowed_and_over_when_it_is_over(found: list[Run]) -> None:
    assert list(wrong(found)) == []
    assert {each["function"] for each in found if "fault" in each} == set(ONE_OF_EACH_KIND)


def test_a_message_that_met_a_fault_stays_in_its_queue(found: list[Run]) -> None:
    reading = [each for each in found if (each["function"], each.get("service")) == ("work_notices", "dynamodb")]
    told = {each["fault"]: each["ended"] for each in reading if "fault" in each}
    assert {told[fault] for fault in ("throttled", "silent", "gone", "answers lost")} == {"again"}


SAMPLE = {"function": "get_account", "plain": {"one.json": "200"}}
RUN = {"function": "get_account", "service": "dynamodb", "sample": "one.json", "seconds": 1, "called": 1}


@pytest.mark.parametrize(
    "mistake",
    [
        {"fault": "gone", "ended": "500"},
        {"fault": "gone", "ended": "failed KeyError"},
        {"fault": "silent", "ended": "503", "seconds": 11},
        {"fault": "gone", "ended": "200", "called": 0},
        {"fault": "killed before", "at": 0, "ended": "500"},
        {"again": "503"},
    ],
    ids=str,
)
def test_each_mistake_is_found(mistake: Run) -> None:
    assert len(list(wrong([SAMPLE, {**RUN, **mistake}]))) == 1
    assert list(wrong([SAMPLE, {**RUN, "fault": "gone", "ended": "503"}])) == []


def test_every_function_that_calls_something_is_on_the_page() -> None:
    page = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    on_the_page = [name for name in described() if f"| {name} |" in page]
    assert len(on_the_page) > len(described()) * 0.8
