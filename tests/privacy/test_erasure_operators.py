"""Operators have accounts erased and set holds, by the operators' API and by the command line."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from infra.ops.errors import Exit
from tests.factories.operators import ACCOUNT, Api, Backend, Run

ERASURE, HOLDS = "/accounts/{account_id}/erasure", "/accounts/{account_id}/holds"
END = "/accounts/{account_id}/holds/{hold_id}/end"


@pytest.fixture
def stored(backend: Backend) -> Backend:
    backend.accounts.add(ACCOUNT, [])
    return backend


def events(backend: Backend) -> list[str]:
    return [type(each).__name__ for each in backend.events.published]


@pytest.mark.clause("P-manage.deceased")
def test_an_account_is_closed_for_its_relatives_and_the_act_is_on_record(stored: Backend, api: Api) -> None:
    code, begun = api("POST", ERASURE, {"reason": "deceased"}, account_id="acc-1")
    assert (code, begun["status"], begun["erased"]) == (202, "counting", [])
    assert stored.accounts.get("acc-1").status is AccountStatus.CLOSING
    assert events(stored) == ["AccountClosing"]
    assert stored.acts == [("account_erased", "acc-1")]
    assert stored.audit_log.acts[0].reason == "deceased"
    assert api("POST", ERASURE, {"reason": "deceased"}, account_id="acc-1") == (202, begun)


@pytest.mark.clause("P-minors")
def test_a_closed_account_is_erased_again(backend: Backend, api: Api) -> None:
    backend.accounts.add(replace(ACCOUNT, status=AccountStatus.CLOSED), [])
    assert api("POST", ERASURE, {"reason": "guardian_request"}, account_id="acc-1")[0] == 202
    assert events(backend) == ["AccountClosed"]


@pytest.mark.clause("P-manage.deceased")
def test_what_cannot_be_erased_is_refused(stored: Backend, api: Api) -> None:
    assert api("POST", ERASURE, {"reason": "boredom"}, account_id="acc-1")[0] == 422
    code, problem = api("POST", ERASURE, {"reason": "deceased"}, account_id="acc-9")
    assert (code, problem["code"]) == (404, "account_not_found")
    assert (stored.acts, events(stored)) == ([], [])


def test_the_command_line_erases(stored: Backend, run: Run) -> None:
    done = run("accounts", "erase", "acc-1", "--reason", "member_request", "--yes")
    assert done.exit_code == 0
    assert "counting" in done.output


@pytest.mark.clause("P-storage")
def test_holds_are_set_listed_and_lifted_and_each_act_is_on_record(stored: Backend, api: Api) -> None:
    body = {"reason": "litigation", "kinds": ["download"]}
    code, hold = api("POST", HOLDS, body, account_id="acc-1")
    assert (code, hold["kinds"]) == (201, ["download"])
    assert api("POST", HOLDS, body, account_id="acc-1") == (201, hold)
    assert api("GET", HOLDS, account_id="acc-1")[1]["items"] == [hold]
    lifted = api("POST", END, {"reason": "ended"}, account_id="acc-1", hold_id=hold["hold_id"])
    assert lifted == (200, {"items": []})
    code, problem = api("POST", END, {"reason": "ended"}, account_id="acc-1", hold_id=hold["hold_id"])
    assert (code, problem["code"]) == (404, "hold_not_found")
    assert [name for name, _ in stored.acts][:4] == ["hold_set", "hold_set", "holds_listed", "hold_lifted"]
    assert events(stored) == []


@pytest.mark.clause("P-storage")
def test_a_hold_of_something_else_is_refused_and_lifting_one_of_a_closed_account_erases_it(
    backend: Backend, api: Api, run: Run
) -> None:
    backend.accounts.add(replace(ACCOUNT, status=AccountStatus.CLOSED), [])
    code, problem = api("POST", HOLDS, {"reason": "litigation", "kinds": ["diary"]}, account_id="acc-1")
    assert (code, problem["errors"][0]["field"]) == (422, "kinds")
    code, problem = api("POST", HOLDS, {"reason": "ended"}, account_id="acc-1")
    assert (code, problem["errors"][0]["code"]) == (422, "not_for_this_act")
    assert run("holds", "set", "acc-1", "--reason", "investigation").exit_code == 0
    [hold] = backend.holds.of("acc-1")
    assert hold.id in run("holds", "list", "acc-1").output
    lift = ("holds", "lift", "acc-1", hold.id, "--reason", "ended", "--yes")
    backend.events.down = True
    assert run(*lift).exit_code not in {0, Exit.REFUSED}
    backend.events.down = False
    assert run(*lift).exit_code == Exit.REFUSED, "it is lifted already"
    assert events(backend) == ["AccountClosed"]
