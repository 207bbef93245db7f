from __future__ import annotations

import dataclasses
import datetime as dt
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from infra.localcloud import clock
from infra.localcloud.batches import failed_ids
from infra.localcloud.deployment import Deployment, QueueMapping, Schedule, StreamMapping
from infra.localcloud.expressions import parse
from infra.localcloud.invocations import Outcome, failure
from infra.localcloud.pollers import Pollers
from infra.localcloud.polling import CallsTail
from infra.localcloud.runtime import Runtime
from infra.localcloud.schedules import Scheduler
from tests.localcloud.running import function

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = "BatchFunction"
PATIENCE = 240.0


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def sqs(endpoint: str, request: pytest.FixtureRequest) -> SQSClient:
    return boto3.client(
        "sqs", endpoint_url=endpoint, region_name="eu-west-1", aws_access_key_id="test", aws_secret_access_key="test"
    )


class Bench:
    """A batch function fed by pollers; it writes down what it was given."""

    def __init__(self, start: Callable[..., Runtime], deployment: Deployment, endpoint: str, folder: Path) -> None:
        self.notes, self.calls = folder / "notes", folder / "calls.jsonl"
        self.runtime = start(function(BATCH, "batch", {"NOTES": str(self.notes)}))
        self.pollers: Pollers | None = None
        self._deployment, self._endpoint = deployment, endpoint

    def start(self, **mappings: Any) -> None:
        deployment = dataclasses.replace(self._deployment, **mappings)
        logs = self.calls.parent
        self.pollers = Pollers(deployment, self.runtime.invoke, endpoint=self._endpoint, calls=self.calls, logs=logs)
        self.pollers.start()

    def records(self, number: int) -> list[dict[str, Any]]:
        """What was written down, once there is that much of it."""
        until = time.monotonic() + PATIENCE
        while True:
            lines = self.notes.read_text().splitlines() if self.notes.exists() else []
            if len(lines) >= number or time.monotonic() > until:
                assert len(lines) == number
                return [json.loads(line) for line in lines]
            time.sleep(0.05)


@pytest.fixture
def bench(
    start_runtime: Callable[..., Runtime], deployment: Deployment, endpoint: str, tmp_path: Path
) -> Iterator[Bench]:
    bench = Bench(start_runtime, deployment, endpoint, tmp_path)
    yield bench
    if bench.pollers is not None:
        bench.pollers.stop()


def queue(sqs: SQSClient, name: str, **attributes: str) -> QueueMapping:
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]  # type: ignore[arg-type]  # plain names
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return QueueMapping(BATCH, url, arn, 10, 0, report_batch_item_failures=True)


def test_messages_reach_the_function_and_are_deleted(bench: Bench, sqs: SQSClient) -> None:
    mapping = queue(sqs, "plain")
    attribute = {"kind": {"DataType": "String", "StringValue": "note"}}
    sqs.send_message(QueueUrl=mapping.queue_url, MessageBody="hello", MessageAttributes=attribute)  # type: ignore[arg-type]  # as its TypedDict
    bench.start(queue_mappings=(mapping,))
    record = bench.records(1)[0]["record"]
    assert (record["body"], record["eventSource"], record["eventSourceARN"]) == ("hello", "aws:sqs", mapping.queue_arn)
    assert record["messageAttributes"]["kind"]["stringValue"] == "note"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    awaited(lambda: left(sqs, mapping) == 0)


def awaited(reached: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.05)


def left(sqs: SQSClient, mapping: QueueMapping) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=mapping.queue_url, AttributeNames=names)["Attributes"]  # type: ignore[arg-type]  # two of its names
    return sum(int(value) for value in found.values())


def test_a_fifo_queue_keeps_the_order_of_each_group(bench: Bench, sqs: SQSClient) -> None:
    mapping = dataclasses.replace(queue(sqs, "ordered.fifo", FifoQueue="true"), batch_size=3)
    for number in range(12):
        sqs.send_message(
            QueueUrl=mapping.queue_url,
            MessageBody=f"{'ab'[number % 2]}{number:02}",
            MessageGroupId="ab"[number % 2],
            MessageDeduplicationId=str(number),
        )
    bench.start(queue_mappings=(mapping,))
    bodies = [each["record"]["body"] for each in bench.records(12)]
    for group in "ab":
        mine = [body for body in bodies if body.startswith(group)]
        assert mine == sorted(mine)


