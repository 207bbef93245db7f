"""`make run KEEP=1`: what was there when it stopped is there at the next start."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

from infra.demo.site import Site
from infra.local.running import start
from tests.factories.ports import free_ports

EMAIL = "ada@example.org"


def ended_by_a_hurry(process: subprocess.Popen[bytes]) -> bool:
    """Ctrl-C again and again, by a person or sent on by a launcher."""
    process.send_signal(signal.SIGINT)
    return process.poll() is not None


def test_who_signed_up_before_a_stop_signs_in_after_it(tmp_path: Path) -> None:
    port = free_ports()
    with start(port, folder=tmp_path, arguments=("--keep", "--no-demo")) as cloud, Site(cloud.url) as site:
        site.become_account(EMAIL)
        account_id = site.get("/v1/account").json()["account_id"]
        order = site.become_member()
        advanced = site.http.post("/_local/clock", json={"advance_seconds": 3600}).raise_for_status().json()
        site.wait_for(lambda: ended_by_a_hurry(cloud.process))
        assert cloud.process.returncode == 0
    with start(port, folder=tmp_path, arguments=("--keep", "--no-demo")) as cloud, Site(cloud.url) as site:
        site.sign_in(EMAIL).raise_for_status()
        assert site.get("/v1/account").json()["account_id"] == account_id
        assert site.get("/v1/membership").json()["status"] == "active"
        assert site.get("/v1/orders").json()["items"][0]["order_id"] == order["order_id"]
        assert site.http.get("/_local/clock").json()["epoch"] >= advanced["epoch"]
        # The payment provider knows the payment, and functions its key.
        refunded = site.http.post(f"/_local/payments/{order['order_id']}", json={"event": "refund"})
        assert refunded.raise_for_status().json()["events"]
        site.wait_for(lambda: site.get("/v1/membership").json()["status"] != "active")
