"""Grave acts need two operators, by the API and by the command line; the audit log shows both (P-security)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from allmytracks.foundation.throttling.rules import REVOCATIONS
from tests.factories.operators import ACCOUNT, Api, Backend, Licensed, Run

MEASURES = "/accounts/{account_id}/measures"
BAN = {"measure": "ban", "reason": "fraud"}
REVOCATION = "/accounts/{account_id}/licenses/revocation"
REVOKED = {"reason": "out_of_scope_use", "since": "2026-11-01T00:00:00Z"}
pytestmark = pytest.mark.clause("P-security")


@pytest.fixture(autouse=True)
def with_the_rule(backend: Backend) -> None:
    backend.accounts.add(ACCOUNT, [])
    backend.rule_of_two("on")


@pytest.fixture
def ben(backend: Backend) -> Api:
    return Api("arn:aws:iam::123456789012:user/ben")


def test_a_ban_waits_for_a_second_operator(backend: Backend, api: Api, ben: Api) -> None:
    status, asked = api("POST", MEASURES, BAN, account_id="acc-1")
    assert (status, asked["status"], asked["act"]) == (202, "waiting", "account_ban")
    assert asked["path"] == "/accounts/acc-1/measures"
    backend.accounts.add(replace(ACCOUNT, id="acc-3", email="eve@example.org"), [])
    assert api("POST", MEASURES, BAN, account_id="acc-3")[1]["approval_id"] != asked["approval_id"]
    ben("POST", "/approvals/{approval_id}/refusal", approval_id=api("GET", "/approvals")[1]["items"][1]["approval_id"])
    assert backend.accounts.get("acc-1").status is AccountStatus.ACTIVE
    approval = {"approval_id": asked["approval_id"]}
    status, refused = api("POST", "/approvals/{approval_id}/approval", **approval)
    assert (status, refused["code"]) == (403, "same_operator")
    assert ben("GET", "/approvals")[1]["items"] == [asked]
    assert ben("POST", "/approvals/{approval_id}/approval", **approval)[1]["status"] == "approved"
    status, done = ben(asked["method"], MEASURES, json.loads(asked["body"]), account_id="acc-1")
    assert (status, done["status"]) == (200, "banned")
    names = [name for name, _ in backend.acts if name.startswith("account_")]
    assert names == [
        "account_ban_requested",
        "account_ban_requested",
        "account_ban_refused",
        "account_ban_approved",
        "account_measure_ban",
    ]
    assert api("GET", "/approvals")[1]["items"] == []


def test_what_cannot_be_done_is_refused_before_anybody_is_asked(backend: Backend, api: Api) -> None:
    assert api("POST", MEASURES, {**BAN, "reason": "cleared"}, account_id="acc-1")[0] == 422
    assert api("POST", MEASURES, BAN, account_id="acc-2")[1]["code"] == "account_not_found"
    assert api("POST", REVOCATION, REVOKED, account_id="acc-2")[0] == 404
    closing = "/accounts/{account_id}/closing"
    assert api("POST", closing, {"reason": "cleared"}, account_id="acc-1")[0] == 422
    assert backend.approvals.stored == {}


def test_lesser_acts_need_no_second_operator(backend: Backend, api: Api) -> None:
    assert api("POST", MEASURES, {"measure": "freeze", "reason": "fraud"}, account_id="acc-1")[0] == 200
    dry = {**REVOKED, "dry_run": True}
    assert api("POST", REVOCATION, dry, account_id="acc-1")[0] == 200
    assert backend.approvals.stored == {}


def test_a_refused_request_and_an_unknown_one(api: Api, ben: Api) -> None:
    asked = api("POST", "/accounts/{account_id}/closing", {"reason": "authority_order"}, account_id="acc-1")[1]
    approval = {"approval_id": asked["approval_id"]}
    assert ben("POST", "/approvals/{approval_id}/refusal", **approval)[1]["status"] == "refused"
    assert ben("POST", "/approvals/{approval_id}/approval", **approval)[1]["code"] == "approval_decided"
    assert ben("GET", "/approvals/{approval_id}", approval_id="apr_1")[1]["code"] == "approval_not_found"


def test_by_command_line(backend: Backend, run: Run, ben: Api) -> None:
    waits = run("accounts", "ban", "acc-1", "--reason", "fraud", "--yes", "--json")
    assert (waits.exit_code, waits.stdout) == (3, "")
    [asked] = json.loads(run("approvals", "list", "--json").stdout)
    told = json.loads(waits.stderr)
    assert (told["code"], asked["approval_id"] in told["message"]) == ("second_operator_required", True)
    shown = json.loads(run("approvals", "show", asked["approval_id"], "--json").stdout)
    assert shown["body"] == '{"measure":"ban","reason":"fraud"}'
    assert run("approvals", "approve", asked["approval_id"], "--yes").exit_code == 3  # one's own
    ben("POST", "/approvals/{approval_id}/approval", approval_id=asked["approval_id"])
    assert run("accounts", "ban", "acc-1", "--reason", "fraud", "--yes").exit_code == 0
    assert backend.accounts.get("acc-1").status is AccountStatus.BANNED
    backend.rule_of_two("off")
    listed = json.loads(run("audit", "list", "--since", "2026-11-22", "--until", "2026-11-22", "--json").stdout)
    assert {"account_measure_ban", "account_ban_approved"} <= {each["act"] for each in listed}
    of_ben = run("audit", "list", "--since", "2026-11-22", "--operator", "user/ben", "--limit", "1", "--json")
    assert [each["act"] for each in json.loads(of_ben.stdout)] == ["account_ban_approved"]


def test_the_second_operator_approves_and_does_every_part_of_a_revocation(
    backend: Backend, api: Api, run: Run, licensed: Licensed
) -> None:
    licensed(3)
    other = Api("arn:aws:iam::123456789012:user/cy")
    form = REVOKED
    status, asked = other("POST", REVOCATION, form, account_id="acc-1")
    assert status == 202
    done = run("approvals", "approve", asked["approval_id"], "--yes", "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["revoked"] == 3
    again = run("approvals", "refuse", asked["approval_id"])
    assert again.exit_code == 3


def test_many_single_revocations_need_a_second_operator_too(backend: Backend, api: Api, run: Run, ben: Api) -> None:
    numbers = [f"AMT-{n}" for n in range(REVOCATIONS.requests + 1)]
    route, form = "/licenses/{number}/revocation", {"reason": "impersonation"}
    codes = [api("POST", route, form, number=number)[1]["code"] for number in numbers[:-1]]
    assert set(codes) == {"license_not_found"}
    status, asked = api("POST", route, form, number=numbers[-1])
    assert (status, asked["act"], asked["subject"]) == (202, "license_revocation", numbers[-1])
    assert run("licenses", "revoke", numbers[-1], "--reason", "impersonation", "--yes").exit_code == 3
    ben("POST", "/approvals/{approval_id}/approval", approval_id=asked["approval_id"])
    assert api("POST", route, form, number=numbers[-1])[1]["code"] == "license_not_found"
    assert ben("POST", route, form, number="AMT-0")[1]["code"] == "license_not_found"
    backend.clock.at += timedelta(days=1)
    assert api("POST", route, form, number="AMT-99")[1]["code"] == "license_not_found"


@pytest.mark.clause("M-III.10")
def test_what_follows_a_ban_waits_with_it(backend: Backend, run: Run, ben: Api, licensed: Licensed) -> None:
    [number] = licensed(1)
    words = ("damages", "enforce", "acc-1", number, "--amount", "200000", "--yes", "--json")
    stopped = run(*words)
    assert stopped.exit_code == 3
    told = json.loads(stopped.stdout)["done"]
    assert told == ["damages are on record", f"licence {number} is revoked"]
    assert backend.accounts.get("acc-1").status is AccountStatus.ACTIVE
    [asked] = ben("GET", "/approvals")[1]["items"]
    ben("POST", "/approvals/{approval_id}/approval", approval_id=asked["approval_id"])
    assert "the account is banned" in json.loads(run(*words).stdout)["done"]
    assert backend.accounts.get("acc-1").status is AccountStatus.BANNED
