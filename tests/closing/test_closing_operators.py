"""Closings by the operators' API, and by the command line."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from allmytracks.closing.rules import Closing, ClosingStatus
from tests.factories.catalogue import NOW
from tests.factories.operators import ACCOUNT, Api, Backend, Run

DECISION, CLOSE = "/accounts/{account_id}/closing/decision", "/accounts/{account_id}/closing"


@pytest.fixture(autouse=True)
def applied(backend: Backend) -> None:
    backend.accounts.add(replace(ACCOUNT, created_at=NOW - timedelta(days=7)), [])
    backend.closings.apply(Closing("acc-1", ClosingStatus.APPLIED, NOW))


@pytest.mark.clause("U-II.III.3")
@pytest.mark.clause("P-security")
def test_applications_are_listed_and_approved_and_each_act_is_on_record(backend: Backend, api: Api) -> None:
    [item] = api("GET", "/closings")[1]["items"]
    assert (item["account_id"], item["status"]) == ("acc-1", "applied")
    for _ in range(2):
        status, body = api("POST", DECISION, {"outcome": "approve"}, account_id="acc-1")
        assert (status, body["status"], body["decided_reason"]) == (200, "approved", "member_request")
    assert backend.accounts.get("acc-1").status is AccountStatus.CLOSING
    assert api("GET", "/closings")[1]["items"] == []
    names = ["closings_listed", "closing_approved", "closing_approved", "closings_listed"]
    assert [name for name, _ in backend.acts] == names


@pytest.mark.clause("S-6.3")
def test_a_refusal_needs_its_reason(api: Api) -> None:
    assert api("POST", DECISION, {"outcome": "refuse"}, account_id="acc-1")[0] == 422
    assert api("POST", DECISION, {"outcome": "refuse", "reason": "fraud"}, account_id="acc-1")[0] == 422
    body = {"outcome": "refuse", "reason": "owner_in_doubt"}
    assert api("POST", DECISION, body, account_id="acc-1")[1]["status"] == "refused"
    assert api("POST", DECISION, body, account_id="acc-2")[1]["code"] == "closing_not_found"


@pytest.mark.clause("S-6.1.close")
def test_an_operators_closing_has_a_reason_of_its_own(backend: Backend, api: Api) -> None:
    for reason in ("cleared", "inactivity", "member_request", "robot_purchase"):
        assert api("POST", CLOSE, {"reason": reason}, account_id="acc-1")[0] == 422
    assert backend.acts == []
    assert api("POST", CLOSE, {"reason": "authority_order"}, account_id="acc-1")[1]["status"] == "approved"
    assert api("POST", CLOSE, {"reason": "authority_order"}, account_id="acc-2")[1]["code"] == "account_not_found"


@pytest.mark.clause("S-6.1.close")
@pytest.mark.clause("U-III.III.3")
def test_an_account_is_suspended_and_reinstated(backend: Backend, run: Run) -> None:
    for _ in range(2):
        assert run("accounts", "suspend", "acc-1", "--reason", "illegal_use").exit_code == 0
    assert backend.accounts.get("acc-1").status is AccountStatus.SUSPENDED
    assert backend.standings.standings == {"acc-1": "suspended"}
    assert run("accounts", "suspend", "acc-1", "--reason", "robot_purchase").exit_code == 2
    assert run("accounts", "reinstate", "acc-1", "--reason", "cleared").exit_code == 0
    assert backend.accounts.get("acc-1").status is AccountStatus.ACTIVE
    names = [type(each).__name__ for each in backend.events.published]
    assert names == ["AccountSuspended", "AccountSuspended", "AccountReinstated"]


@pytest.mark.clause("U-II.III.3")
def test_by_command_line(backend: Backend, run: Run) -> None:
    listed = run("accounts", "closing", "list", "--json")
    assert [each["account_id"] for each in json.loads(listed.stdout)] == ["acc-1"]
    refused = run("accounts", "closing", "refuse", "acc-1", "--reason", "investigation", "--json")
    assert json.loads(refused.stdout)["status"] == "refused"
    started = run("accounts", "closing", "start", "acc-1", "--reason", "untrue_data", "--yes", "--json")
    assert json.loads(started.stdout)["status"] == "approved"
    assert run("accounts", "closing", "approve", "acc-1", "--yes").exit_code == 0
    assert backend.accounts.get("acc-1").status is AccountStatus.CLOSING
