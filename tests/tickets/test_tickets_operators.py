"""Operators work tickets, by the operators' API and by the command line; members get their answers as notices."""

from __future__ import annotations

import json

import pytest

from allmytracks import wiring
from allmytracks.foundation.throttling.dynamodb import UncountedClients
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.tickets.events import TicketAnswered
from allmytracks.tickets.rules import TicketStatus
from tests.factories.operators import ACCOUNT, Api, Backend, Run
from tests.factories.tickets import QUESTION, TicketWorld, a_file, a_ticket
from tests.fakes.wiring import put

NUMBER = "/tickets/{number}"


@pytest.fixture
def world(backend: Backend) -> TicketWorld:
    """The member's side of the same backend."""
    made = TicketWorld(clock=backend.clock, accounts=backend.accounts, events=backend.events)
    put(wiring.services(), made.parts())
    throttle = Throttle(UncountedClients, made.clock)
    put(wiring.services(), {"foundation.mailer": made.mailer, "foundation.throttle": throttle})
    return made


@pytest.mark.clause("P-15days")
def test_an_answer_goes_out_as_one_notice(backend: Backend, api: Api, world: TicketWorld) -> None:
    number = world.ask(QUESTION)[1]["number"]
    body = {"text": "On your page of orders."}
    code, answered = api("POST", f"{NUMBER}/answers", body, number=number)
    assert (code, answered["status"], answered["account_id"]) == (201, "answered", "acc-1")
    backend.clock.advance(hours=1)
    assert api("POST", f"{NUMBER}/answers", body, number=number) == (201, answered)
    (message,) = world.tickets.get(number).messages[1:]
    assert (message.text, message.by) == ("On your page of orders.", "arn:aws:iam::123456789012:user/ada")
    assert backend.events.published == [TicketAnswered("acc-1", number, message.id)] * 2
    assert world.deliver() == 0
    (mail,) = world.mailer.sent
    assert (mail.to, number in mail.subject, "On your page of orders." in mail.text) == (ACCOUNT.email, True, True)
    assert backend.acts == [("ticket_answered", number)] * 2
    again = {"text": "And once more."}
    assert api("POST", f"{NUMBER}/answers", again, number=number)[0] == 201
    assert world.deliver() == 0
    assert len(world.mailer.sent) == 2
    members = world.look(number)[1]
    assert [each["author"] for each in members["messages"]] == ["member", "operator", "operator"]
    assert "arn:" not in json.dumps(members), "who of us wrote it is not the member's matter"


@pytest.mark.clause("P-15days")
def test_what_is_due_and_overdue_is_listed(backend: Backend, run: Run, world: TicketWorld) -> None:
    for place in range(3):
        world.ask({**QUESTION, "subject": f"Number {place}"})
        backend.clock.advance(days=4)
    # Due after 15, 19 and 23 days; now is day 12.

    def listed(*words: str) -> list[str]:
        done = run("tickets", "list", *words, "--json")
        assert done.exit_code == 0, done.output
        return [each["subject"] for each in json.loads(done.stdout)]

    assert listed() == ["Number 0", "Number 1", "Number 2"]
    assert listed("--due") == ["Number 0"]
    assert listed("--overdue") == []
    backend.clock.advance(days=6)
    assert (listed("--due"), listed("--overdue")) == (["Number 1", "Number 2"], ["Number 0"])
    assert world.tickets.overdue(backend.clock.now()) == 1
    assert listed("--status", "answered") == []
    assert run("tickets", "list", "--due", "--overdue").exit_code == 2


def test_the_command_line_shows_answers_and_closes(backend: Backend, run: Run, world: TicketWorld) -> None:
    number = world.ask({**QUESTION, "attachments": [a_file()]})[1]["number"]
    assert "Where do I find it?" in run("tickets", "show", number).output
    assert run("tickets", "file", number, "1").exit_code == 3
    done = run("tickets", "answer", number, "--text", "Which one?", "--asks")
    assert done.exit_code == 0, done.output
    assert world.tickets.get(number).status is TicketStatus.WAITING_FOR_MEMBER
    assert "settled" in run("tickets", "close", number, "--reason", "spite").output
    assert run("tickets", "close", number, "--reason", "no_reply").exit_code == 0
    assert run("tickets", "close", number, "--reason", "no_reply").exit_code == 0
    assert run("tickets", "close", number, "--reason", "abuse").exit_code == 3
    assert world.tickets.get(number).status is TicketStatus.CLOSED
    assert run("tickets", "answer", number, "--text", "Late").exit_code == 3
    assert world.ask({"text": "But"}, number=number)[1]["code"] == "ticket_closed"
    assert [(act.name, act.reason) for act in backend.audit_log.acts] == [
        ("ticket_looked_up", None),
        ("ticket_file_opened", None),
        ("ticket_question_sent", None),
        ("ticket_closed", "no_reply"),
        ("ticket_closed", "no_reply"),
        ("ticket_closed", "abuse"),
        ("ticket_answered", None),
    ]


@pytest.mark.clause("P-15days")
def test_a_late_answer_is_on_record(backend: Backend, api: Api, world: TicketWorld) -> None:
    number = world.ask(QUESTION)[1]["number"]
    backend.clock.advance(days=15)
    assert api("POST", f"{NUMBER}/answers", {"text": "Sorry."}, number=number)[1]["late_answers"] == 1


def test_who_did_not_sign_in_gets_the_answer_by_mail(backend: Backend, api: Api, world: TicketWorld) -> None:
    ticket = world.tickets.add(a_ticket(account_id=None, email="eve@example.org", concerns="acc-1"))
    assert api("POST", f"{NUMBER}/answers", {"text": "Send documents."}, number=ticket.number)[0] == 201
    assert world.deliver() == 0
    assert [each.to for each in world.mailer.sent] == ["eve@example.org"]
    assert world.list()[1]["items"] == [], "a stranger's request about an account is not shown to its member"
    assert backend.acts == [("ticket_answered", ticket.number)]


def test_what_is_not_there_is_refused(api: Api, world: TicketWorld) -> None:
    assert world.tickets.stored == {}
    assert api("GET", NUMBER, number="T-0000-0000-0000")[1]["code"] == "ticket_not_found"
    assert api("GET", NUMBER, number="nonsense")[1]["code"] == "ticket_not_found"
    assert api("POST", f"{NUMBER}/answers", {"text": "x"}, number="T-0000-0000-0000")[0] == 404
    assert api("POST", f"{NUMBER}/closing", {"reason": "settled"}, number="T-0000-0000-0000")[0] == 404
