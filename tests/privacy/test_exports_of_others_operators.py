"""Operators have exports made for relatives of a deceased member and for guardians; two operators, all on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from allmytracks.privacy.rules_exports import ExportFile
from tests.factories.operators import ACCOUNT, Api, Backend, Run

EXPORTS = "/accounts/{account_id}/data-exports"
ASKED = {"reason": "relatives_request", "ticket": "TKT-17"}
pytestmark = pytest.mark.clause("P-manage.deceased")


@pytest.fixture(autouse=True)
def frozen(backend: Backend) -> None:
    """A relative's request usually froze the account before."""
    backend.accounts.add(replace(ACCOUNT, status=AccountStatus.FROZEN), [])


def make(backend: Backend) -> None:
    """What the worker does."""
    pending = backend.exports.latest("acc-1")
    assert pending is not None
    backend.exports.finish(pending, ExportFile(backend.clock.now(), 345_678, "ab" * 32))


def test_relatives_get_the_archive_by_an_operator_and_the_members_register_says_so(backend: Backend, api: Api) -> None:
    code, pending = api("POST", EXPORTS, ASKED, account_id="acc-1")
    assert (code, pending["status"], pending["url"]) == (202, "pending", None)
    assert [type(each).__name__ for each in backend.events.published] == ["DataExportRequested"]
    assert backend.disclosures.all("acc-1") == []
    make(backend)
    for _ in range(2):
        code, ready = api("POST", EXPORTS, ASKED, account_id="acc-1")
        assert (code, ready["status"], ready["export_id"]) == (200, "ready", pending["export_id"])
        assert ready["url"]
    (recorded,) = backend.disclosures.all("acc-1")
    assert "relatives" in recorded.disclosure.to
    assert "TKT-17" in recorded.disclosure.why
    acts = [(name, subject) for name, subject in backend.acts if name == "account_exported"]
    assert acts == [("account_exported", "acc-1")] * 3
    assert {act.reason for act in backend.audit_log.acts if act.name == "account_exported"} == {"relatives_request"}


def test_it_needs_a_second_operator(backend: Backend, api: Api) -> None:
    backend.rule_of_two("on")
    code, asked = api("POST", EXPORTS, ASKED, account_id="acc-1")
    assert (code, asked["act"]) == (202, "account_export")
    assert backend.events.published == []
    ben = Api("arn:aws:iam::123456789012:user/ben")
    ben("POST", "/approvals/{approval_id}/approval", approval_id=asked["approval_id"])
    assert api("POST", EXPORTS, ASKED, account_id="acc-1")[1]["status"] == "pending"


def test_an_older_archive_is_made_anew_and_nothing_is_left_of_a_closed_account(backend: Backend, api: Api) -> None:
    first = api("POST", EXPORTS, ASKED, account_id="acc-1")[1]
    make(backend)
    backend.clock.at += timedelta(hours=25)
    assert api("POST", EXPORTS, ASKED, account_id="acc-1")[1]["export_id"] != first["export_id"]
    backend.accounts.add(replace(ACCOUNT, id="acc-2", email="z@example.org", status=AccountStatus.CLOSED), [])
    code, problem = api("POST", EXPORTS, ASKED, account_id="acc-2")
    assert (code, problem["code"]) == (409, "account_state_conflict")


@pytest.mark.parametrize("body", [{"reason": "boredom", "ticket": "TKT-1"}, {"reason": "relatives_request"}])
def test_a_request_without_a_reason_or_ticket_is_refused(backend: Backend, api: Api, body: dict[str, str]) -> None:
    assert api("POST", EXPORTS, body, account_id="acc-1")[0] == 422
    assert backend.acts == []


def test_the_command_line_shows_the_link(backend: Backend, run: Run) -> None:
    words = ("accounts", "export", "acc-1", "--reason", "relatives_request", "--ticket", "TKT-17")
    assert "pending" in run(*words).output
    make(backend)
    assert "memory://exports/acc-1/" in run(*words, "--json").output
