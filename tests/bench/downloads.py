"""One granted download: its CPU beside a bare floor, its AWS calls, its units, and whether history makes it dearer."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import boto3
from botocore.config import Config
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.downloads.dynamodb_allowances import DynamoAllowances
from allmytracks.downloads.dynamodb_attributes import to_grant
from allmytracks.downloads.dynamodb_grant import transaction
from allmytracks.downloads.known_counts import ProcessCounts
from allmytracks.downloads.ports_allowances import Terms
from allmytracks.downloads.rules import Project, Use, key_hash_of
from allmytracks.downloads.rules_allowance import day_at
from allmytracks.downloads.use_cases.grant_download import DownloadRequest, GrantDownload
from allmytracks.downloads.use_cases.record_link import LinkRequest
from allmytracks.enforcement.rules_fraud import Burst
from allmytracks.foundation.aws.models import Table
from allmytracks.memberships.rules_rights import ProjectKind
from functions.grant_download.handler import handle
from tests.bench.palindromes import Work
from tests.bench.recorder import Recorder
from tests.bench.requests import Cost, sample_event, seen
from tests.bench.world import ENVIRONMENT, World, yesterday
from tests.factories.memberships import plans_publication
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.foundation import FixedClock
from tests.fakes.links import MemoryLinkSigner
from tests.fakes.publishing import MemoryPublications

NAME = "granted download"
FLOOR = "by hand: one conditional update, presign"
SAME_TRANSACTION = "by hand: the same transaction, presign"
# Below Premium's 30 a day: every turn has an account of its own.
CALLS = 20
HISTORY_A_DAY = 5
FLOOR_TABLE = "FloorTable"

_numbers = itertools.count(1)


def events(world: World, calls: int) -> list[dict[str, Any]]:
    """Requests of a member with a day's allowance untouched."""
    account_id = new_member(world)
    return [event_of(world, account_id, f"key-{number}") for number in range(calls)]


def new_member(world: World) -> str:
    """An account that no other turn uses."""
    account_id = f"7e1d9a54-3c1b-4f0e-9d3b-{next(_numbers):012}"
    world.give_membership(account_id, yesterday())
    return account_id


def event_of(world: World, account_id: str, key: str) -> dict[str, Any]:
    """The sample event, as sent by this account."""
    event = sample_event("grant_download/post-downloads.json")
    event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] = account_id
    event["headers"]["idempotency-key"] = key
    form = json.loads(event["body"])
    # A project of its own: the same again would be the same download.
    event["body"] = json.dumps({**form, "track_id": world.track.id, "project": {**form["project"], "name": key}})
    return event


def handler(world: World) -> Work:
    """The product: the function's own handler with its services."""
    return Work(lambda calls: events(world, calls), lambda event: handle(event, None), _granted)


def _granted(answer: Mapping[str, Any]) -> bool:
    return bool(answer["statusCode"] == 201)


