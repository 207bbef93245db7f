"""Retention on the real table: every declared term ends at its second, holds are observed, crashes are repaired."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from allmytracks.accounts.dynamodb_receipt_numbers import DynamoReceiptNumbers
from allmytracks.foundation.audit.dynamodb import DynamoAuditLog
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.aws.passes import UNITS_PER_SECOND
from allmytracks.foundation.aws.tables import get_item, put_where_absent, to_attributes
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.records import (
    SEVEN_YEARS,
    SIX_YEARS,
    Delete,
    Hold,
    Pseudonymise,
    Read,
    Record,
    Store,
    Whose,
    filled,
    placeholders,
)
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.payments.ledger.dynamodb_claims import CLAIM, payment_key
from allmytracks.privacy.aws_stores import AwsStores
from allmytracks.privacy.dynamodb_erasures import DynamoErasures
from allmytracks.privacy.dynamodb_holds import DynamoHolds
from allmytracks.privacy.dynamodb_retention import DynamoAllItems, DynamoPasses
from allmytracks.privacy.records import ALL
from allmytracks.privacy.rules_erasure import Erasure
from allmytracks.privacy.rules_holds import Hold as LegalHold
from allmytracks.privacy.rules_holds import HoldReason
from allmytracks.privacy.rules_retention import Outcome, Pass, owner_of
from allmytracks.privacy.use_cases.apply_retention import ApplyRetention
from tests.factories.instants import NOW
from tests.factories.privacy import DEVICE, PrivacyWorld, make_buckets
from tests.fakes.foundation import CountedIds, FixedClock
from tests.faults.injector import EVERY_FAULT, Fault, FaultInjector, Killed, no_faults

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("P-storage")]

SECOND = timedelta(seconds=1)
IN_TABLE = [each for each in ALL if each.store is Store.ACCOUNTS]
TERMS = [each for each in IN_TABLE if each.retention.since is not None and not each.retention.by_store]
each_term = pytest.mark.parametrize("record", TERMS, ids=[each.name for each in TERMS])


@dataclass
class World:
    """The accounts table, a bucket, and the job."""

    table: Table
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    pauses: list[float] = field(default_factory=list)
    outcomes: list[tuple[Outcome, str]] = field(default_factory=list)

    def job(self) -> ApplyRetention:
        table = self.table
        return ApplyRetention(
            ALL,
            DynamoAllItems(table, self.pauses.append),
            AwsStores({Store.ACCOUNTS: table}, {Store.DOCUMENTS: "documents"}),
            DynamoPasses(table),
            DynamoHolds(table),
            self.numbers,
            DynamoErasures(table),
            Audit(DynamoAuditLog(table), self.clock, CountedIds()),
            self.clock,
        )

    @property
    def numbers(self) -> DynamoReceiptNumbers:
        return DynamoReceiptNumbers(self.table, RandomIds(), self.clock)

    def run(self, at: datetime | None = None, pages: int = 1_000_000) -> Pass:
        if at is not None:
            self.clock.at = at
        left = iter(range(pages))
        return self.job()(lambda: next(left, None) is not None, self.outcomes.extend)

    def put(self, record: Record, since: datetime, **more: str) -> dict[str, Any]:
        item = an_item(record, since) | more
        put_where_absent(self.table, to_attributes(item))
        found = self.stored(item)  # the number of a receipt is there already, of an account that ended
        assert found is not None
        return found

    def stored(self, item: dict[str, Any]) -> dict[str, Any] | None:
        found = get_item(self.table, to_attributes({"pk": item["pk"], "sk": item["sk"]}))
        return None if found is None else {name: value["S"] for name, value in found.items()}

    def end(self, account_id: str, at: datetime) -> None:
        DynamoErasures(self.table).begin(Erasure(self.numbers.of(account_id), account_id, at))


def an_item(record: Record, since: datetime) -> dict[str, Any]:
    """An item of this kind whose term began then, with every attribute that its retention replaces."""
    values = {each: f"{each}-1" for each in placeholders(record.key) | placeholders(record.sort or "")}
    item = {"pk": filled(record.key, values), "sk": filled(record.sort or "", values)}
    read = record.retention.since
    assert isinstance(read, Read)
    value: Any = rfc3339(since)
    for name in reversed(read.path):
        value = {name: value}
    item[read.name] = json.dumps(value) if read.path else value
    if isinstance(record.retention.then, Pseudonymise):
        item |= dict.fromkeys(record.retention.then.replaced, "of a person")
    if "account" not in values and record.whose is Whose.ACCOUNT:
        item[record.owner or "account_id"] = "account-1"
    return item


def term_of(record: Record) -> timedelta:
    assert record.retention.after is not None
    return record.retention.after


@pytest.fixture
def world(accounts_table: Table) -> Iterator[World]:
    with mock_aws():
        s3 = make_buckets()
        yield World(accounts_table)
        s3.close()


def test_every_term_in_days_is_applied_by_the_store_the_job_or_with_another_record() -> None:
    names = {each.name for each in ALL}
    terms = [each for each in ALL if each.retention.after is not None and not each.retention.by_store]
    assert len(TERMS) > 20
    assert all(each.retention.after is not None for each in TERMS)
    assert [each.name for each in terms if each not in TERMS and not each.retention.follows] == []
    followed = set[str]().union(*(each.retention.follows for each in ALL))
    assert followed <= names
    assert followed <= {each.name for each in TERMS}
    # What a legal hold can keep says whose it is.
    for each in TERMS:
        if each.hold is Hold.SUSPENDS and each.whose is not Whose.CLIENT:
            item = an_item(each, NOW)
            read = each.read(item["pk"], item["sk"])
            assert read is not None
            named = {**item, "subject": "account-1"} if each.owner == "subject" else item
            assert owner_of(each, read, named) == "account-1", each.name


@each_term
def test_a_term_ends_at_its_second_and_not_before(record: Record, world: World) -> None:
    world.end("account-1", NOW)
    item = world.put(record, NOW)
    end = NOW + term_of(record)
    world.run(end - SECOND)
    assert world.stored(item) == item
    world.run(end)
    then = record.retention.then
    if isinstance(then, Delete):
        assert world.stored(item) is None
    else:
        assert world.stored(item) == {**item, **then.replaced}
    assert (Outcome.APPLIED, record.name) in world.outcomes
    assert not [each for each in world.outcomes if each[0] is Outcome.UNDECLARED]


@each_term
def test_twice_is_once(record: Record, world: World) -> None:
    world.end("account-1", NOW)
    item = world.put(record, NOW)
    world.run(NOW + term_of(record))
    after = world.stored(item)
    world.outcomes.clear()
    world.run()
    assert world.stored(item) == after
    assert (Outcome.APPLIED, record.name) not in world.outcomes


OF_CONTRACTS = [each for each in TERMS if each.retention.from_end]


@pytest.mark.parametrize("record", OF_CONTRACTS, ids=[each.name for each in OF_CONTRACTS])
def test_a_contract_that_runs_keeps_what_proves_it_until_six_years_after_its_end(record: Record, world: World) -> None:
    item = world.put(record, NOW)
    world.run(NOW + 2 * term_of(record))
    assert world.stored(item) == item
    ended_at = NOW + 2 * term_of(record)
    world.end("account-1", ended_at)
    world.run(ended_at + term_of(record) - SECOND)
    assert world.stored(item) == item
    world.run(ended_at + term_of(record))
    assert world.stored(item) is None


def test_a_legal_hold_keeps_what_it_names_until_it_is_lifted(world: World) -> None:
    kinds = {each.name: each for each in TERMS}
    download, order = world.put(kinds["download"], NOW), world.put(kinds["name of a payment"], NOW)
    ticket = world.put(kinds["ticket"], NOW)
    holds = DynamoHolds(world.table)
    for hold, kind in (("hld-1", "download"), ("hld-2", "file of a ticket"), ("hld-3", "name of a payment")):
        holds.set(LegalHold(hold, "account-1", HoldReason.LITIGATION, NOW, (kind,)))
    late = NOW + timedelta(days=10_000)
    world.run(late)
    assert [world.stored(each) for each in (download, order, ticket)] == [download, order, ticket]
    assert Counter(world.outcomes)[Outcome.HELD, "download"] == 1
    for hold in ("hld-1", "hld-2", "hld-3"):
        holds.lift("account-1", hold)
    world.run(late)
    assert world.stored(download) == download | {"source_ip": "", "user_agent": ""}
    assert world.stored(order) is None
    assert world.stored(ticket) is None


def test_what_a_member_changed_meanwhile_is_not_deleted(world: World) -> None:
    """Changed between the job's last look and its delete."""
    record = next(each for each in TERMS if each.name == "name of a payment")
    item = world.put(record, NOW, note="a", count="1")
    stores = AwsStores({Store.ACCOUNTS: world.table}, {})
    ((read,), _) = stores.page(Store.ACCOUNTS, item["pk"], after=None, limit=10)
    changed = to_attributes({**item, "note": "b"})
    world.table.client.call("PutItem", {"TableName": world.table.name, "Item": changed})
    assert not stores.remove_unchanged(read)
    assert world.stored(item) == {**item, "note": "b"}
    ((read,), _) = stores.page(Store.ACCOUNTS, item["pk"], after=None, limit=10)
    assert stores.remove_unchanged(read)
    assert not stores.remove_unchanged(read)
    assert world.stored(item) is None


