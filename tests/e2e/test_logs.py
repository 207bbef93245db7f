"""The functions' logs hold nothing secret or personal."""

from __future__ import annotations

import re

import pytest

from infra.demo.site import Site
from infra.demo.story import tell
from infra.localcloud.supervisor import Handle

SECRETS = {
    "an e-mail address": r"[\w.+-]+@[\w-]+\.\w+",
    "a token": r"eyJ[\w-]+\.[\w-]+",
    "a signed link": r"X-Amz-Signature|X-Amz-Credential",
    "a password": r"Correct4horse",
    "a webhook's signature or secret": r"v1=[0-9a-f]{64}|whsec_|sk_test_",
}


@pytest.mark.clause("P-5.logs")
@pytest.mark.clause("P-1.password")
def test_no_log_of_a_function_holds_a_secret(site: Site, cloud: Handle) -> None:
    tell(site, print)
    logs = {path.name: path.read_text() for path in (cloud.folder / "logs").glob("*Function.log")}
    assert "request answered" in logs["GrantDownloadFunction.log"]
    found = {
        (name, what) for name, text in logs.items() for what, pattern in SECRETS.items() if re.search(pattern, text)
    }
    assert found == set()


def test_one_search_finds_a_payment_from_its_webhook_to_its_notice(site: Site, cloud: Handle) -> None:
    """By the id of the webhook's request: queue, worker that folds, bus, workers of notices and invoices."""
    site.become_account()
    order = site.become_member()
    logs = cloud.folder / "logs"

    def ids(function: str) -> set[str]:
        text = (logs / f"{function}Function.log").read_text(encoding="utf-8")
        return set(re.findall(r'"correlation_id":"([^"]+)"', text.replace('": "', '":"')))

    def has_come_through() -> bool:
        return bool(ids("ReceiveWebhook") & ids("WorkPayments") & ids("WorkNotices") & ids("WorkInvoices"))

    assert order["order_id"]
    site.wait_for(has_come_through)
