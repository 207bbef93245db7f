"""Cloud storage over HTTP: a monthly plan renews, fails, goes on and ends; a year is cancelled with a refund."""

from __future__ import annotations

import contextlib

import httpx
import pytest

from infra.demo.site import Site
from infra.ops.client import connect
from tests.e2e.subscribing import buy, cancel, claim, close_with_a_plan, given_back

DAY = 86_400


def advance(site: Site, days: float) -> None:
    httpx.post(f"{site.url}/_local/clock", json={"advance_seconds": int(days * DAY)}).raise_for_status()


def issued(site: Site) -> set[tuple[str, str, int]]:
    """The member's invoices and credit notes."""
    items = site.get("/v1/invoices").raise_for_status().json()["items"]
    return {(each["kind"], each["order_id"], each["total"]) for each in items}


@pytest.mark.clause("S-7.2.1", "S-8.1", "S-8.2.1", "S-8.operator")
def test_a_year_is_bought_followed_and_cancelled_with_a_refund(site: Site) -> None:
    site.become_account()
    device = claim(site)
    running = buy(site, device, "year")
    advance(site, 1 / 1440)  # payments of one second are sorted by their ids, not by who was first
    upcoming = buy(site, device, "year")
    assert (running["status"], upcoming["status"]) == ("active", "upcoming")
    assert upcoming["starts_at"] == running["ends_at"]
    covers = {each["device_id"]: each["cover"]["ends_at"] for each in site.get("/v1/devices").json()["items"]}
    assert covers == {device: upcoming["ends_at"]}
    assert cancel(site, upcoming["subscription_id"])["refund"]["amount"] == 9900

    path = f"/storage-subscriptions/{running['subscription_id']}/cancellation"
    seen = site.post(f"/v1/storage/subscriptions/{running['subscription_id']}/cancellation", {"preview": True}).json()
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        assert ops.call("GET", path)["refund"] == seen["refund"]
        done = ops.call("POST", path, json={"reason": "member_request"})
    assert done["refund"] == seen["refund"]
    assert done["refund"]["amount"] == 8910
    site.wait_for(lambda: given_back(site, upcoming) == 9900)
    site.wait_for(lambda: given_back(site, running) == 8910)
    documents = [("invoice", running, 9900), ("credit_note", running, 8910)]
    documents += [("invoice", upcoming, 9900), ("credit_note", upcoming, 9900)]
    expected = {(kind, bought["order_id"], total) for kind, bought, total in documents}
    site.wait_for(lambda: issued(site) == expected)
    assert site.get(f"/v1/storage/subscriptions/{running['subscription_id']}").json()["status"] == "cancelled"


@pytest.mark.clause("S-7.2.2", "S-8.2.2")
def test_a_monthly_plan_renews_by_itself_until_it_is_cancelled(site: Site) -> None:
    email = site.become_account()
    plan = buy(site, claim(site), "monthly")
    assert (plan["status"], plan["renews"], plan["next_charge"]["amount"]) == ("active", True, 990)
    path = f"/v1/storage/subscriptions/{plan['subscription_id']}"
    control = f"{site.url}/_local/payments/{plan['order_id']}"
    httpx.post(control, json={"event": "card_fails"}).raise_for_status()
    advance(site, 31.5)
    site.sign_in(email).raise_for_status()
    kinds = {"renewal_failed", "subscription_paid"}
    site.wait_for(lambda: kinds <= {each["kind"] for each in site.get("/v1/notices").json()["items"]})
    assert site.get(path).json()["status"] == "past_due"
    httpx.post(control, json={"event": "card_works"}).raise_for_status()
    advance(site, 2)
    site.sign_in(email).raise_for_status()
    site.wait_for(lambda: site.get(path).json()["ends_at"] > plan["ends_at"])
    renewed = site.get(path).json()
    assert (renewed["status"], renewed["renews"]) == ("active", True)
    assert cancel(site, plan["subscription_id"])["refund"]["amount"] == 0
    assert site.get(path).json()["access_until"] == renewed["ends_at"]
    advance(site, 40)
    site.sign_in(email).raise_for_status()
    site.wait_for(lambda: site.get(path).json()["status"] == "ended")
    assert len([each for each in site.get("/v1/orders").json()["items"] if each["status"] == "paid"]) == 2


@pytest.mark.clause("S-6.5")
def test_the_monthly_plan_of_an_account_that_an_operator_closes_ends(site: Site) -> None:
    close_with_a_plan(site)