def test_sets_numbers_and_lists_are_compared_as_well(world: World) -> None:
    item = {
        "pk": {"S": "a"},
        "sk": {"S": "b"},
        "n": {"N": "1.50"},
        "set": {"SS": ["x", "y"]},
        "list": {"L": [{"S": "x"}, {"N": "2"}]},
        "map": {"M": {"k": {"BOOL": True}, "none": {"NULL": True}}},
    }
    world.table.client.call("PutItem", {"TableName": world.table.name, "Item": item})
    stores = AwsStores({Store.ACCOUNTS: world.table}, {})
    ((read,), _) = stores.page(Store.ACCOUNTS, "a", after=None, limit=10)
    assert stores.remove_unchanged(read)


@pytest.mark.parametrize("named_by", ["order_id", "references"])
def test_an_event_that_names_no_account_is_held_through_its_order_or_payment(world: World, named_by: str) -> None:
    event = next(each for each in TERMS if each.name == "event of a payment provider")
    pk, sk = ("ORDER#ord-1", "OWNER") if named_by == "order_id" else (payment_key("stripe", "pi_1"), CLAIM)
    put_where_absent(world.table, to_attributes({"pk": pk, "sk": sk, "account_id": "account-1"}))
    item = an_item(event, NOW)
    del item["account_id"]
    named = {"order_id": "ord-1"} if named_by == "order_id" else {"references": ["pi_0", "pi_1"]}
    item |= {"provider": "stripe", **named}
    put_where_absent(world.table, to_attributes(item))
    holds = DynamoHolds(world.table)
    holds.set(LegalHold("hld-1", "account-1", HoldReason.LITIGATION, NOW, (event.name,)))
    world.run(NOW + SEVEN_YEARS)
    assert Counter(world.outcomes)[Outcome.HELD, event.name] == 1
    holds.lift("account-1", "hld-1")
    world.run(NOW + SEVEN_YEARS)
    assert get_item(world.table, to_attributes({"pk": item["pk"], "sk": item["sk"]})) is None


