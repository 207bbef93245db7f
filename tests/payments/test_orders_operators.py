"""Declining orders, cancelling memberships and summing fees, by the operators' API and by the command line."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from allmytracks.payments.orders.rules import OrderStatus, Settlement
from tests.factories.catalogue import NOW
from tests.factories.operators import ACCOUNT, ORDER, Api, Backend, Run
from tests.factories.payment_world import PAID

PAID_NOW = replace(PAID, order_id=ORDER.id, amount=ORDER.amount, occurred_at=NOW, references=("pi_1",))


@pytest.fixture(autouse=True)
def member(backend: Backend) -> None:
    backend.accounts.add(ACCOUNT, [])
    backend.orders.add(ORDER)


def pay(backend: Backend) -> None:
    backend.pay(PAID_NOW)


@pytest.mark.clause("M-II.2", "P-security")
def test_a_paid_order_is_declined_with_a_reason_and_marked_for_settlement(backend: Backend, api: Api) -> None:
    pay(backend)
    backend.clock.advance(minutes=1)

    status, body = api("POST", "/orders/{order_id}/decline", {"reason": "untrue_data"}, order_id="ord_1")

    assert (status, body["status"], body["amount_to_settle"], body["ended_reason"]) == (
        200,
        "declined",
        19900,
        "untrue_data",
    )
    assert [(act.name, act.subject, act.reason) for act in backend.audit_log.acts] == [
        ("order_declined", "ord_1", "untrue_data")
    ]
    assert backend.books.allowances["acc-1"] == ()


@pytest.mark.parametrize("path", ["/orders/{order_id}/decline", "/accounts/{account_id}/cancellation"])
def test_an_end_is_not_made_for_a_reason_that_clears(backend: Backend, api: Api, path: str) -> None:
    pay(backend)
    name = path.split("{")[1].split("}", maxsplit=1)[0]
    status, problem = api("POST", path, {"reason": "cleared"}, **{name: "ord_1" if "order" in path else "acc-1"})
    assert (status, problem["errors"][0]["code"]) == (422, "not_for_this_act")
    assert backend.acts == []


def test_a_decline_needs_a_reason_an_order_and_something_to_end(backend: Backend, api: Api) -> None:
    path = "/orders/{order_id}/decline"
    assert api("POST", path, {"reason": "mood"}, order_id="ord_1")[0] == 422
    assert api("POST", path, {"reason": "fraud"}, order_id="ord_9")[0] == 404
    backend.orders.stored["ord_1"] = replace(ORDER, settlement=Settlement(OrderStatus.REFUNDED))

    status, body = api("POST", path, {"reason": "fraud"}, order_id="ord_1")

    assert (status, body["code"]) == (409, "nothing_to_end")
    assert backend.audit_log.acts == []


@pytest.mark.clause("M-II.2", "M-V.2", "M-III.5.revoke")
def test_the_command_line_cancels_a_membership_and_sums_what_was_paid(backend: Backend, run: Run) -> None:
    pay(backend)
    backend.clock.advance(minutes=1)

    cancelled = run("accounts", "cancel-membership", "acc-1", "--reason", "robot_purchase")
    again = run("accounts", "cancel-membership", "acc-1", "--reason", "robot_purchase")
    fees = run("accounts", "fees", "acc-1")

    assert (cancelled.exit_code, again.exit_code, fees.exit_code) == (0, 3, 0)
    assert "ord_1" in cancelled.stdout
    assert backend.books.allowances["acc-1"] == ()
    assert "19900" in fees.stdout
    assert ("membership_cancelled", "acc-1") in backend.acts


@pytest.mark.clause("M-II.2")
def test_the_command_line_declines_and_says_what_to_give_back(backend: Backend, run: Run) -> None:
    pay(backend)
    backend.clock.advance(minutes=1)

    declined = run("orders", "decline", "ord_1", "--reason", "untrue_data")

    assert declined.exit_code == 0
    assert "Give back 19900 USD" in declined.stdout
    assert run("orders", "decline", "ord_9", "--reason", "untrue_data").exit_code == 3


@pytest.mark.clause("M-II.2")
def test_the_command_line_lists_what_is_to_be_given_back(backend: Backend, run: Run) -> None:
    assert "0 orders to settle" in run("orders", "to-settle").stdout
    pay(backend)
    backend.clock.advance(minutes=1)
    run("orders", "decline", "ord_1", "--reason", "untrue_data")

    listed = run("orders", "to-settle").stdout

    assert "1 order to settle" in listed
    assert ("orders_to_settle_listed", "orders") in backend.acts
    assert "19900" in listed
    assert "pi_1" in listed
