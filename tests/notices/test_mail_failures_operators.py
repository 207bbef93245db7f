"""Bounces and complaints come by the queue; the operator sees whose mail fails, and lets it go again (U-VIII)."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from allmytracks.accounts.rules import AccountStatus
from allmytracks.foundation.instants import parse_rfc3339
from allmytracks.notices.rules_delivery import Failure, failure_of
from functions.work_mail_failures.handler import handle
from tests.factories.operators import Api, Backend, Run

pytestmark = pytest.mark.clause("U-VIII")

SAMPLES = Path(__file__).parents[2] / "events/work_mail_failures"


def sample(name: str, account_id: str | None = "acc-1", **bounce: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    body = json.loads(event["Records"][0]["body"])
    body["detail"]["mail"]["tags"].pop("account")
    if account_id is not None:
        body["detail"]["mail"]["tags"]["account"] = [account_id]
    body["detail"].get("bounce", {}).update(bounce)
    event["Records"][0]["body"] = json.dumps(body)
    return event


def delivered(event: dict[str, Any]) -> None:
    """Twice, as queues do."""
    for _ in range(2):
        assert handle(copy.deepcopy(event), None) == {"batchItemFailures": []}


@pytest.mark.usefixtures("member")
@pytest.mark.parametrize(("name", "failure"), [("bounced", "bounced"), ("complained", "complained")])
def test_the_operator_sees_whose_mail_fails(name: str, failure: str, backend: Backend, run: Run, api: Api) -> None:
    delivered(sample(name))
    listed = run("notices", "undelivered", "--json")
    assert listed.exit_code == 0, listed.output
    (row,) = json.loads(listed.stdout)
    assert (row["account_id"], row["failure"], row["notice_id"]) == ("acc-1", failure, None)
    assert "@" not in listed.stdout
    shown = json.loads(run("accounts", "show", "acc-1", "--json").stdout)
    assert shown["mail_failure"] == {"failure": failure, "at": "2026-11-22T06:00:01.000Z"}

    resumed = run("notices", "resume", "acc-1", "--reason", "confirmed_by_member", "--json")
    assert resumed.exit_code == 0, resumed.output
    assert json.loads(run("notices", "undelivered", "--json").stdout) == []
    assert json.loads(run("accounts", "show", "acc-1", "--json").stdout)["mail_failure"] is None
    status, body = api(
        "POST", "/accounts/{account_id}/mail-resumption", {"reason": "confirmed_by_member"}, account_id="acc-1"
    )
    assert (status, body["code"]) == (409, "mail_not_failing")
    (act,) = [act for act in backend.audit_log.acts if act.name == "mail_resumed"]
    assert (act.subject, act.reason) == ("acc-1", "confirmed_by_member")


@pytest.mark.usefixtures("member")
@pytest.mark.parametrize(
    "event",
    [
        sample("bounced", bounceType="Transient", bounceSubType="MailboxFull"),
        sample("bounced", account_id=None),
        sample("complained", account_id=None),
        sample("bounced", account_id="erased"),
    ],
)
def test_what_says_nothing_of_an_account_s_address_is_not_recorded(event: dict[str, Any], backend: Backend) -> None:
    delivered(event)
    assert backend.notices.failures == {}


@pytest.mark.usefixtures("member")
def test_nothing_is_stored_of_an_account_that_is_closed(backend: Backend) -> None:
    backend.accounts.becomes("acc-1", AccountStatus.CLOSED)
    delivered(sample("bounced"))
    assert backend.notices.failures == {}


@pytest.mark.usefixtures("member")
def test_nothing_of_the_address_reaches_a_log(backend: Backend, caplog: pytest.LogCaptureFixture) -> None:
    delivered(sample("bounced"))
    broken = sample("bounced", timestamp="soon")
    assert len(handle(broken, None)["batchItemFailures"]) == 1
    logged = [str(vars(record)) for record in caplog.records]
    assert "message failed" in logged[-1]
    assert not [line for line in logged if "simulator" in line]
    assert backend.notices.failures["acc-1"].at == parse_rfc3339("2026-11-22T06:00:01.000Z")


@pytest.mark.parametrize(
    ("event", "failure"),
    [
        (("Bounce", "Permanent", "General"), Failure.BOUNCED),
        (("Bounce", "Permanent", "NoEmail"), Failure.BOUNCED),
        (("Bounce", "Permanent", "Suppressed"), Failure.SUPPRESSED),
        (("Bounce", "Permanent", "OnAccountSuppressionList"), Failure.SUPPRESSED),
        (("Bounce", "Transient", "General"), None),
        (("Bounce", "Undetermined", "Undetermined"), None),
        (("Complaint", None, None), Failure.COMPLAINED),
        (("Complaint", None, "OnAccountSuppressionList"), Failure.SUPPRESSED),
        (("Delivery", None, None), None),
    ],
)
def test_what_an_event_says_of_the_address(event: tuple[str, str | None, str | None], failure: Failure | None) -> None:
    assert failure_of(*event) is failure
