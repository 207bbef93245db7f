"""Payment events by the operators' API, and by the command line."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from allmytracks import wiring
from allmytracks.foundation.instants import rfc3339
from allmytracks.payments.ledger.rules_inbox import Received, ReceivedStatus
from allmytracks.payments.orders.rules import OrderStatus
from allmytracks.payments.rules import Fact, FactKind, FactName
from tests.factories.catalogue import NOW
from tests.factories.operators import Api, Backend, Run
from tests.factories.payments import a_fact
from tests.fakes.payment_provider import MemoryDeadLetters, MemoryQueue
from tests.fakes.wiring import put

EVENT = "/payments/{provider}/{event_id}"
RULING = f"{EVENT}/ruling"
PAID = a_fact(FactKind.PAYMENT_SUCCEEDED, "evt_paid", NOW, "ord_1", subject="cs_1", amount=19900)
STRAY = replace(PAID, event_id="evt_stray", order_id=None, references=("pi_stray",))
REFUND = a_fact(FactKind.REFUND_SUCCEEDED, "evt_refund", NOW, subject="re_1", amount=19900, payment="pi_stray")
OTHER = replace(PAID, event_id="evt_other", kind=FactKind.OTHER, source_kind="customer.created")
HERE = {"received_from": rfc3339(NOW), "received_to": "2026-12-01T00:00:00Z"}


@pytest.fixture(autouse=True)
def queue(backend: Backend, member: None) -> MemoryQueue:
    made = MemoryQueue()
    put(wiring.services(), {"payments.ledger.queue": made, "payments.ledger.dead_letters": MemoryDeadLetters([])})
    return made


def receive(backend: Backend, *facts: Fact) -> None:
    for fact in facts:
        backend.inbox.put(Received(fact, backend.clock.now()))


def work_off(queue: MemoryQueue) -> None:
    while queue.waiting:
        fact = queue.waiting.popleft()
        wiring.services().payments.ledger.fold(fact.provider, fact.event_id)


def named(api: Api, method: str, resource: str, event_id: str, body: object = None) -> tuple[int, dict[str, object]]:
    return api(method, resource, body, provider="stripe", event_id=event_id)


def test_an_event_is_shown_with_its_owner_and_every_look_is_audited(backend: Backend, api: Api) -> None:
    receive(backend, PAID)

    status, shown = named(api, "GET", EVENT, "evt_paid")

    assert (status, shown["status"], shown["kind"], shown["amount"]) == (200, "unfolded", "payment_succeeded", 19900)
    assert (shown["owner_order"], shown["owner_account"]) == ("ord_1", "acc-1")
    assert named(api, "GET", EVENT, "evt_9")[1]["code"] == "payment_event_not_known"
    assert backend.acts[0] == ("payment_event_looked_up", "stripe/evt_paid")


def test_unattached_events_are_listed_attached_and_folded_with_waiting_ones(
    backend: Backend, api: Api, queue: MemoryQueue
) -> None:
    for fact in (REFUND, STRAY):
        backend.pay(fact)
    listed = api("GET", "/payments", query="shelf=unattached")[1]["items"]
    assert [(each["event_id"], each["status"]) for each in listed] == [
        ("evt_refund", "unattached"),
        ("evt_stray", "unattached"),
    ]

    status, ruled = named(api, "POST", RULING, "evt_stray", {"order_id": "ord_1", "reason": "ticket 17"})
    work_off(queue)

    assert (status, ruled["ruled_order"], ruled["ruled_account"], ruled["ruling"]) == (
        200,
        "ord_1",
        "acc-1",
        "ticket 17",
    )
    assert backend.orders.get("acc-1", "ord_1").status_at(NOW) is OrderStatus.REFUNDED
    assert {each.status for each in backend.inbox.stored.values()} == {ReceivedStatus.FOLDED}
    act = next(act for act in backend.audit_log.acts if act.name == "payment_event_attached")
    assert (act.subject, act.reason) == ("stripe/evt_stray to ord_1", "ticket 17")
    again = named(api, "POST", RULING, "evt_stray", {"order_id": "ord_1", "reason": "again"})
    assert (again[0], again[1]["code"]) == (409, "payment_event_folded")


def test_an_event_of_a_member_and_no_order_is_on_record_and_has_no_effect(
    backend: Backend, api: Api, queue: MemoryQueue
) -> None:
    backend.pay(STRAY)

    assert named(api, "POST", RULING, "evt_stray", {"account_id": "acc-1", "reason": "a gift"})[0] == 200
    work_off(queue)

    items = api("GET", "/accounts/{account_id}/payments", account_id="acc-1")[1]["items"]
    assert [each["event_id"] for each in items] == ["evt_stray"]
    assert backend.books.periods("acc-1") == ()
    assert backend.inbox.stored["stripe", "evt_stray"].status is ReceivedStatus.FOLDED


def test_what_is_none_of_ours_is_dismissed_and_reported_no_more(backend: Backend, api: Api, queue: MemoryQueue) -> None:
    backend.pay(REFUND)

    assert named(api, "POST", RULING, "evt_refund", {"reason": "another shop's"})[1]["status"] == "dismissed"
    backend.pay(REFUND)

    assert api("GET", "/payments", query="shelf=unattached")[1]["items"] == []
    assert api("GET", "/payments", query=f"shelf={NOW:%Y-%m-%d}")[1]["items"][0]["status"] == "dismissed"
    named(api, "POST", RULING, "evt_refund", {"order_id": "ord_1", "reason": "ours after all"})
    backend.pay(PAID)
    work_off(queue)
    assert backend.orders.get("acc-1", "ord_1").status_at(NOW) is OrderStatus.REFUNDED


@pytest.mark.parametrize(
    ("event_id", "body", "refused"),
    [
        ("evt_9", {"order_id": "ord_1", "reason": "x"}, (404, "payment_event_not_known")),
        ("evt_stray", {"order_id": "ord_9", "reason": "x"}, (404, "order_not_found")),
        ("evt_stray", {"account_id": "acc-9", "reason": "x"}, (404, "account_not_found")),
        ("evt_stray", {"order_id": "ord_1", "account_id": "acc-2", "reason": "x"}, (422, "invalid_fields")),
        ("evt_stray", {"order_id": "ord_1", "reason": ""}, (422, "invalid_fields")),
        ("evt_other", {"order_id": "ord_1", "reason": "x"}, (409, "payment_event_without_effect")),
    ],
)
def test_refused_decisions_leave_no_trace(
    backend: Backend, api: Api, queue: MemoryQueue, event_id: str, body: object, refused: tuple[int, str]
) -> None:
    receive(backend, STRAY, OTHER)

    status, problem = named(api, "POST", RULING, event_id, body)

    assert (status, problem["code"]) == refused
    assert backend.acts == []
    assert all(each.ruling is None for each in backend.inbox.stored.values())
    assert not queue.waiting


def test_one_event_is_replayed_as_often_as_wanted(backend: Backend, api: Api, queue: MemoryQueue) -> None:
    receive(backend, PAID, OTHER)

    for status in ("unfolded", "folded"):
        assert named(api, "POST", f"{EVENT}/replay", "evt_paid")[1]["status"] == status
        work_off(queue)

    assert len(backend.books.periods("acc-1")) == 1
    assert len(backend.events.published) == 1
    assert named(api, "POST", f"{EVENT}/replay", "evt_other")[1]["code"] == "payment_event_without_effect"
    assert named(api, "POST", f"{EVENT}/replay", "evt_9")[1]["code"] == "payment_event_not_known"


def test_what_came_within_a_time_is_replayed_page_by_page(backend: Backend, api: Api, queue: MemoryQueue) -> None:
    backend.pay(PAID)
    receive(backend, *(replace(PAID, event_id=f"evt_{number}") for number in range(3)), OTHER)
    backend.clock.advance(days=1)
    receive(backend, replace(PAID, event_id="evt_later"))
    span = {"received_from": rfc3339(NOW), "received_to": rfc3339(backend.clock.now()), "limit": 2}

    cursor, found = None, []
    for _ in range(20):
        status, answer = api("POST", "/payment-replays", {**span, "cursor": cursor})
        assert status == 200
        found.append((answer["queued"], answer["left_out"]))
        cursor = answer["next_cursor"]
        if cursor is None:
            break

    assert [sum(each) for each in zip(*found, strict=True)] == [4, 1]
    assert {fact.event_id for fact in queue.waiting} == {"evt_paid", "evt_0", "evt_1", "evt_2"}
    for wrong in ({"received_to": rfc3339(NOW)}, {"received_to": "2027-12-01T00:00:00Z"}, {"cursor": "mine"}):
        assert api("POST", "/payment-replays", {**span, **wrong})[1]["code"] == "invalid_fields"


def test_dead_letters_are_queued_again_and_taken_off(backend: Backend, api: Api, queue: MemoryQueue) -> None:
    letters = MemoryDeadLetters([FactName("stripe", "evt_gone"), FactName("stripe", "evt_paid")])
    put(wiring.services(), {"payments.ledger.dead_letters": letters})
    receive(backend, PAID)

    for expected in ((1, 1), (0, 1)):
        answer = api("POST", "/payment-replays/dead-letters")[1]
        assert (answer["queued"], answer["left_out"]) == expected

    assert letters.names == [FactName("stripe", "evt_gone")]
    assert list(queue.waiting) == [PAID]


def test_the_command_line(backend: Backend, run: Run, queue: MemoryQueue) -> None:
    backend.pay(STRAY)
    receive(backend, PAID)
    assert "unfolded" in run("payments", "show", "evt_paid").output
    assert json.loads(run("payments", "show", "evt_paid", "--json").output)["owner_order"] == "ord_1"
    assert "evt_paid" in run("payments", "list", "--unfolded").output
    assert "evt_stray" in run("payments", "unattached").output
    assert [each["event_id"] for each in json.loads(run("payments", "unattached", "--json").output)] == ["evt_stray"]
    assert "acc-1" in run("payments", "attach", "evt_stray", "--account", "acc-1", "--reason", "a gift").output
    assert "queued evt_paid, which was unfolded" in run("payments", "replay", "evt_paid").output
    work_off(queue)
    assert "evt_paid" in run("payments", "list", "--account", "acc-1").output
    assert "evt_stray" in run("payments", "list", "--day", f"{NOW:%Y-%m-%d}").output
    span = ("--from", rfc3339(NOW), "--to", "2026-12-01T00:00:00Z")
    assert "2 events queued, 0 left out" in run("payments", "replay", *span).output
    assert "0 events queued" in run("payments", "replay", "--dead-letters").output
    backend.pay(REFUND)
    assert "dismissed" in run("payments", "dismiss", "evt_refund", "--reason", "another shop's").output
    for wrong in (
        ("replay",),
        ("replay", "evt_paid", "--dead-letters"),
        ("replay", "--from", rfc3339(NOW)),
        ("replay", "--from", "2026-12-01", "--to", "2026-12-02"),
        ("attach", "evt_stray", "--reason", "x"),
        ("list", "--unfolded", "--day", "2026-12-01"),
        ("list", "--day", "yesterday"),
    ):
        assert run("payments", *wrong).exit_code == 2
    assert run("payments", "show", "evt_9").exit_code == 3


def test_an_open_dispute_is_seen_in_the_account_s_file(backend: Backend, api: Api) -> None:
    backend.pay(PAID)
    backend.pay(a_fact(FactKind.DISPUTE_OPENED, "evt_d", NOW, subject="dp_1", payment="pi_ord_1"))

    file = api("GET", "/accounts/{account_id}", account_id="acc-1")[1]

    assert file["open_disputes"] == ["ord_1"]