def put_with_files(world: World) -> tuple[dict[str, Any], dict[str, Any]]:
    kinds = {each.name: each for each in IN_TABLE}
    ticket = world.put(kinds["ticket"], NOW)
    values = {"ticket": "ticket-1"}
    place = {"pk": filled(kinds["place of a ticket"].key, values), "sk": kinds["place of a ticket"].sort}
    put_where_absent(world.table, to_attributes(place))
    world.put(kinds["invoice"], NOW, number="inv-1")
    return ticket, place


def test_files_and_places_go_with_their_ticket_and_no_other(world: World) -> None:
    ticket, place = put_with_files(world)
    s3 = boto3.client("s3")
    gone = ["tickets/account-1/ticket-1/a", "invoices/inv-1.pdf"]
    stay = ["tickets/account-1/ticket-2/a", "invoices/inv-2.pdf"]
    for key in [*gone, *stay]:
        s3.put_object(Bucket="documents", Key=key, Body=b"1")
    s3.put_object(Bucket="documents", Key=gone[0], Body=b"2")
    world.run(NOW + timedelta(days=7 * 366))
    left = s3.list_object_versions(Bucket="documents")
    s3.close()
    assert sorted(each["Key"] for each in left["Versions"]) == sorted(stay)
    assert "DeleteMarkers" not in left
    assert world.stored(ticket) is None
    assert world.stored(place) is None


