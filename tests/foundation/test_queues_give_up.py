"""Of a batch only what failed is delivered again; a worker that gives up does so after its last try."""

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest

from allmytracks.foundation.queues import BusEvent, QueueFunction
from functions.work_data_exports.handler import handle
from tests.factories.template import described, read_stacks


def message(receives: int) -> dict[str, Any]:
    body = '{"detail-type": "DataExportRequested", "detail": "exp_000001"}'
    attributes = {"ApproximateReceiveCount": str(receives)}
    record = {"messageId": "m-1", "body": body, "eventSource": "aws:sqs", "attributes": attributes}
    return {"Records": [record]}


def batch(*messages: tuple[str, str]) -> dict[str, Any]:
    """Messages with these details, each in its group of a FIFO queue."""
    return {
        "Records": [
            {
                **message(1)["Records"][0],
                "messageId": f"{group}-{detail}",
                "body": json.dumps({"detail-type": "Sample", "detail": detail}),
                "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": group},
            }
            for group, detail in messages
        ]
    }


@pytest.mark.parametrize(("fifo", "again"), [(False, ["a-bad"]), (True, ["a-bad", "a-late"])])
def test_of_a_batch_only_what_failed_is_delivered_again_and_what_has_to_come_after_it(
    *, fifo: bool, again: list[str]
) -> None:
    done: list[str] = []

    def take(event: BusEvent[str]) -> None:
        if event.detail == "bad":
            raise ValueError
        done.append(event.detail)

    event = batch(("a", "early"), ("a", "bad"), ("b", "other"), ("a", "late"))
    answer = QueueFunction(BusEvent[str], take, fifo=fifo)(event, None)
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == again
    assert done == ["early", "other", *([] if fifo else ["late"])]


@pytest.mark.parametrize("name", sorted(name for name, each in described().items() if each.events("SQS")))
def test_every_consumer_of_a_queue_names_each_message_that_it_cannot_read(name: str) -> None:
    event = batch(("a", "1"), ("b", "2"))
    for each in event["Records"]:
        each["body"] = "{"
    answer = importlib.import_module(f"functions.{name}.handler").handle(event, None)
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["a-1", "b-2"]


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
