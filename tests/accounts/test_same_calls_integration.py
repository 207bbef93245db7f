"""No route tells whether an address is known: neither by its answer nor by the calls to AWS that it makes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from allmytracks.accounts.rules import WrongCode
from allmytracks.foundation.aws.tables import Table
from allmytracks.foundation.errors import DomainError
from allmytracks.tickets.dynamodb import DynamoTickets
from allmytracks.tickets.rules import TicketKind
from allmytracks.tickets.use_cases.report_misuse import ReportMisuse
from allmytracks.tickets.use_cases.request_support import RequestSupport, SupportRequest
from tests.factories.access_desk import PASSWORD, AccessDesk
from tests.fakes.tickets import MemoryAttachmentFiles
from tests.faults.injector import no_faults

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("U-II.II.1")]


class Desk:
    """What can be asked of any address without a sign-in."""

    def __init__(self, accounts: Table, counters: Table) -> None:
        access = self.access = AccessDesk(accounts, counters)
        tickets, files = DynamoTickets(accounts), MemoryAttachmentFiles()
        self.ask = RequestSupport(access.addresses, tickets, files, access.clock)
        self.report = ReportMisuse(access.addresses, tickets, files, access.clock)


ACTS: dict[str, Callable[[Desk, str], object]] = {
    "sign-up": lambda desk, email: desk.access.sign_up(desk.access.request(email)),
    "minor's sign-up": lambda desk, email: desk.access.sign_up(
        desk.access.request(email, minor=True, guardian_email="guardian@example.org")
    ),
    "guardian": lambda desk, email: desk.access.sign_up(
        desk.access.request(f"child-of-{email}", minor=True, guardian_email=email)
    ),
    "code again": lambda desk, email: desk.access.send_code_again(email),
    "wrong code": lambda desk, email: desk.access.verify(email, "12345678", PASSWORD),
    "reset": lambda desk, email: desk.access.ask_reset(email),
    "wrong reset": lambda desk, email: desk.access.reset(email, "12345678", PASSWORD),
    "support": lambda desk, email: desk.ask(SupportRequest(TicketKind.PRIVACY, email, None, "My data", "All of it.")),
    "relative": lambda desk, email: desk.ask(
        SupportRequest(TicketKind.RELATIVE, "heir@example.org", email, "Died", f"Of {email}.")
    ),
    "misuse": lambda desk, email: desk.report(email, "Somebody else signs in."),
}


def shape_of(outcome: object) -> Any:
    """What an answer says, without what is new in each: ids, numbers."""
    if isinstance(outcome, DomainError):
        return type(outcome), outcome.code, outcome.detail, outcome.extra
    return re.sub(r"(T-[0-9A-Z-]+|[0-9a-f-]{36}|\w+@[\w.]+)", "…", repr(type(outcome)))


@pytest.mark.parametrize("act", ACTS)
def test_the_calls_and_the_answer_are_the_same_whatever_is_known(
    accounts_table: Table, counters_table: Table, act: str
) -> None:
    desk = Desk(accounts_table, counters_table)
    access = desk.access
    access.member("known@example.org")
    access.sign_up(access.request("waiting@example.org"))
    seen = []
    for name in ("known", "waiting", "unknown"):
        access.injector.expect(no_faults)
        try:
            outcome: object = ACTS[act](desk, f"{name}@example.org")
        except WrongCode as refused:
            outcome = refused
        seen.append((list(access.injector.sent), shape_of(outcome)))
    assert seen[0][0], "it makes calls"
    assert seen[0] == seen[1] == seen[2]
