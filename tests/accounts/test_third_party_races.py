"""New accounts by another provider's login: many at once on the real DynamoDB Local, and with each call failing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.dynamodb_addresses import DynamoAddresses
from allmytracks.accounts.dynamodb_deadlines import DynamoDeadlines
from allmytracks.accounts.dynamodb_embargoes import DynamoEmbargoes
from allmytracks.accounts.dynamodb_guardian_consents import DynamoGuardianConsents
from allmytracks.accounts.dynamodb_sessions import DynamoSessions
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.third_party.dynamodb import DynamoAttempts, DynamoSignInProofs, DynamoThirdPartyLogins
from allmytracks.accounts.third_party.rules import Attempt, ThirdPartyIdentity, ThirdPartyRefused
from allmytracks.accounts.third_party.use_cases.sign_in import OpenLinkedSession
from allmytracks.accounts.third_party.use_cases.sign_up import SignUpByThirdParty
from allmytracks.foundation.aws.tables import Table
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.foundation.throttling.dynamodb import UncountedClients
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.publishing.ports import Publication
from tests.factories.accounts import agreement_publication
from tests.factories.instants import NOW, PUBLISHED_AT
from tests.factories.sign_up_world import HOME, REQUEST
from tests.fakes.accounts import MemoryIdentity
from tests.fakes.foundation import FixedClock, MemoryMailer
from tests.fakes.publishing import MemoryPublications

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("U-II.II.2.third")]
THREADS, EMAIL = 32, "ada@example.org"
DECLARED = replace(REQUEST, email="", password="")
PERSON = ThirdPartyIdentity("https://login.example", "sub-ada", EMAIL, email_verified=True)
VISIT = Attempt("visit_1", "state", "nonce", "verifier", NOW + timedelta(minutes=15), identity=PERSON)


class Fault:
    """Makes the call of a number fail, before or after it took effect; 0 for none."""

    def __init__(self) -> None:
        self.calls, self.fails, self.after = 0, 0, False

    def arm(self, number: int, *, after: bool) -> None:
        self.calls, self.fails, self.after = 0, number, after


@dataclass
class Failing:
    """A port whose calls pass the fault."""

    inner: Any
    fault: Fault

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self.inner, name)

        def passed(*args: Any, **named: Any) -> Any:
            self.fault.calls += 1
            hit = self.fault.calls == self.fault.fails
            if hit and not self.fault.after:
                raise Unavailable
            answer = call(*args, **named)
            if hit:
                raise Unavailable
            return answer

        return passed


class Desk:
    """The use cases on the table's real adapters; the identity service is the fake."""

    def __init__(self, table: Table) -> None:
        clock, ids, self.fault = FixedClock(NOW), RandomIds(), Fault()
        self.identity = MemoryIdentity()
        self.accounts, self.addresses = DynamoAccounts(table), DynamoAddresses(table)
        self.logins, self.attempts = DynamoThirdPartyLogins(table), DynamoAttempts(table)
        proofs = DynamoSignInProofs(table)
        self.identity.redeem = lambda name, proof: proofs.redeem(name, proof, NOW)
        publications = MemoryPublications(
            [
                agreement_publication("user-agreement"),
                agreement_publication("privacy-policy"),
                Publication("name-rules", "v1", PUBLISHED_AT, {"prohibited": []}),
            ]
        )

        def failing(port: object) -> Any:
            return Failing(port, self.fault)

        self.sign_up = SignUpByThirdParty(
            identity=failing(self.identity),
            accounts=failing(self.accounts),
            addresses=failing(self.addresses),
            embargoes=failing(DynamoEmbargoes(table, lambda: "key")),
            deadlines=failing(DynamoDeadlines(table)),
            guardian_consents=DynamoGuardianConsents(table),
            logins=failing(self.logins),
            attempts=failing(self.attempts),
            open_linked=OpenLinkedSession(
                identity=failing(self.identity),
                accounts=failing(self.accounts),
                sessions=failing(DynamoSessions(table)),
                proofs=failing(proofs),
                clock=clock,
                ids=ids,
            ),
            publications=publications,
            mailer=MemoryMailer(),
            throttle=Throttle(UncountedClients, clock),
            clock=clock,
            ids=ids,
            site_url="https://site.example",
        )

    def tries(self) -> str | None:
        """The account that a request opened; None where it was refused or failed."""
        try:
            return self.sign_up(VISIT.sign_in_id, DECLARED, HOME).account_id
        except (ThirdPartyRefused, Unavailable):
            return None

    def require_one_account(self) -> str:
        """Address and login are one active account's."""
        login, owner = self.logins.get(PERSON.issuer, PERSON.subject), self.addresses.get(EMAIL, NOW).owner
        assert login is not None
        assert owner is not None
        assert (owner.account_id, owner.user_name) == (login.account_id, login.user_name)
        assert self.accounts.get(owner.account_id).status is AccountStatus.ACTIVE
        assert len(self.accounts.acceptances(owner.account_id)) == 2
        return owner.account_id


@pytest.fixture
def desk(accounts_table: Table) -> Desk:
    made = Desk(accounts_table)
    made.attempts.put(VISIT)
    return made


def test_of_many_at_once_one_account_is_made(desk: Desk) -> None:
    with ThreadPoolExecutor(THREADS) as threads:
        opened = list(threads.map(lambda _: desk.tries(), range(THREADS)))
    if not any(opened):  # each was in the way of another
        desk.attempts.put(VISIT)
        opened = [desk.tries()]
    account_id = desk.require_one_account()
    assert set(opened) - {None} == {account_id}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_at_any_call_is_repaired_by_the_next_attempt(accounts_table: Table, after: bool) -> None:  # noqa: FBT001 - a parameter
    whole = Desk(accounts_table)
    person = replace(PERSON, subject="whole", email="whole@example.org")
    whole.attempts.put(replace(VISIT, sign_in_id="visit_whole", identity=person))
    whole.sign_up("visit_whole", DECLARED, HOME)
    assert whole.fault.calls > 12
    for number in range(1, whole.fault.calls + 1):
        desk = Desk(accounts_table)
        subject = f"{number}-{after}".lower()
        person = replace(PERSON, subject=subject, email=f"{subject}@example.org")
        visit = replace(VISIT, sign_in_id=f"visit_{subject}", identity=person)
        desk.attempts.put(visit)
        desk.fault.arm(number, after=after)
        with pytest.raises(Unavailable):
            desk.sign_up(visit.sign_in_id, DECLARED, HOME)
        desk.fault.arm(0, after=False)
        desk.attempts.put(visit)  # the member comes back from the provider again
        opened = desk.sign_up(visit.sign_in_id, DECLARED, HOME).account_id
        login, owner = desk.logins.get(person.issuer, subject), desk.addresses.get(person.email or "", NOW).owner
        assert login is not None
        assert owner is not None
        assert login.account_id == owner.account_id == opened, number
        assert desk.accounts.get(opened).status is AccountStatus.ACTIVE