def test_an_undeclared_item_and_an_unreadable_one_stop_nothing(world: World) -> None:
    kinds = {each.name: each for each in TERMS}
    undeclared = {"pk": "a", "sk": "DIARY#1"}
    put_where_absent(world.table, to_attributes(undeclared))
    ticket = world.put(kinds["ticket"], NOW, ticket="no JSON")
    download = world.put(kinds["download"], NOW)
    made = world.run(NOW + timedelta(days=10_000))
    assert made.finished_at is not None
    assert made.undeclared == {"a/DIARY": 1, "ticket": 1}
    assert world.stored(download) != download
    assert world.stored(ticket) == ticket


def test_a_pass_goes_on_in_the_next_run_and_each_run_is_audited(world: World) -> None:
    kinds = {each.name: each for each in TERMS}
    link = kinds["link"]
    for at in range(450):
        put_where_absent(world.table, to_attributes(an_item(link, NOW) | {"sk": f"LINK#d#{at:03}"}))
    late = NOW + timedelta(days=600)
    first = world.run(late, pages=1)
    assert first.finished_at is None
    assert first.looked_at == 200
    assert DynamoPasses(world.table).last() == first
    assert world.run(late, pages=0) == first
    second = world.run(late)
    assert second.finished_at is not None
    assert second.begun_at == first.begun_at
    assert second.applied == {"link": 450}
    assert world.pauses
    assert all(0 < each * UNITS_PER_SECOND <= 200 for each in world.pauses)
    acts = DynamoAuditLog(world.table).on_day(late.date())
    assert {(each.name, each.operator.arn) for each in acts} == {
        ("retention_applied", "system/every_day_apply_retention")
    }


def test_of_what_the_product_stores_nothing_outlives_its_term(
    world: World, counters_table: Table, recordings_table: Table
) -> None:
    full = PrivacyWorld(world.table, counters_table, recordings_table)
    full.seed()
    world.run(NOW + timedelta(days=541))
    assert DEVICE not in full.raw()
    world.end("acc-1", NOW)
    ended = world.run(NOW + SIX_YEARS)
    assert ended.applied == {
        "acceptance": 1,
        "closing": 1,
        "decision on a consent": 1,
        "file of a ticket": 1,
        "place of a ticket": 1,
        "ticket": 1,
    }
    made = world.run(NOW + SEVEN_YEARS)
    assert made.applied == {"erasure": 1, "order": 1}
    assert not made.undeclared
    assert full.objects() == []


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
def test_a_failure_at_any_call_is_repaired_by_the_next_run(fault: Fault, world: World) -> None:
    download, late = next(each for each in TERMS if each.name == "download"), NOW + timedelta(days=7 * 366)
    injector = FaultInjector(world.table.client)
    failing, reached = 0, True
    while reached:
        ticket, place = put_with_files(world)
        row = world.put(download, NOW)

        def plan(number: int, _operation: str, at: int = failing) -> Fault | None:
            return fault if number == at else None

        injector.expect(plan)
        with contextlib.suppress(Killed, Unavailable):
            world.run(late)
        reached = len(injector.sent) > failing
        injector.expect(no_faults)
        assert world.run(late).finished_at is not None
        assert world.stored(ticket) is None
        assert world.stored(place) is None
        assert world.stored(row) == row | {"source_ip": "", "user_agent": ""}
        key = to_attributes({"pk": row["pk"], "sk": row["sk"]})
        world.table.client.call("DeleteItem", {"TableName": world.table.name, "Key": key})
        failing += 1
    assert failing > 10