def floor(world: World) -> Work:
    """The minimal hand-written version with boto3, which does less: no validation, no log, no metric, no record of the
    grant.
    """
    world.dynamodb.create_table(
        TableName=FLOOR_TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    dynamodb, presign = boto3.client("dynamodb"), _presigner(world)

    def call(account_id: str) -> str:
        dynamodb.update_item(
            TableName=FLOOR_TABLE,
            Key={"pk": {"S": account_id}},
            UpdateExpression="SET used = if_not_exists(used, :zero) + :one",
            ConditionExpression="attribute_not_exists(used) OR used < :limit",
            ExpressionAttributeValues={":zero": {"N": "0"}, ":one": {"N": "1"}, ":limit": {"N": "30"}},
        )
        return presign()

    return Work(lambda calls: [f"floor-{next(_numbers)}"] * calls, call, _signed)


def same_transaction(world: World, recorder: Recorder) -> Work:
    """Hand-written as well, with the same TransactWriteItems as the handler: the cost of the transaction itself."""
    dynamodb, presign = boto3.client("dynamodb"), _presigner(world)
    with recorder.recording() as calls:
        handle(events(world, 1)[0], None)
    (sent,) = [call.parameters for call in calls if call.action == "TransactWriteItems"]
    put, update = (next(iter(each.values())) for each in sent["TransactItems"])
    sold = [value["S"] for name, value in update["ExpressionAttributeValues"].items() if name.startswith(":terms")]
    granted = to_grant(put["Item"])

    def prepare(count: int) -> list[Any]:
        member, now = new_member(world), datetime.now(UTC)
        grants = [
            replace(
                granted,
                account_id=member,
                download_id=f"dl_{member[-12:]}_{number:013}",
                key_hash=key_hash_of(member, str(number)),
            )
            for number in range(count)
        ]
        terms, day = Terms(sold, burst=Burst(count, 10)), day_at(now, ZoneInfo(ENVIRONMENT["DAY_TIME_ZONE"]))
        return [transaction("CountersTable", "AccountsTable", each, terms, day, now) for each in grants]

    def call(items: list[Any]) -> str:
        dynamodb.transact_write_items(TransactItems=items)
        return presign()

    return Work(prepare, call, _signed)


def _presigner(world: World) -> Callable[[], str]:
    # The signature version that S3 accepts everywhere; boto3's default in the region may be the older one.
    s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
    parameters = {"Bucket": ENVIRONMENT["MASTERS_BUCKET"], "Key": world.track.renditions[0].key}
    return lambda: s3.generate_presigned_url("get_object", Params=parameters, ExpiresIn=300)


def _signed(url: str) -> bool:
    return "X-Amz-Signature=" in url


def costs(world: World, recorder: Recorder) -> list[Cost]:
    """The first download of a fresh process, and a warm one. Call it before anything else calls the handler."""
    first = cost_of("first download of an environment", world, recorder, new_member(world))
    return [first, cost_of(NAME, world, recorder, new_member(world))]


def cost_of(name: str, world: World, recorder: Recorder, account_id: str) -> Cost:
    """The cost of one granted download of this account."""
    event = event_of(world, account_id, f"{name} {next(_numbers)}")
    return seen(name, world, recorder, lambda: handle(event, None), _granted)


def costs_by_history(
    world: World, recorder: Recorder, histories: Sequence[int], advance: Callable[[], None]
) -> list[Cost]:
    """The cost of one more download for accounts with so many of them before, a few each day up to yesterday."""
    found = []
    for history in histories:
        account_id = new_member(world)
        days = math.ceil(history / HISTORY_A_DAY)
        world.give_membership(account_id, yesterday() - timedelta(days=days))
        _download(account_id, world, history, datetime.now(UTC) - timedelta(days=days))
        cost_of("a warm-up", world, recorder, new_member(world))  # publications are read again every half minute
        found.append(cost_of(f"one more after {history:,} downloads", world, recorder, account_id))
        advance()
    return found


def _download(account_id: str, world: World, history: int, first: datetime) -> None:
    clock = FixedClock(first)
    accounts = Table("AccountsTable")
    grant = GrantDownload(
        allowances=DynamoAllowances(Table("CountersTable"), accounts),
        known=ProcessCounts(),
        tracks=MemoryTracks({world.track.id: world.track}),
        account=DynamoAccounts(accounts).get,
        publications=MemoryPublications([plans_publication()]),
        links=MemoryLinkSigner(),
        record=_nothing_to_record,
        clock=clock,
        zone=ZoneInfo(ENVIRONMENT["DAY_TIME_ZONE"]),
    )
    for number in range(history):
        clock.at = first + timedelta(days=number // HISTORY_A_DAY)
        use = Use(Project(f"History {number}", ProjectKind.PERSONAL))
        grant(DownloadRequest(account_id, f"history {number}", world.track.id, "wav", use))


def _nothing_to_record(request: LinkRequest, _now: datetime) -> None:
    raise AssertionError(f"{request.download_id} was granted before")
