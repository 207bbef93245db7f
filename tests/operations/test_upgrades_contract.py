"""Older forms of items: read as the newest, written so by a pass that may be stopped anywhere."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pynamodb.exceptions import PutError

from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.aws.models import bind
from allmytracks.foundation.aws.tables import Table, get_item, update_where_present
from allmytracks.foundation.errors import InvalidFields, Unavailable
from allmytracks.foundation.forms import FIRST, FORM, Item, form_of, missing, newest
from allmytracks.foundation.records import Exported, Pseudonymise, Store
from allmytracks.operations.dynamodb_items import DynamoItems
from allmytracks.operations.ports import StoredItems
from allmytracks.operations.rules_upgrades import Outcome, Step
from allmytracks.operations.use_cases.upgrade_items import ATTEMPTS, PAGE, UpgradeItems
from allmytracks.payments.orders.dynamodb import DynamoOrders, OrderItem, to_item, to_order
from allmytracks.payments.orders.dynamodb_upgrades import ORDER_UPGRADES
from allmytracks.payments.orders.rules import Checkout, Order
from allmytracks.privacy.records import ALL
from allmytracks.privacy.rules_exports import shown
from tests.factories.catalogue import NOW
from tests.factories.operators import ORDER
from tests.fakes.foundation import CountedIds, FixedClock, MemoryAuditLog
from tests.fakes.items import MemoryItems, place_of
from tests.faults.injector import EVERY_FAULT, FallibleCalls, Fault, FaultInjector, Killed, no_faults

OPERATOR = Operator("arn:aws:iam::123456789012:user/ada", "192.0.2.7")
# A kind of three forms: a length, also in words, and in words with its unit.
THREE_FORMS = (lambda item: {"words": item["length"]}, lambda item: {"unit": {"S": f"{item['words']['S']} s"}})
CHECKOUT = Checkout("stripe", "cs_1", "https://pay.example/cs_1")


def an_order(number: int) -> Order:
    return replace(ORDER, id=f"ord_{number}")


def newest_item(order: Order) -> Item:
    return to_item(OrderItem, order).serialize()


def older_item(order: Order) -> Item:
    """As orders were written until 2026-11-27."""
    return {name: value for name, value in newest_item(order).items() if name not in {"plan_name", FORM}}


def upgraded(order: Order) -> Item:
    """What becomes of it: the name that the plan had is not known any more."""
    return {**newest_item(order), "plan_name": {"S": order.benefits.plan}}


@dataclass
class World:
    """The items, how a test puts and reads them, and the calls that can fail."""

    items: StoredItems
    put: Callable[[Item], object]
    read: Callable[[Item], Item | None]
    calls: FallibleCalls
    log: MemoryAuditLog = field(default_factory=MemoryAuditLog)
    ids: CountedIds = field(default_factory=CountedIds)

    def step(self, cursor: str | None = None, *, dry_run: bool = False, items: StoredItems | None = None) -> Step:
        upgrade = UpgradeItems(ALL, items or self.items, Audit(self.log, FixedClock(NOW), self.ids))
        return upgrade(OPERATOR, cursor, dry_run=dry_run)


def in_memory() -> World:
    items = MemoryItems()
    return World(
        items,
        lambda each: items.stored.update({place_of(each): each}),
        lambda each: items.stored.get(place_of(each)),
        items.calls,
    )


def in_table(table: Table) -> World:
    items = DynamoItems(table, lambda _seconds: None)
    return World(
        items,
        lambda each: table.client.call("PutItem", {"TableName": table.name, "Item": each}),
        lambda each: get_item(table, {name: each[name] for name in ("pk", "sk")}),
        FaultInjector(table.client),
    )


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def world(request: pytest.FixtureRequest) -> World:
    return in_memory() if request.param == "memory" else in_table(request.getfixturevalue("accounts_table"))


@given(
    length=st.text(),
    form=st.integers(1, 3),
    more=st.dictionaries(st.sampled_from(["words", "unit", "other"]), st.text()),
)
def test_every_older_form_becomes_the_newest_and_nothing_that_is_there_is_replaced(
    length: str, form: int, more: dict[str, str]
) -> None:
    item: dict[str, Any] = {"length": {"S": length}} | {name: {"S": text} for name, text in more.items()}
    for known in range(form):
        item = {**item, **missing(item, THREE_FORMS[:known])}
    now = {**item, **missing(item, THREE_FORMS)}
    assert form_of(now) == newest(THREE_FORMS) == 3
    assert {name: now[name] for name in item if name != FORM} == {name: item[name] for name in item if name != FORM}
    assert {"words", "unit"} <= now.keys()
    assert missing(now, THREE_FORMS) == {}
    # An older version takes a newer form as it is.
    assert [missing(now, THREE_FORMS[:known]) for known in range(3)] == [{}, {}, {}]


def test_kinds_with_several_forms_are_in_the_table_that_the_pass_goes_through() -> None:
    kinds = [each for each in ALL if each.upgrades]
    assert [each.name for each in kinds] == ["order"]
    assert {each.store for each in kinds} == {Store.ACCOUNTS}
    # The number is ours: an archive does not show it.
    order, export = kinds[0], kinds[0].export
    assert isinstance(export, Exported)
    assert FORM not in shown(order, export, "ACCOUNT#acc-1", "ORDER#ord_1", {FORM: 2, "plan": "premium"})
    # An erasure leaves the number of the form: what is upgraded stays so.
    assert Pseudonymise("", leaves=frozenset()).removed({"pk", "sk", FORM, "name"}) == {"name"}


def test_a_pass_upgrades_each_older_order_once_and_leaves_all_else(world: World) -> None:
    older, current = an_order(1), an_order(2)
    newer = {**newest_item(an_order(3)), FORM: {"N": "9"}, "later": {"S": "x"}}
    other = {"pk": {"S": "RETENTION"}, "sk": {"S": "PROGRESS"}, "plan": {"S": "no order"}}
    before = [older_item(older), newest_item(current), newer, other]
    for item in before:
        world.put(item)
    counts = {Outcome.UPGRADED: {"order": 1}, Outcome.NEWER: {"order": 1}, Outcome.CHANGED: {}}
    assert world.step(dry_run=True) == Step(4, counts, None)
    assert [world.read(item) for item in before] == before
    assert world.log.acts == []
    assert world.step() == Step(4, counts, None)
    assert [world.read(item) for item in before] == [upgraded(older), *before[1:]]
    assert world.step() == Step(4, {**counts, Outcome.UPGRADED: {}}, None)
    assert [(act.name, act.subject) for act in world.log.acts] == [("items_upgraded", "items")] * 2
    with pytest.raises(InvalidFields):
        world.step("no cursor")


def test_a_pass_goes_on_from_the_place_that_each_page_tells() -> None:
    world, cursor = in_memory(), None
    steps: list[Step] = []
    orders = [an_order(number) for number in range(2 * PAGE + 1)]
    for order in orders:
        world.put(older_item(order))
    while not steps or cursor:
        steps.append(world.step(cursor))
        cursor = steps[-1].next_cursor
    assert [each.read for each in steps] == [PAGE, PAGE, 1]
    assert [world.read(older_item(each)) for each in orders] == [upgraded(each) for each in orders]
    assert len(world.log.acts) == 1


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
def test_stopped_at_any_call_the_same_pass_ends_as_if_it_had_not_been(world: World, fault: Fault) -> None:
    orders = [an_order(number) for number in range(3)]
    calls, failing = 0, -1  # first without a fault
    while failing < calls:
        for order in orders:
            world.put(older_item(order))
        world.calls.expect(lambda number, _operation, at=failing: fault if number == at else None)  # type: ignore[misc]
        with contextlib.suppress(Unavailable, Killed):
            world.step()
        calls = max(calls, len(world.calls.sent))
        world.calls.expect(no_faults)
        assert world.step().next_cursor is None
        assert [world.read(older_item(each)) for each in orders] == [upgraded(each) for each in orders]
        failing += 1
    assert calls >= len(orders) + 1


@dataclass
class Meanwhile:
    """Items that somebody changes, so many times, just before they are written."""

    of: StoredItems
    change: Callable[[int], object]
    times: int = 1
    done: int = 0

    def page(self, after: tuple[str, str] | None, limit: int) -> Any:
        return self.of.page(after, limit)

    def again(self, item: Item) -> Item | None:
        return self.of.again(item)

    def add(self, item: Item, added: Item) -> bool:
        if self.done < self.times:
            self.done += 1
            self.change(self.done)
        return self.of.add(item, added)


@pytest.mark.dynamodb
def test_what_a_member_does_meanwhile_stays(accounts_table: Table) -> None:
    world, orders, order = in_table(accounts_table), DynamoOrders(accounts_table), an_order(1)
    item = older_item(order)
    key = {name: item[name] for name in ("pk", "sk")}
    world.put(item)
    items = Meanwhile(world.items, lambda _: orders.set_checkout(order.account_id, order.id, CHECKOUT))
    assert world.step(items=items).counts[Outcome.UPGRADED] == {"order": 1}
    assert orders.get("acc-1", "ord_1") == replace(
        order, benefits=replace(order.benefits, plan_name="premium"), checkout=CHECKOUT
    )
    assert (world.read(item) or {})[FORM] == {"N": "2"}

    # Written at each attempt: it is left for another pass, and what was written stays.
    world.put(item)

    def write(number: int) -> None:
        update_where_present(accounts_table, key, "SET #a = :a", {"#a": "amount"}, {":a": {"N": str(number)}})

    assert world.step(items=Meanwhile(world.items, write, ATTEMPTS)).counts[Outcome.CHANGED] == {"order": 1}
    assert world.read(item) == {**item, "amount": {"N": str(ATTEMPTS)}}
    # Upgraded by another, added by another, deleted by another: nothing is written over it.
    for other in ({"plan_name": {"S": "Gold"}}, {"plan_name": {"S": "Gold"}, FORM: {"N": "2"}}):
        world.put(item)
        assert world.step(items=Meanwhile(world.items, lambda _, of=other: world.put({**item, **of}))).counts[  # type: ignore[misc]
            Outcome.UPGRADED
        ] == {"order": 1}
        assert world.read(item) == {**item, "plan_name": {"S": "Gold"}, FORM: {"N": "2"}}
    world.put(item)
    gone = Meanwhile(
        world.items,
        lambda _: accounts_table.client.call("DeleteItem", {"TableName": accounts_table.name, "Key": key}),
    )
    world.step(items=gone)
    assert world.read(item) is None


@pytest.mark.dynamodb
def test_an_item_of_any_form_is_read_as_the_newest_and_a_newer_one_is_never_put_over(accounts_table: Table) -> None:
    world, orders, model = in_table(accounts_table), DynamoOrders(accounts_table), bind(OrderItem, accounts_table)
    order = an_order(1)
    orders.add(order)
    assert (world.read(newest_item(order)) or {}).get(FORM) == {"N": str(newest(ORDER_UPGRADES))}
    assert orders.get("acc-1", "ord_1") == order
    named_by_id = replace(order, benefits=replace(order.benefits, plan_name="premium"))
    world.put(older_item(order))
    assert (orders.get("acc-1", "ord_1"), orders.all("acc-1")) == (named_by_id, [named_by_id])
    # An update keeps the form, and what this version does not know.
    newer = {**newest_item(order), FORM: {"N": str(newest(ORDER_UPGRADES) + FIRST)}, "later": {"S": "x"}}
    world.put(newer)
    assert orders.get("acc-1", "ord_1") == order
    orders.set_checkout("acc-1", "ord_1", CHECKOUT)
    left = world.read(newer) or {}
    assert {name: left[name] for name in newer} == newer
    with pytest.raises(PutError):
        to_item(model, order).save()
    assert world.read(newer) == left
    # An update's response is read likewise.
    world.put(older_item(order))
    item = model.get("ACCOUNT#acc-1", "ORDER#ord_1", consistent_read=True)
    item.update(actions=[model.amount.set(5)])
    assert to_order("acc-1", item) == replace(named_by_id, amount=5)
    to_item(model, order).save()
    assert world.read(newer) == newest_item(order)
