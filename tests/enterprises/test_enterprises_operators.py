"""Operators review letters of authority, by the operators' API and by the command line."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from allmytracks import wiring
from allmytracks.accounts.events import LetterOfAuthorityAccepted, LetterOfAuthorityRefused
from allmytracks.enterprises.rules import AGREEMENTS
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.throttling.dynamodb import UncountedClients
from allmytracks.foundation.throttling.use_cases import Throttle
from tests.factories.accounts import agreement_publication
from tests.factories.enterprises import FORM, EnterpriseWorld
from tests.factories.operators import ACCOUNT, Api, Backend, Run
from tests.factories.tickets import a_file
from tests.fakes.wiring import put

pytestmark = pytest.mark.clause("U-II.III.1.4.consent")
REVIEW = "/accounts/{account_id}/letters-of-authority"
LETTER = f"{REVIEW}/{{letter_id}}"


@pytest.fixture
def world(backend: Backend) -> EnterpriseWorld:
    """The member's side of the same backend."""
    made = EnterpriseWorld(publications=backend.publications)
    backend.accounts.add(ACCOUNT, [])
    for each in AGREEMENTS:
        made.publications.publish(agreement_publication(each))
    throttle = Throttle(UncountedClients, backend.clock)
    put(wiring.services(), {**made.parts(), "tickets.files": made.files, "foundation.throttle": throttle})
    return made


def test_a_letter_is_reviewed_and_the_member_told(backend: Backend, api: Api, world: EnterpriseWorld) -> None:
    world.ask("PUT /v1/account/enterprise", FORM)
    letter_id = world.send()
    named = {"account_id": ACCOUNT.id}
    assert api("GET", "/letters-of-authority")[1]["items"][0]["letter_id"] == letter_id
    shown = api("GET", "/accounts/{account_id}/enterprise", **named)[1]
    assert (shown["company"]["name"], shown["declaration"]["status"]) == ("Analytical Engines Ltd", "given")
    assert shown["letter_of_authority"]["status"] == "in_review"
    assert letter_id in api("GET", LETTER, letter_id=letter_id, **named)[1]["url"]
    code, refused = api("POST", REVIEW, {"letter_id": letter_id, "reason": "not_signed"}, **named)
    due_at = rfc3339(backend.clock.now() + timedelta(days=30))
    assert (code, refused["status"], refused["reason"], refused["due_at"]) == (200, "refused", "not_signed", due_at)
    at = rfc3339(backend.clock.now())
    backend.clock.advance(hours=1)
    assert api("POST", REVIEW, {"letter_id": letter_id, "reason": "not_signed"}, **named) == (200, refused)
    assert backend.events.published == [LetterOfAuthorityRefused(ACCOUNT.id, "not_signed", at, due_at)] * 2
    assert world.enterprise()["letter_of_authority"]["due_at"] == due_at
    another = world.send(b"%PDF-1.7 signed\n%%EOF\n")
    waiting = world.enterprise()["letter_of_authority"]
    assert (waiting["letter_id"], waiting["status"], waiting["due_at"]) == (another, "in_review", due_at)
    code, accepted = api("POST", REVIEW, {"letter_id": another, "reason": "authority_shown"}, **named)
    assert (code, accepted["status"], accepted["due_at"]) == (200, "accepted", None)
    at = rfc3339(backend.clock.now())
    assert backend.events.published[-1] == LetterOfAuthorityAccepted(ACCOUNT.id, "authority_shown", at)
    assert [(act.name, act.reason) for act in backend.audit_log.acts] == [
        ("letters_of_authority_listed", None),
        ("enterprise_looked_up", None),
        ("letter_of_authority_opened", None),
        ("letter_of_authority_reviewed", "not_signed"),
        ("letter_of_authority_reviewed", "not_signed"),
        ("letter_of_authority_reviewed", "authority_shown"),
    ]


def test_only_the_letter_that_was_looked_at_is_reviewed(api: Api, world: EnterpriseWorld) -> None:
    named = {"account_id": ACCOUNT.id}

    def reviewed(letter_id: str) -> str:
        return str(api("POST", REVIEW, {"letter_id": letter_id, "reason": "authority_shown"}, **named)[1].get("code"))

    assert reviewed("loa_1") == "letter_of_authority_not_found"
    announced = world.ask("POST /v1/account/enterprise/letters", a_file())[1]["letter_id"]
    assert reviewed(announced) == "letter_of_authority_not_arrived"
    first = world.send()
    world.send(b"%PDF-1.7 another\n%%EOF\n")
    assert reviewed(first) == "letter_of_authority_not_found", "the member sent another one meanwhile"
    unreadable = world.send(b"no PDF")
    assert reviewed(unreadable) == "letter_of_authority_not_arrived"
    assert api("GET", LETTER, letter_id=unreadable, **named)[0] == 409


def test_by_command_line(backend: Backend, run: Run, world: EnterpriseWorld) -> None:
    letter_id = world.send()
    (row,) = json.loads(run("enterprises", "list", "--json").stdout)
    assert (row["account_id"], row["letter_id"]) == (ACCOUNT.id, letter_id)
    assert "in_review" in run("enterprises", "show", ACCOUNT.id).output
    assert run("enterprises", "letter", ACCOUNT.id, letter_id).exit_code == 0
    assert run("enterprises", "refuse", ACCOUNT.id, letter_id, "--reason", "authority_shown").exit_code == 2
    assert run("enterprises", "refuse", ACCOUNT.id, letter_id, "--reason", "other_company").exit_code == 0
    assert len(json.loads(run("enterprises", "list", "--shelf", "refused", "--json").stdout)) == 1
    assert run("enterprises", "accept", ACCOUNT.id, letter_id).exit_code == 0
    assert len(json.loads(run("enterprises", "list", "--shelf", "accepted", "--json").stdout)) == 1
    assert json.loads(run("enterprises", "list", "--json").stdout) == []
    assert backend.audit_log.acts[-1].name == "letters_of_authority_listed"
