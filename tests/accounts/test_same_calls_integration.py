"""No route tells whether an address is known: neither by its answer nor by the calls to AWS that it makes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from allmytracks.accounts.dynamodb_deadlines import DynamoDeadlines
from allmytracks.accounts.dynamodb_embargoes import DynamoEmbargoes
from allmytracks.accounts.dynamodb_guardian_consents import DynamoGuardianConsents
from allmytracks.accounts.rules import WrongCode
from allmytracks.accounts.third_party.dynamodb import DynamoAttempts, DynamoSignInProofs, DynamoThirdPartyLogins
from allmytracks.accounts.third_party.rules import AddressNotProved, ThirdPartyIdentity
from allmytracks.accounts.third_party.use_cases.begin import BeginThirdParty
from allmytracks.accounts.third_party.use_cases.sign_in import OpenLinkedSession, Return, SignInByThirdParty
from allmytracks.accounts.third_party.use_cases.sign_up import SignUpByThirdParty
from allmytracks.foundation.aws.tables import Table
from allmytracks.foundation.errors import DomainError
from allmytracks.foundation.throttling.dynamodb import UncountedClients
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.tickets.dynamodb import DynamoTickets
from allmytracks.tickets.rules import TicketKind
from allmytracks.tickets.use_cases.report_misuse import ReportMisuse
from allmytracks.tickets.use_cases.request_support import RequestSupport, SupportRequest
from tests.factories.access_desk import PASSWORD, AccessDesk
from tests.factories.sign_up_world import HOME
from tests.fakes.third_party import MemoryThirdParty
from tests.fakes.tickets import MemoryAttachmentFiles
from tests.faults.injector import no_faults

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("U-II.II.1")]


class OtherDoor:
    """Sign-in by another provider, which says of a person what the person wrote there."""

    def __init__(self, access: AccessDesk, accounts: Table) -> None:
        self._access, self._provider, self._visits = access, MemoryThirdParty(), DynamoAttempts(accounts)
        sign_up, clock = access.sign_up, access.clock
        logins, proofs = DynamoThirdPartyLogins(accounts), DynamoSignInProofs(accounts)
        access.users.redeem = lambda name, proof: proofs.redeem(name, proof, clock.now())
        opened = OpenLinkedSession(sign_up.identity, access.accounts, access.sessions, proofs, clock, sign_up.ids)
        self._begin = BeginThirdParty(access.accounts, self._provider, self._visits, clock, sign_up.ids)
        returned = Return(self._provider, self._visits, clock)
        self._sign_in = SignInByThirdParty(returned, self._visits, logins, opened)
        self._sign_up = SignUpByThirdParty(
            identity=sign_up.identity,
            accounts=access.accounts,
            addresses=access.addresses,
            embargoes=DynamoEmbargoes(accounts, lambda: "key"),
            deadlines=DynamoDeadlines(accounts),
            guardian_consents=DynamoGuardianConsents(accounts),
            logins=logins,
            attempts=self._visits,
            open_linked=opened,
            publications=sign_up.publications,
            mailer=sign_up.mailer,
            throttle=Throttle(UncountedClients, clock),
            clock=clock,
            ids=sign_up.ids,
            site_url=sign_up.site_url,
        )

    def come_back(self, email: str, *, verified: bool) -> tuple[str, object]:
        """A visit of a person who is new to us: its name, and what is answered."""
        self._provider.people[email] = ThirdPartyIdentity(self._provider.issuer, email, email, email_verified=verified)
        begun = self._begin()
        attempt = self._visits.get(begun.sign_in_id, begun.expires_at - timedelta(minutes=1))
        assert attempt is not None
        return begun.sign_in_id, self._sign_in(begun.sign_in_id, attempt.state, email, HOME)

    def sign_up(self, email: str, *, verified: bool, guardian: str | None = None) -> object:
        """Both steps of a new account."""
        visit, _ = self.come_back(email, verified=verified)
        declared = self._access.request("", minor=guardian is not None, guardian_email=guardian)
        return self._sign_up(visit, declared, HOME)


class Desk:
    """What can be asked of any address without a sign-in."""

    def __init__(self, accounts: Table, counters: Table) -> None:
        access = self.access = AccessDesk(accounts, counters)
        tickets, files = DynamoTickets(accounts), MemoryAttachmentFiles()
        self.ask = RequestSupport(access.addresses, tickets, files, access.clock)
        self.report = ReportMisuse(access.addresses, tickets, files, access.clock)
        self.other_door = OtherDoor(access, accounts)


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
    "another provider's login": lambda desk, email: desk.other_door.come_back(email, verified=True)[1],
    "another provider's account of an address that it did not verify": lambda desk, email: desk.other_door.sign_up(
        email, verified=False
    ),
    "another provider's minor": lambda desk, email: desk.other_door.sign_up(
        f"child-of-{email}", verified=True, guardian=email
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
        except (WrongCode, AddressNotProved) as refused:
            outcome = refused
        seen.append((list(access.injector.sent), shape_of(outcome)))
    assert seen[0][0], "it makes calls"
    assert seen[0] == seen[1] == seen[2]
