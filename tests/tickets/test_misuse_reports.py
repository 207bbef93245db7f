"""Reports of misuse: without a sign-in, each a ticket, and silent about which addresses have an account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_sign_ups import Owner
from allmytracks.foundation.audit.rules import Operator
from allmytracks.tickets.rules import TicketKind, TicketStatus
from allmytracks.tickets.rules_numbers import normal_number
from allmytracks.wiring import install
from functions.keep_tickets.handler import handle
from tests.factories.gateway import call, read
from tests.factories.instants import NOW
from tests.factories.operators import ACCOUNT
from tests.factories.tickets import TicketWorld
from tests.fakes.accounts import MemoryAddresses
from tests.fakes.wiring import put

pytestmark = pytest.mark.clause("U-II.II.2")
ADA = Operator("arn:ada", "192.0.2.7")
TEXT = "Somebody signs in to my account.\nMy invoice is INV-7."


@pytest.fixture
def world() -> Iterator[TicketWorld]:
    made = TicketWorld()
    addresses = MemoryAddresses(made.accounts)
    addresses.prove(
        "ada@example.org", Owner(ACCOUNT.id, "login_1"), ACCOUNT.status, expected=ACCOUNT.status, now=made.clock.now()
    )
    services = made.services()
    put(services, {"accounts.addresses": addresses})
    install(services)
    yield made
    install(None)


def report(email: str, text: str = TEXT) -> tuple[int, dict[str, object]]:
    body = json.dumps({"email": email, "text": text})
    return read(call(handle, "POST /v1/account/misuse-reports", None, body=body))


def test_a_report_is_a_ticket_about_the_account_and_freezes_nothing(world: TicketWorld) -> None:
    status, answer = report(" Ada@Example.ORG ")
    ticket = world.tickets.get(str(answer["ticket_number"]))
    assert status == 202
    assert (ticket.kind, ticket.status) == (TicketKind.OWNERSHIP, TicketStatus.OPEN)
    assert (ticket.account_id, ticket.concerns, ticket.email) == (None, ACCOUNT.id, "ada@example.org")
    assert (ticket.messages[0].text, ticket.due_at) == (TEXT, NOW + timedelta(days=15))
    assert world.accounts.get(ACCOUNT.id).status is AccountStatus.ACTIVE
    assert world.list()[1]["items"] == [], "the writer may not be the member"


def test_no_answer_tells_whether_an_address_has_an_account(world: TicketWorld) -> None:
    known, unknown = report("ada@example.org"), report("eve@example.org")
    assert [known[0], unknown[0]] == [202, 202]
    assert set(known[1]) == set(unknown[1]) == {"ticket_number"}
    assert normal_number(str(unknown[1]["ticket_number"])) == unknown[1]["ticket_number"]
    assert world.tickets.get(str(unknown[1]["ticket_number"])).concerns is None


def test_the_same_report_again_is_the_same_ticket(world: TicketWorld) -> None:
    first = report("ada@example.org")
    world.clock.advance(days=1)
    assert report("ADA@example.org") == first
    assert report("ada@example.org", f"{TEXT}\nAnd today again.") != first
    assert report("eve@example.org") != first


def test_every_wrong_field_is_named_at_once(world: TicketWorld) -> None:
    status, problem = report("nobody", " ")
    assert status == 422
    assert [each["field"] for each in problem["errors"]] == ["email", "text"]  # type: ignore[attr-defined]  # JSON
