"""`payments reconcile` by the operators' API, and by the command line."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks import wiring
from allmytracks.foundation.instants import rfc3339
from allmytracks.payments.orders.rules import Checkout
from allmytracks.payments.reconciliation.ports import Listing
from allmytracks.payments.rules import FactKind
from tests.factories.catalogue import NOW
from tests.factories.operators import ACCOUNT, ORDER, Api, Backend, Run
from tests.factories.payments import a_fact
from tests.fakes.payment_provider import MemoryHistory, MemoryQueue
from tests.fakes.wiring import put

SPAN = "/payments/reconciliations"
OF_ORDER = "/orders/{order_id}/reconciliation"
SINCE = {"since": rfc3339(NOW - timedelta(days=1))}
PAID = replace(
    a_fact(FactKind.PAYMENT_SUCCEEDED, "evt_paid", NOW - timedelta(hours=1), ORDER.id, subject="cs_1"),
    amount=ORDER.amount,
)
STRANGE = replace(PAID, event_id="evt_strange", order_id="ord_none", references=("pi_none",))


@pytest.fixture(autouse=True)
def history(backend: Backend) -> MemoryHistory:
    backend.accounts.add(ACCOUNT, [])
    backend.orders.add(ORDER)
    made = MemoryHistory("stripe", {Listing.EVENTS: [PAID, STRANGE]}, {"cs_1": [PAID]}, page_size=1)
    put(wiring.services(), {"payments.stripe.history": made, "payments.ledger.queue": MemoryQueue()})
    return made


@pytest.mark.clause("P-security")
def test_a_span_is_compared_in_parts_and_every_part_is_on_record(backend: Backend, api: Api) -> None:
    status, first = api("POST", SPAN, {**SINCE, "until": rfc3339(NOW)})

    assert status == 200
    assert (first["counted"], first["missing"], first["unattachable"], first["fed_in"]) == (2, 1, 1, 2)
    assert {(each["event_id"], each["verdict"]) for each in first["findings"]} == {
        ("evt_paid", "missing"), ("evt_strange", "unattachable"),
    }  # fmt: skip
    assert first["position"] == "disputes:"
    _, rest = api("POST", SPAN, {name: first[name] for name in ("since", "until", "position")})
    assert (rest["counted"], rest["position"]) == (0, None)
    name = f"{first['since']}/{first['until']}"
    assert backend.acts == [("payments_reconciled", name)] * 2


def test_without_an_end_a_span_holds_the_present_second(history: MemoryHistory, api: Api) -> None:
    history.listed[Listing.EVENTS] = [replace(PAID, occurred_at=NOW.replace(microsecond=0))]

    assert api("POST", SPAN, SINCE)[1]["missing"] == 1


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, "invalid_fields"),
        ({"since": "yesterday"}, "invalid_fields"),
        ({"since": "2026-11-24T00:00:00"}, "invalid_fields"),
        ({**SINCE, "until": SINCE["since"]}, "invalid_fields"),
        ({"since": rfc3339(NOW + timedelta(days=1))}, "invalid_fields"),
        ({**SINCE, "position": "elsewhere:1"}, "invalid_fields"),
        ({**SINCE, "till": "now"}, "invalid_fields"),
        ("no JSON", "malformed_request"),
    ],
)
def test_what_is_no_span_is_refused_with_its_field(api: Api, form: object, code: str) -> None:
    status, body = api("POST", SPAN, form)

    assert (status, body["code"]) == (400 if code == "malformed_request" else 422, code)


def test_one_order_is_compared_with_its_checkout(backend: Backend, api: Api) -> None:
    assert api("POST", OF_ORDER, order_id="ord_none")[1]["code"] == "order_not_found"
    assert api("POST", OF_ORDER, order_id=ORDER.id)[1]["code"] == "checkout_not_known"
    backend.orders.set_checkout("acc-1", ORDER.id, Checkout("stripe", "cs_1", "https://pay.example/cs_1"))

    status, body = api("POST", OF_ORDER, order_id=ORDER.id)

    assert (status, body["counted"], body["missing"], body["fed_in"]) == (200, 1, 1, 1)
    assert backend.acts[-1] == ("order_reconciled", ORDER.id)
    assert api("POST", OF_ORDER, order_id=ORDER.id)[1]["fed_in"] == 0


def test_the_command_line_adds_the_parts_up_and_tells_what_is_not_known(run: Run) -> None:
    told = run("payments", "reconcile", "--since", SINCE["since"], "--until", rfc3339(NOW))

    assert told.exit_code == 0, told.output
    for word in ("counted", "evt_paid", "missing", "evt_strange", "unattachable"):
        assert word in told.output
    again = run("payments", "reconcile", "--since", SINCE["since"], "--until", rfc3339(NOW), "--json")
    report = json.loads(again.stdout)
    assert (report["counted"], report["known"], report["unattachable"], report["fed_in"]) == (2, 1, 1, 0)


def test_the_command_line_compares_one_order(backend: Backend, run: Run) -> None:
    backend.orders.set_checkout("acc-1", ORDER.id, Checkout("stripe", "cs_1", "https://pay.example/cs_1"))

    told = run("payments", "reconcile", "--order", ORDER.id)

    assert told.exit_code == 0, told.output
    assert "evt_paid" in told.output
    assert run("payments", "reconcile", "--order", "ord_none").exit_code == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "--since or --order"),
        (["--since", "7d", "--order", "ord_1"], "--since or --order"),
        (["--order", "ord_1", "--until", "1h"], "--until"),
        (["--since", "soon"], "--since is 24h"),
        (["--since", "2026-11-24T06:00:00"], "its zone"),
    ],
)
def test_the_command_line_says_what_it_needs(run: Run, words: list[str], told: str) -> None:
    refused = run("payments", "reconcile", *words)

    assert refused.exit_code == 2
    assert told in refused.output
