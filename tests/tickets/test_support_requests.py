"""Requests without a sign-in, and the proof of who asks (P-12.identity, P-manage.deceased, P-15days)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_sign_ups import Owner
from allmytracks.foundation.audit.rules import Operator
from allmytracks.notices.use_cases.notify import News
from allmytracks.tickets.rules import ClosingReason, TicketStatus
from allmytracks.tickets.rules_proofs import ProofMeans, ProofReason
from allmytracks.tickets.rules_reviews import NeedsNoProof, NoDocuments
from allmytracks.wiring import install, services
from functions.every_hour_count_overdue_tickets.handler import handle as every_hour
from functions.keep_tickets.handler import handle as keep_tickets
from functions.prove_ownership.handler import handle as prove_ownership
from tests.factories.gateway import call, read
from tests.factories.operators import ACCOUNT
from tests.factories.tickets import PDF, QUESTION, TicketWorld, a_file
from tests.fakes.accounts import MemoryAddresses
from tests.fakes.wiring import put

ADA = Operator("arn:ada", "192.0.2.7")
OWNER = ACCOUNT.email
REQUEST = {"kind": "ownership", "email": OWNER, "subject": "My account", "text": "It is frozen, and it is mine."}
RELATIVE = {
    "kind": "relative",
    "email": "heir@example.org",
    "about": OWNER,
    "subject": "My mother's account",
    "text": "She died in June.",
}


@pytest.fixture
def world() -> Iterator[TicketWorld]:
    made = TicketWorld()
    addresses = MemoryAddresses(made.accounts, {OWNER: Owner(ACCOUNT.id, "login_1")})
    services_ = made.services()
    put(services_, {"accounts.addresses": addresses})
    install(services_)
    yield made
    install(None)


def ask(**changes: object) -> tuple[int, dict[str, Any]]:
    return read(call(keep_tickets, "POST /v1/support-requests", None, body=json.dumps({**REQUEST, **changes})))


def proof(method: str, number: str, **form: str) -> tuple[int, dict[str, Any]]:
    route = {"POST": "POST /v1/tickets/{number}/proof-codes", "PUT": "PUT /v1/tickets/{number}/proof"}[method]
    answer = call(prove_ownership, route, None, pathParameters={"number": number}, body=json.dumps(form))
    return read({"body": "{}", **answer})


def code_in(text: str) -> str:
    (code,) = re.findall(r"\b\d{8}\b", text)
    return str(code)


@pytest.mark.clause("P-12.identity")
def test_the_owner_of_a_frozen_account_proves_it_by_a_code_to_its_address(world: TicketWorld) -> None:
    world.accounts.becomes(ACCOUNT.id, AccountStatus.FROZEN)
    status, opened = ask()
    number = opened["ticket_number"]
    assert (status, world.tickets.get(number).concerns) == (202, ACCOUNT.id)
    assert ask()[1] == opened  # the same again is the same ticket

    assert proof("POST", number, email=OWNER)[0] == 202
    code = code_in(world.mailer.sent[-1].text)
    assert world.mailer.sent[-1].to == OWNER
    assert proof("PUT", number, email=OWNER, code="00000000")[1]["code"] == "wrong_proof_code"
    assert services().tickets.desk.get(number, ADA).proof.means is None  # type: ignore[union-attr]  # a code was asked for
    for _ in range(2):
        assert proof("PUT", number, email=OWNER, code=code)[0] == 204
    kept = services().tickets.desk.get(number, ADA).proof
    assert kept is not None
    assert (kept.means, kept.at) == (ProofMeans.CODE, world.clock.now())
    assert code not in repr(world.tickets.stored)


@pytest.mark.clause("P-12.identity")
def test_a_code_is_valid_for_an_hour_and_for_its_own_request(world: TicketWorld) -> None:
    number, other = ask()[1]["ticket_number"], ask(text="Another request.")[1]["ticket_number"]
    proof("POST", number, email=OWNER)
    code = code_in(world.mailer.sent[-1].text)
    proof("POST", other, email=OWNER)
    assert proof("PUT", other, email=OWNER, code=code)[0] == 422
    world.clock.advance(hours=1)
    assert proof("PUT", number, email=OWNER, code=code)[1]["code"] == "wrong_proof_code"


@pytest.mark.clause("P-12.identity")
def test_a_code_goes_to_nobody_but_the_account_s_address(world: TicketWorld) -> None:
    number = ask(**RELATIVE)[1]["ticket_number"]
    assert proof("POST", number, email=OWNER)[1]["code"] == "ticket_not_found"  # not the address that asked
    assert proof("POST", number, email="heir@example.org")[0] == 202
    (mail,) = world.mailer.sent
    assert (mail.to, re.findall(r"\d{8}", mail.text)) == ("heir@example.org", [])
    # Nor does the code prove anything that was stored for it.
    guesses = [proof("PUT", number, email="heir@example.org", code=f"{each:08d}")[0] for each in range(10)]
    assert guesses == [422] * 10
    for unknown in ("T-0000-0000-0000", "nonsense"):
        assert proof("POST", unknown, email=OWNER)[0] == 404


@pytest.mark.clause("P-12.identity")
@pytest.mark.parametrize("about", [OWNER, "nobody@example.org"])
def test_no_answer_tells_whether_there_is_an_account(world: TicketWorld, about: str) -> None:
    """Neither the request nor its files nor the code: the same answers, the same mails but for the address."""
    status, opened = ask(email="heir@example.org", about=about, attachments=[a_file()])
    assert (status, set(opened)) == (202, {"ticket_number", "due_at", "uploads"})
    (upload,) = opened["uploads"]
    assert f"requests/{opened['ticket_number']}/1" in upload["url"]
    assert ACCOUNT.id not in upload["url"]
    assert proof("POST", opened["ticket_number"], email="heir@example.org")[0] == 202
    assert len(world.mailer.sent) == 1
    number = opened["ticket_number"]
    same = world.mailer.sent[0].text.replace(number, "")
    assert same.startswith("You asked for a code for request .")


@pytest.mark.clause("P-manage.deceased")
def test_a_relative_is_served_after_documents_were_reviewed(world: TicketWorld) -> None:
    opened = ask(**RELATIVE, attachments=[a_file()])[1]
    number, desk = opened["ticket_number"], services().tickets.desk
    with pytest.raises(NoDocuments):
        desk.review(number, ProofReason.DOCUMENTS_REVIEWED, ADA)
    world.files.stored[f"requests/{number}/1"] = PDF
    assert "requests/" in desk.link(number, "1", ADA).url
    assert desk.review(number, ProofReason.DOCUMENTS_INSUFFICIENT, ADA).proof.refused_for  # type: ignore[union-attr]  # just written
    for _ in range(2):
        found = desk.review(number, ProofReason.DOCUMENTS_REVIEWED, ADA)
    assert found.proof is not None
    assert (found.proof.means, found.proof.refused_for) == (ProofMeans.DOCUMENTS, None)
    desk.answer(number, "We close the account and send you its data.", ADA, asks=False)
    (event,) = world.events.published
    services().tickets.notify(event.name, News("", ticket_number=number, message_id=str(event.detail()["message_id"])))
    assert world.mailer.sent[-1].to == "heir@example.org"


@pytest.mark.clause("P-12.identity")
def test_a_ticket_of_a_signed_in_member_needs_no_proof(world: TicketWorld) -> None:
    number = world.ask(QUESTION)[1]["number"]
    with pytest.raises(NeedsNoProof):
        services().tickets.desk.review(number, ProofReason.DOCUMENTS_REVIEWED, ADA)
    assert proof("POST", number, email=OWNER)[1]["code"] == "ticket_not_found"


def test_a_request_that_was_answered_is_proved_no_more(world: TicketWorld) -> None:
    number = ask()[1]["ticket_number"]
    services().tickets.desk.close(number, ClosingReason.SETTLED, ADA)
    assert proof("POST", number, email=OWNER)[1]["code"] == "ticket_closed"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"kind": "question"}, {"kind"}),
        ({"kind": "guardian", "email": "nobody", "text": ""}, {"text", "email"}),
        ({"about": "nobody", "subject": ""}, {"about", "subject"}),
    ],
)
def test_every_invalid_field_is_named(world: TicketWorld, changes: dict[str, str], fields: set[str]) -> None:
    status, told = ask(**changes)
    assert (status, {each["field"] for each in told["errors"]}) == (422, fields)
    assert world.tickets.stored == {}


@pytest.mark.clause("P-15days")
def test_overdue_tickets_are_counted_every_hour(world: TicketWorld, capsys: pytest.CaptureFixture[str]) -> None:
    number = ask()[1]["ticket_number"]
    ask(text="Another one.")
    every_hour({}, None)
    assert '"TicketsOverdue":[0.0]' in capsys.readouterr().out.replace(" ", "")
    answered = replace(world.tickets.get(number), status=TicketStatus.ANSWERED)
    assert world.tickets.replace(answered)
    world.clock.advance(days=15)
    every_hour({}, None)
    assert '"TicketsOverdue":[1.0]' in capsys.readouterr().out.replace(" ", "")
    assert world.tickets.overdue(world.clock.now() - timedelta(seconds=1)) == 0