def test_a_failed_message_is_redelivered_and_ends_in_the_dead_letters(
    bench: Bench, sqs: SQSClient, clock_file: Path
) -> None:
    dead = queue(sqs, "dead")
    redrive = json.dumps({"deadLetterTargetArn": dead.queue_arn, "maxReceiveCount": 2})
    mapping = queue(sqs, "failing", VisibilityTimeout="600", RedrivePolicy=redrive)
    for body in ("good", "bad"):
        sqs.send_message(QueueUrl=mapping.queue_url, MessageBody=body)
    bench.start(queue_mappings=(mapping,))
    assert sorted(each["record"]["body"] for each in bench.records(2)) == ["bad", "good"]
    assert bench.pollers is not None
    awaited(lambda: left(sqs, mapping) == 1)  # the good one is deleted
    clock.move(clock_file, advance_seconds=601)
    bench.pollers.clock_moved()
    assert [each["record"]["body"] for each in bench.records(3)][2] == "bad"
    clock.move(clock_file, advance_seconds=601)
    bench.pollers.clock_moved()
    awaited(lambda: left(sqs, dead) == 1)
    received = sqs.receive_message(QueueUrl=dead.queue_url, WaitTimeSeconds=0).get("Messages", [])
    assert [message["Body"] for message in received] == ["bad"]
    bench.records(3)


def test_filtered_messages_never_reach_the_function(bench: Bench, sqs: SQSClient) -> None:
    mapping = dataclasses.replace(queue(sqs, "filtered"), filters=({"body": {"kind": ["wanted"]}},))
    for body in ('{"kind":"other"}', '{"kind":"wanted"}', "no json"):
        sqs.send_message(QueueUrl=mapping.queue_url, MessageBody=body)
    bench.start(queue_mappings=(mapping,))
    assert [each["record"]["body"] for each in bench.records(1)] == ['{"kind":"wanted"}']


