"""Operators record disclosures of members' data; the member sees each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from allmytracks.foundation.instants import rfc3339
from functions.list_disclosures.handler import handle
from tests.factories.catalogue import NOW
from tests.factories.operators import ACCOUNT, Api, Backend, Run

DISCLOSURES = "/accounts/{account_id}/disclosures"
EVENT = json.loads(Path("events/list_disclosures/get-account-disclosures.json").read_text())
OWNER: str = EVENT["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]
BODY = {
    "at": "2026-01-02T10:00:00Z",
    "to": " The  police ",
    "what": "name, e-mail address",
    "why": "Order 7/2026",
    "basis": "authority",
}


@pytest.fixture
def owner(backend: Backend) -> str:
    backend.accounts.add(replace(ACCOUNT, id=OWNER), [])
    return OWNER


@pytest.mark.clause("U-V.privacy")
@pytest.mark.usefixtures("member")
def test_the_member_sees_what_was_disclosed_of_their_own_data(backend: Backend, api: Api, owner: str) -> None:
    code, record = api("POST", DISCLOSURES, BODY, account_id=owner)
    assert code == 201
    backend.clock.advance(days=1)
    assert api("POST", DISCLOSURES, BODY, account_id=owner) == (200, record)
    api("POST", DISCLOSURES, BODY, account_id="acc-1")
    shown = {**BODY, "at": "2026-01-02T10:00:00.000Z", "to": "The police"}
    assert json.loads(str(handle(EVENT, None)["body"])) == {"items": [shown]}
    assert record == {
        **shown,
        "disclosure_id": record["disclosure_id"],
        "account_id": owner,
        "recorded_by": "arn:aws:iam::123456789012:user/ada",
        "recorded_at": rfc3339(NOW),
    }
    assert api("GET", DISCLOSURES, account_id=owner)[1]["items"] == [record]
    assert [(act.name, act.subject, act.reason) for act in backend.audit_log.acts] == [
        ("disclosure_recorded", owner, "authority"),
        ("disclosure_recorded", owner, "authority"),
        ("disclosure_recorded", "acc-1", "authority"),
        ("disclosures_listed", owner, None),
    ]


@pytest.mark.clause("U-V.privacy")
@pytest.mark.usefixtures("member")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"basis": "curiosity"}, "basis"),
        ({"to": " "}, "to"),
        ({"what": ""}, "what"),
        ({"why": "x" * 1001}, "why"),
        ({"at": "2126-01-01T00:00:00Z"}, "at"),
        ({"at": "2026-01-01T00:00:00"}, "at"),
    ],
)
def test_there_is_no_disclosure_without_a_ground_of_the_agreement(
    backend: Backend, api: Api, change: dict[str, str], field: str
) -> None:
    code, problem = api("POST", DISCLOSURES, {**BODY, **change}, account_id="acc-1")
    assert (code, [each["field"] for each in problem["errors"]]) == (422, [field])
    assert (backend.disclosures.stored, backend.acts) == ({}, [])


def test_an_unknown_account_has_none(api: Api) -> None:
    assert api("POST", DISCLOSURES, BODY, account_id="acc-9")[1]["code"] == "account_not_found"
    assert api("GET", DISCLOSURES, account_id="acc-9")[1]["code"] == "account_not_found"


@pytest.mark.usefixtures("member")
def test_the_command_records_and_lists(backend: Backend, run: Run) -> None:
    words = ("disclosures", "record", "acc-1", "--to", "A court", "--what", "name", "--why", "an order")
    done = run(*words, "--basis", "law", "--at", "2026-01-02T10:00:00", "--yes")
    assert done.exit_code == 0, done.output
    assert run(*words, "--basis", "spite", "--yes").exit_code == 2
    (recorded,) = backend.disclosures.stored.values()
    assert rfc3339(recorded.disclosure.at) == "2026-01-02T10:00:00.000Z"
    assert "A court" in run("disclosures", "list", "acc-1").output
