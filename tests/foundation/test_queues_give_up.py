"""A worker that gives up does so with the delivery after its last try, however the tries ended."""

from __future__ import annotations

from typing import Any

import pytest

from allmytracks.foundation.queues import BusEvent, QueueFunction
from functions.work_data_exports.handler import handle
from tests.factories.template import read_stacks


def message(receives: int) -> dict[str, Any]:
    body = '{"detail-type": "DataExportRequested", "detail": "exp_000001"}'
    attributes = {"ApproximateReceiveCount": str(receives)}
    record = {"messageId": "m-1", "body": body, "eventSource": "aws:sqs", "attributes": attributes}
    return {"Records": [record]}


@pytest.mark.parametrize(("receives", "expected"), [(1, ["take"]), (3, ["take"]), (4, ["give up"]), (5, ["give up"])])
def test_after_three_tries_it_gives_up_and_the_message_is_a_dead_letter(receives: int, expected: list[str]) -> None:
    done: list[str] = []
    worker = QueueFunction(
        BusEvent[str], lambda _: done.append("take"), tries=3, give_up=lambda _: done.append("give up")
    )
    failed = worker(message(receives), None)["batchItemFailures"]
    assert done == expected
    assert bool(failed) is (expected == ["give up"])


def test_the_queue_delivers_once_more_than_there_are_tries() -> None:
    queues = next(stack for stack in read_stacks().values() if "DataExportsQueue" in stack["Resources"])["Resources"]
    redrive = queues["DataExportsQueue"]["Properties"]["RedrivePolicy"]
    assert redrive["maxReceiveCount"] == handle.tries + 1
