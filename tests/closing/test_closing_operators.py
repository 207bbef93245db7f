"""Closings by the operators' API, and by the command line."""

from __future__ import annotations

import json
from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from allmytracks.closing.rules import Closing, ClosingStatus
from allmytracks.notices.use_cases.notify_of_measure import MeasureNews, NotifyOfMeasure
from tests.factories.catalogue import NOW
from tests.factories.operators import ACCOUNT, Api, Backend, Run
from tests.fakes.foundation import MemoryMailer
from tests.fakes.notices import MemoryNotices

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


@pytest.mark.clause("U-II.truth", "U-II.IV.3", "P-minors.contact")
def test_what_is_demanded_of_members_by_command_line(backend: Backend, run: Run) -> None:
    backend.accounts.change_particulars("acc-1", {"nickname": "Rude one", "profile": "Rude too"}, None)
    until = ("--until", "2099-01-01T00:00:00Z")
    for words in (
        ("demand-correction", "acc-1", "--field", "country", *until),
        ("accept-correction", "acc-1"),
        ("take-off-text", "acc-1", "--field", "nickname", "--reason", "breach_of_rules", "--yes"),
        ("demand-text-change", "acc-1", "--field", "profile", "--reason", "breach_of_rules", *until),
        ("ask-guardian", "acc-1", "--guardian-email", "guardian@example.org"),
    ):
        assert run("accounts", *words).exit_code == 0, words
    account = backend.accounts.get("acc-1")
    assert (account.nickname, account.status) == (None, AccountStatus.AWAITING_GUARDIAN)
    assert [name for name, _ in backend.acts] == [
        "correction_demanded",
        "correction_accepted",
        "text_taken_off",
        "text_change_demanded",
        "guardian_asked",
    ]
    sent = MemoryNotices()
    notify = NotifyOfMeasure(backend.accounts, sent, MemoryMailer(), backend.clock, "https://site.example")
    for event in backend.events.published:
        notify(event.name, msgspec.convert(event.detail(), MeasureNews))
    texts = [notice.text for notice in sent.page("acc-1", unread=False, limit=10, cursor=None).page.items]
    assert len(texts) == 5
    assert any("(nickname)" in text and "Rude one" in text and "a breach of the rules of use" in text for text in texts)
    assert any("(profile)" in text and "1 January 2099" in text for text in texts)
    assert any("country" in text for text in texts)
