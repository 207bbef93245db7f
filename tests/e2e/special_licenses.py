"""An operator quotes a special licence over HTTP; its member reads, accepts and pays it, gets the letter, loses it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx

from infra.demo.site import Site
from infra.ops.client import connect
from tests.factories.special_licenses import stated


def license_beyond_the_matrix(visitor: Callable[[], Site]) -> None:
    """A special licence of one member, the music licence agreement of another."""
    license_specially(visitor())
    ask_for_an_agreement(visitor())


def license_specially(site: Site) -> str:
    """No membership is needed; the letter's number fails verification once the money went back. Returns the number."""
    site.become_account()
    account_id = site.get("/v1/account").raise_for_status().json()["account_id"]
    track_id = site.get("/v1/tracks").raise_for_status().json()["items"][0]["track_id"]
    now = datetime.fromisoformat(site.get("/_local/clock").raise_for_status().json()["now"])
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        quoted = {
            "terms": stated(tracks=[track_id]),
            "amount": 120000,
            "currency": "USD",
            "valid_until": (now + timedelta(days=14)).isoformat(),
        }
        quote = ops.call("POST", f"/accounts/{account_id}/quotes", json=quoted)
        order_id = quote["order_id"]
        assert [each["order_id"] for each in ops.call("GET", f"/accounts/{account_id}/quotes")["items"]] == [order_id]
        assert ops.call("GET", f"/quotes/{order_id}")["terms"]["tracks"][0]["track_id"] == track_id
        until = (now + timedelta(days=7)).isoformat()
        other = ops.call("POST", f"/accounts/{account_id}/quotes", json={**quoted, "valid_until": until})["order_id"]
        reason = {"reason": "untrue_data"}
        assert ops.call("POST", f"/quotes/{other}/withdrawal", json=reason)["status"] == "declined"
    terms = site.get(f"/v1/orders/{order_id}/terms").raise_for_status().json()
    accepted = {"amount": quote["amount"], "currency": "USD", "terms_sha256": terms["terms_sha256"]}
    checkout = site.post(f"/v1/orders/{order_id}/confirmation", accepted).raise_for_status().json()["checkout_url"]
    httpx.post(checkout, json={"outcome": "paid"}).raise_for_status()
    site.wait_for(lambda: site.get(f"/v1/orders/{order_id}/license").is_success)
    number = str(site.get(f"/v1/orders/{order_id}/license").json()["number"])
    pdf = site.get(f"/v1/orders/{order_id}/license", headers={"Accept": "application/pdf"}).raise_for_status()
    assert pdf.content.startswith(b"%PDF")
    site.wait_for(lambda: site.get(f"/v1/orders/{order_id}/invoice").is_success)
    wanted = {"track_id": track_id, "rendition": "wav"}
    link = site.post(f"/v1/orders/{order_id}/links", wanted).raise_for_status().json()["url"]
    assert httpx.get(link).raise_for_status().content.startswith(b"RIFF")
    check = f"/v1/verifications/{number}"
    assert site.get(check).raise_for_status().json()["special"]["purpose"] == terms["purpose"]
    site.post(f"/_local/payments/{order_id}", {"event": "refund"}).raise_for_status()
    site.wait_for(lambda: site.get(check).json()["status"] == "revoked")
    assert site.post(f"/v1/orders/{order_id}/links", wanted).json()["code"] == "download_not_paid"
    return number


def ask_for_an_agreement(site: Site) -> None:
    """A member of a plan for individuals asks for the music licence agreement."""
    site.become_account()
    path = f"/v1/orders/{site.become_member()['order_id']}/agreement"
    assert site.get(path).status_code == 404
    site.post(path, {"language": "zh-Hant"}).raise_for_status()
    site.wait_for(lambda: site.get(path).is_success)
    assert site.get(path).json()["language"] == "zh-Hant"