def test_stream_records_reach_the_function_in_order(bench: Bench, endpoint: str) -> None:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    dynamodb = boto3.client("dynamodb", endpoint_url=endpoint, region_name="eu-west-1", **keys)  # type: ignore[call-overload]  # two strings
    table = dynamodb.create_table(
        TableName="things",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]
    for number in range(5):
        dynamodb.put_item(TableName="things", Item={"pk": {"S": f"THING#{number}"}, "raw": {"B": b"\x00\xff"}})
    dynamodb.put_item(TableName="things", Item={"pk": {"S": "OTHER"}})
    bench.start(
        stream_mappings=(
            StreamMapping(
                function=BATCH,
                stream_arn=table["LatestStreamArn"],
                batch_size=2,
                batching_window_seconds=0,
                starting_position="TRIM_HORIZON",
                maximum_retries=1,
                bisect_on_error=False,
                failure_queue_url=None,
                report_batch_item_failures=False,
                filters=({"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "THING#"}]}}}},),
            ),
        )
    )
    found = bench.records(5)
    records = [each["record"] for each in found]
    assert [record["dynamodb"]["Keys"]["pk"]["S"] for record in records] == [f"THING#{number}" for number in range(5)]
    assert records[0]["eventName"] == "INSERT"
    assert records[0]["dynamodb"]["NewImage"]["raw"] == {"B": "AP8="}
    assert records[0]["eventSourceARN"] == table["LatestStreamArn"]
    assert all(each["batch"] <= 2 for each in found)


def test_calls_say_where_something_was_put(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    tail = CallsTail(path)
    assert tail.news() == set()
    lines = [
        {"action": "sqs:SendMessage", "resource": "arn:aws:sqs:eu-west-1:1:jobs"},
        {"action": "dynamodb:GetItem", "resource": "arn:aws:dynamodb:eu-west-1:1:table/read"},
        {"action": "dynamodb:PutItem", "resource": "arn:aws:dynamodb:eu-west-1:1:table/written"},
        {"action": "events:PutEvents", "resource": "arn:aws:events:eu-west-1:1:event-bus/bus"},
    ]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines) + '{"action": "sqs:Se')
    assert tail.news() == {"arn:aws:sqs:eu-west-1:1:jobs", "written", "events"}
    assert tail.news() == set()


@pytest.mark.parametrize(
    ("outcome", "failed"),
    [
        (Outcome(b"null"), set()),
        (Outcome(b'{"batchItemFailures":[]}'), set()),
        (Outcome(b'{"batchItemFailures":[{"itemIdentifier":"b"}]}'), {"b"}),
        (Outcome(b'{"batchItemFailures":[{"itemIdentifier":"z"}]}'), {"a", "b"}),
        (Outcome(b'{"batchItemFailures":[{"itemIdentifier":""}]}'), {"a", "b"}),
        (failure("ValueError", "no"), {"a", "b"}),
    ],
)
def test_batch_answers_are_read_as_lambda_does(outcome: Outcome, failed: set[str]) -> None:
    assert failed_ids(outcome, ["a", "b"], reported=True) == failed


@pytest.mark.parametrize(
    ("expression", "after", "due"),
    [
        ("rate(5 minutes)", "2026-01-01T00:00:00", "2026-01-01T00:05:00"),
        ("rate(1 day)", "2026-01-01T10:00:00", "2026-01-02T10:00:00"),
        ("cron(0 3 * * ? *)", "2026-01-01T03:00:00", "2026-01-02T03:00:00"),
        ("cron(0/15 * * * ? *)", "2026-01-01T10:16:00", "2026-01-01T10:30:00"),
        ("cron(30 4 1 * ? *)", "2026-01-31T10:00:00", "2026-02-01T04:30:00"),
        ("cron(0 9 ? * MON-FRI *)", "2026-11-20T09:00:00", "2026-11-23T09:00:00"),
        ("cron(0 0 29 2 ? *)", "2026-01-01T00:00:00", "2028-02-29T00:00:00"),
        ("cron(0 0 1 1 ? 2025)", "2026-01-01T00:00:00", None),
        ("at(2027-01-01T00:00:00)", "2026-01-01T00:00:00", "2027-01-01T00:00:00"),
        ("at(2025-01-01T00:00:00)", "2026-01-01T00:00:00", None),
    ],
)
def test_schedule_expressions_say_when_they_are_due(expression: str, after: str, due: str | None) -> None:
    found = parse(expression)(dt.datetime.fromisoformat(after).replace(tzinfo=dt.UTC))
    assert found == (due and dt.datetime.fromisoformat(due).replace(tzinfo=dt.UTC))


def test_schedules_know_time_zones() -> None:
    after = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
    assert parse("cron(0 9 * * ? *)", "Asia/Hong_Kong")(after) == dt.datetime(2026, 7, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize("expression", ["rate(0 minutes)", "rate(five)", "cron(0 0 L * ? *)", "cron(0 0 * *)", "often"])
def test_what_cannot_be_read_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse(expression)


def test_a_jump_of_the_clock_runs_what_became_due_once(clock_file: Path) -> None:
    ran: list[tuple[str, dict[str, Any]]] = []

    def invoke(name: str, payload: bytes) -> Outcome:
        ran.append((name, json.loads(payload)))
        return Outcome(b"null")

    schedules = [
        Schedule("often", "OftenFunction", "rate(5 minutes)", None),
        Schedule("rarely", "RarelyFunction", "rate(30 days)", '{"own": true}'),
        Schedule("never", "NeverFunction", "rate(1 minute)", None, enabled=False),
    ]
    scheduler = Scheduler(schedules, invoke, "eu-west-1", "123456789012")
    assert scheduler.run_due() <= 30
    assert ran == []
    clock.move(clock_file, advance_seconds=86_400)
    scheduler.run_due()
    scheduler.run_due()
    assert [name for name, _ in ran] == ["OftenFunction"]
    assert ran[0][1]["detail-type"] == "Scheduled Event"
    clock.move(clock_file, advance_seconds=30 * 86_400)
    scheduler.run_due()
    assert ran[-1] == ("RarelyFunction", {"own": True})
    clock.move(clock_file, advance_seconds=-31 * 86_400)
    scheduler.run_due()
    clock.move(clock_file, advance_seconds=301)
    scheduler.run_due()
    assert [name for name, _ in ran] == ["OftenFunction", "OftenFunction", "RarelyFunction", "OftenFunction"]
