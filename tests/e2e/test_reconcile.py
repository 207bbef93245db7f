"""A paid order whose webhook got lost: found by an operator at once, or by the schedule within the hour."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime

import httpx
import pytest
from rich.console import Console
from standardwebhooks import Webhook

from infra.demo.site import Site
from infra.ops.client import connect
from infra.ops.main import app
from infra.ops.telling import Session
from tests.factories.command_line import run_command

pytestmark = [pytest.mark.clause("M-II.3")]


def pay_without_a_webhook(site: Site) -> str:
    """The order's name."""
    site.become_account()
    order = site.order()
    paid = httpx.post(order["checkout_url"], json={"outcome": "paid", "deliver": False})
    assert paid.raise_for_status().json()["outcome"] == "paid"
    return str(order["order_id"])


def membership(site: Site) -> str:
    return str(site.get("/v1/membership").json()["status"])


@pytest.mark.parametrize("asked", ["--since", "--order"])
def test_an_operator_finds_it_at_once(site: Site, asked: str) -> None:
    order_id = pay_without_a_webhook(site)
    assert membership(site) == "none"
    words = {"--since": "2020-01-01", "--order": order_id}[asked]
    session = Session(lambda: connect(f"{site.url}/ops"), Console(), Console(stderr=True))

    told = run_command(app, ["payments", "reconcile", asked, words, "--json"], obj=session)

    assert told.exit_code == 0, told.output
    report = json.loads(told.stdout)
    found = [each["verdict"] for each in report["findings"] if each["order_id"] == order_id]
    assert found == ["missing"]
    site.wait_for(lambda: membership(site) == "active")


def test_the_schedule_finds_it_within_the_hour(site: Site) -> None:
    order_id = pay_without_a_webhook(site)
    email = site.get("/v1/account").json()["email"]

    site.http.post("/_local/clock", json={"advance_seconds": 4500}).raise_for_status()

    site.sign_in(email)
    site.wait_for(lambda: membership(site) == "active")
    assert site.get(f"/v1/orders/{order_id}").json()["status"] == "paid"


def test_a_transfer_that_another_sender_reports_pays_as_well(visitor: Callable[[], Site]) -> None:
    site = visitor()
    site.become_account()
    order = site.order()
    now = datetime.fromisoformat(site.http.get("/_local/clock").json()["now"])
    about = {"order_id": order["order_id"], "payment": "transfer-1", "amount": order["amount"], "currency": "USD"}
    body = json.dumps({"type": "payment.succeeded", "timestamp": now.isoformat(), "data": about})
    secret = site.http.get("/_local/webhook-secret").json()["secret"]
    wrong = f"whsec_{base64.b64encode(b'of somebody else').decode()}"

    def report(secret: str) -> int:
        headers = {"webhook-id": f"msg-{order['order_id']}", "webhook-timestamp": str(int(now.timestamp()))}
        headers["webhook-signature"] = Webhook(secret).sign(headers["webhook-id"], now, body)
        return httpx.post(f"{site.url}/v1/webhooks/standard", content=body, headers=headers).status_code

    assert [report(wrong), report(secret), report(secret)] == [400, 200, 200]

    site.wait_for(lambda: membership(site) == "active")
    assert len(site.get("/v1/membership").json()["periods"]) == 1
