"""A member buys cloud storage for devices over HTTP, and cancels it."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any

import httpx

from allmytracks.storage.rules_devices import hash_of_claim
from infra.demo.site import Site
from infra.ops.client import connect

CODE = "AB12-CD34"


def claim(site: Site, **named: str) -> str:
    """Claims a device that was just put on the register, by a `name` where one is given."""
    serial = uuid.uuid4().hex
    device = {"serial": serial, "model": "Doorbell", "claim_hash": hash_of_claim(serial, CODE)}
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        ops.call("POST", "/devices", json={"items": [device]})
    claimed = site.post("/v1/devices", {"serial": serial, "claim_code": CODE, **named}).raise_for_status()
    return str(claimed.json()["device_id"])


def order(site: Site, device_id: str, mode: str) -> tuple[dict[str, Any], str]:
    """Orders and confirms a package; returns its order and the address of its checkout."""
    form = {"device_id": device_id, "package": "month", "mode": mode, "accept": site.accept("cloud-agreement")}
    ordered = site.post("/v1/storage/orders", form).raise_for_status().json()
    quote = {"amount": ordered["amount"], "currency": ordered["currency"]}
    checkout = site.post(f"/v1/orders/{ordered['order_id']}/confirmation", quote).raise_for_status().json()
    return ordered, str(checkout["checkout_url"])


def pay(checkout_url: str) -> None:
    """The buyer pays."""
    httpx.post(checkout_url, json={"outcome": "paid"}).raise_for_status()


def buy(site: Site, device_id: str, mode: str) -> dict[str, Any]:
    """Orders, confirms and pays a package; returns its subscription."""
    ordered, checkout_url = order(site, device_id, mode)
    pay(checkout_url)
    name = ordered["storage"]["subscription_id"]
    site.wait_for(lambda: site.get(f"/v1/storage/subscriptions/{name}").is_success)
    found: dict[str, Any] = site.get(f"/v1/storage/subscriptions/{name}").json()
    return found


def cancel(site: Site, name: str) -> dict[str, Any]:
    """Cancels after a preview, which says the same."""
    path = f"/v1/storage/subscriptions/{name}/cancellation"
    preview = site.post(path, {"preview": True}).raise_for_status().json()
    done: dict[str, Any] = site.post(path, {"preview": False}).raise_for_status().json()
    assert done == {**preview, "cancelled": True}
    return done


def close_with_a_plan(site: Site) -> None:
    """An operator closes an account whose monthly plan runs: the provider charges nothing more.

    A checkout that was open then and is paid afterwards starts nothing, and its money is to be given back.
    """
    site.become_account()
    plan = buy(site, claim(site), "monthly")
    late, checkout_url = order(site, claim(site), "monthly")
    account_id = site.get("/v1/account").raise_for_status().json()["account_id"]
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        ops.call("POST", f"/accounts/{account_id}/closing", json={"reason": "breach_of_rules"})
        site.wait_for(lambda: ops.call("GET", f"/orders/{plan['order_id']}")["ended_reason"] == "account_closed")
        pay(checkout_url)
        site.wait_for(lambda: ops.call("GET", f"/orders/{late['order_id']}")["ended_reason"] == "account_closed")
        owed = {"order_id": late["order_id"], "amount_to_settle": 990}
        site.wait_for(lambda: any(owed.items() <= each.items() for each in ops.call("GET", "/orders")["items"]))


def given_back(site: Site, subscription: dict[str, Any]) -> int:
    """What was given back of the order that a subscription began with."""
    order = site.get(f"/v1/orders/{subscription['order_id']}").raise_for_status().json()
    return int(order["amount_returned"])


def subscribe_and_cancel(site: Site) -> None:
    """A year that is refunded, and a monthly plan that the provider renews no more."""
    site.become_account()
    assert site.get("/v1/storage/packages").raise_for_status().json()["items"]
    year, monthly = (buy(site, claim(site), mode) for mode in ("year", "monthly"))
    refund = cancel(site, year["subscription_id"])["refund"]["amount"]
    assert refund == 9900 - 990
    site.wait_for(lambda: given_back(site, year) == refund)
    cancel(site, monthly["subscription_id"])
    listed = site.get("/v1/storage/subscriptions").raise_for_status().json()["items"]
    assert {each["status"] for each in listed} == {"cancelled"}
