"""Operators look at subscriptions of cloud storage and cancel them, by API and command line (S-8.operator)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

import pytest

from allmytracks import wiring
from allmytracks.foundation.instants import parse_rfc3339
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.orders.rules_storage import Mode, subscription_id_of
from tests.factories.operators import ACCOUNT, Api, Backend, Run
from tests.factories.subscriptions import month_fact, paid_in_full, storage_order

CANCELLATION = "/storage-subscriptions/{subscription_id}/cancellation"


@dataclass
class Bought:
    """One subscription of the member's."""

    order: Order

    @property
    def name(self) -> str:
        return subscription_id_of(self.order.id)


@pytest.fixture
def bought(backend: Backend) -> Bought:
    backend.accounts.add(ACCOUNT, [])
    order = storage_order("ord_y1", Mode.YEAR, account_id=ACCOUNT.id, quoted_at=backend.clock.now())
    backend.orders.add(order)
    backend.pay(paid_in_full(order, backend.clock.now()))
    backend.clock.advance(minutes=1)
    return Bought(order)


@pytest.mark.clause("S-8.operator")
def test_an_operator_sees_the_lines_that_the_member_sees_and_cancels(
    backend: Backend, api: Api, bought: Bought
) -> None:
    status, listed = api("GET", "/accounts/{account_id}/storage-subscriptions", account_id=ACCOUNT.id)
    assert (status, [each["subscription_id"] for each in listed["items"]]) == (200, [bought.name])
    status, preview = api("GET", CANCELLATION, subscription_id=bought.name)
    member = wiring.services().storage.cancel_subscription.preview(ACCOUNT.id, bought.name)
    assert (status, preview["cancelled"], preview["refund"]["amount"]) == (200, False, 8910)
    assert [(line["text"], line["amount"]) for line in preview["refund"]["lines"]] == [
        (line.text, line.amount) for line in member.cancellation.lines
    ]
    status, done = api("POST", CANCELLATION, {"reason": "member_request"}, subscription_id=bought.name)
    assert (status, done) == (200, {**preview, "cancelled": True})
    assert [(act.name, act.subject, act.reason) for act in backend.audit_log.acts] == [
        ("subscriptions_listed", ACCOUNT.id, None),
        ("cancellation_previewed", bought.name, None),
        ("subscription_cancelled", bought.name, "member_request"),
    ]
    stored = backend.orders.get(ACCOUNT.id, bought.order.id)
    assert stored.settlement is not None
    assert (stored.settlement.ended_reason, stored.amount_to_settle) == ("member_request", 8910)


@pytest.mark.clause("S-8.operator")
def test_the_command_line_previews_and_cancels(backend: Backend, run: Run, bought: Bought) -> None:
    preview = run("storage", "preview", bought.name)
    done = run("storage", "cancel", bought.name, "--reason", "member_request", "--yes")
    again = run("storage", "cancel", bought.name, "--reason", "member_request", "--yes")
    shown = run("storage", "show", bought.name)
    listed = run("storage", "list", "--account", ACCOUNT.id)
    assert [each.exit_code for each in (preview, done, again, shown, listed)] == [0, 0, 3, 0, 0]
    assert "8910 USD back" in preview.stdout
    assert "8910 USD back" in done.stdout
    assert "cancelled" in shown.stdout
    assert [name for name, _ in backend.acts].count("subscription_cancelled") == 1


def test_an_unknown_one_a_wrong_reason_and_no_reason_are_refused(backend: Backend, api: Api, bought: Bought) -> None:
    assert api("GET", CANCELLATION, subscription_id="sub_unknown")[0] == 404
    assert api("POST", CANCELLATION, {"reason": "cleared"}, subscription_id=bought.name)[0] == 422
    assert api("POST", CANCELLATION, {}, subscription_id=bought.name)[0] == 422
    assert "subscription_cancelled" not in {name for name, _ in backend.acts}


def test_plans_that_are_past_due_are_counted_and_listed_the_longest_unpaid_first(backend: Backend, run: Run) -> None:
    assert "0 past due" in run("storage", "past-due").stdout
    start = backend.clock.now()
    for number, days in ((1, 2), (2, 1)):
        plan = storage_order(f"ord_m{number}", Mode.MONTHLY, account_id=ACCOUNT.id, device_id=f"dev_{number}")
        backend.orders.add(plan)
        begun = start - timedelta(days=30 + days)
        backend.pay(month_fact(plan, begun, begun, first=True))
    found = json.loads(run("storage", "past-due", "--json").stdout)
    assert (found["total"], [each["subscription_id"] for each in found["items"]]) == (2, ["sub_m1", "sub_m2"])
    assert (found["items"][0]["account_id"], found["items"][0]["amount"]) == (ACCOUNT.id, 990)
    since, until = (parse_rfc3339(found["items"][0][name]) for name in ("since", "access_until"))
    assert (since <= start, until - since) == (True, timedelta(days=7))
    assert backend.acts[-1] == ("subscriptions_past_due_listed", "subscriptions")


def test_a_monthly_plan_shows_its_next_charge(backend: Backend, api: Api, bought: Bought) -> None:
    plan = storage_order("ord_m1", Mode.MONTHLY, account_id=ACCOUNT.id, device_id="dev_2")
    backend.orders.add(plan)
    backend.pay(month_fact(plan, backend.clock.now(), backend.clock.now(), first=True))
    status, shown = api("GET", "/storage-subscriptions/{subscription_id}", subscription_id=subscription_id_of(plan.id))
    assert (status, shown["renews"], shown["status"]) == (200, True, "active")
    assert shown["next_charge"] == {"at": shown["ends_at"], "amount": 990, "currency": "USD"}
    assert bought.name != shown["subscription_id"]
