"""Sign-up, passwords, sessions and freezing on the real tables' adapters, with calls that fail as planned.

The identity service, the mail service and the event bus are fakes whose calls are counted and fail like the tables'.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.dynamodb_addresses import DynamoAddresses
from allmytracks.accounts.dynamodb_codes import DynamoEmailedCodes
from allmytracks.accounts.dynamodb_deadlines import DynamoDeadlines
from allmytracks.accounts.dynamodb_embargoes import DynamoEmbargoes
from allmytracks.accounts.dynamodb_guardian_consents import DynamoGuardianConsents
from allmytracks.accounts.dynamodb_sessions import DynamoSessions
from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.accounts.rules_sessions import Session
from allmytracks.accounts.use_cases.change_password import ChangePassword
from allmytracks.accounts.use_cases.end_sessions import EndSessions
from allmytracks.accounts.use_cases.reset_password import AskPasswordReset, ResetPassword
from allmytracks.accounts.use_cases.send_code_again import SendCodeAgain
from allmytracks.accounts.use_cases.sign_up import SignUp, SignUpRequest
from allmytracks.accounts.use_cases.verify_account import VerifyAccount
from allmytracks.enforcement.dynamodb_guardians import DynamoGuardianAnswers
from allmytracks.enforcement.dynamodb_standings import DynamoStandings
from allmytracks.enforcement.use_cases.answer_as_guardian import AnswerAsGuardian
from allmytracks.enforcement.use_cases.freeze_account import AskFreezeCode, FreezeAccount
from allmytracks.enforcement.use_cases.take_measure import TakeMeasure
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.aws.tables import Table
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.foundation.throttling.dynamodb import UncountedClients
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.publishing.ports import Publication
from tests.factories.accounts import agreement_publication
from tests.factories.instants import NOW, PUBLISHED_AT
from tests.fakes.accounts import MemoryIdentity
from tests.fakes.foundation import CountedIds, FixedClock, MemoryAuditLog, MemoryEvents, MemoryMailer
from tests.fakes.publishing import MemoryPublications
from tests.faults.injector import Fault, FaultInjector, Killed, Kind, Moment, no_faults

PASSWORD = "Correct4horse battery"
# A process that ends before or after a call took effect; answers that are lost are as the latter for who repeats.
FAULTS = [Fault(Kind.KILLED, Moment.BEFORE), Fault(Kind.KILLED, Moment.AFTER)]


class Fallible:
    """A fake whose calls fail with the tables'."""

    def __init__(self, inner: object, injector: FaultInjector) -> None:
        self._inner, self._injector = inner, injector

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        return lambda *given, **named: self._injector.send(name, lambda: method(*given, **named))


class AccessDesk:
    """The use cases, on tables of their own."""

    def __init__(self, accounts: Table, counters: Table) -> None:
        self.clock, throttle = FixedClock(NOW), Throttle(UncountedClients, FixedClock(NOW))
        self.users, self.mail, self.bus = MemoryIdentity(), MemoryMailer(), MemoryEvents()
        # Before the adapters, which keep the client's transport.
        self.injector = FaultInjector(accounts.client)
        identity: Any = Fallible(self.users, self.injector)
        mailer: Any = Fallible(self.mail, self.injector)
        events: Any = Fallible(self.bus, self.injector)
        self.accounts, self.addresses = DynamoAccounts(accounts), DynamoAddresses(accounts)
        self.sessions, self.codes = DynamoSessions(accounts), DynamoEmailedCodes(accounts)
        self.standings = DynamoStandings(counters, accounts)
        deadlines, embargoes = DynamoDeadlines(accounts), DynamoEmbargoes(accounts, lambda: "key")
        guardians, clock, ids, site = DynamoGuardianConsents(accounts), self.clock, RandomIds(), "https://site.example"
        agreements = [agreement_publication("user-agreement"), agreement_publication("privacy-policy")]
        names = Publication("name-rules", "v1", PUBLISHED_AT, {"prohibited": []})
        publications = MemoryPublications([*agreements, names])
        self.sign_up = SignUp(
            identity=identity,
            accounts=self.accounts,
            addresses=self.addresses,
            embargoes=embargoes,
            guardian_consents=guardians,
            publications=publications,
            mailer=mailer,
            throttle=throttle,
            clock=clock,
            ids=ids,
            site_url=site,
        )
        self.verify = VerifyAccount(identity, self.accounts, self.addresses, embargoes, deadlines, throttle, clock)
        self.send_code_again = SendCodeAgain(self.addresses, mailer, throttle, clock, ids, site)
        self.ask_reset = AskPasswordReset(self.addresses, self.codes, mailer, throttle, clock, ids, site)
        self.reset = ResetPassword(identity, self.addresses, self.sessions, self.codes, events, throttle, clock)
        self.change = ChangePassword(identity, self.accounts, self.sessions, events, throttle, clock)
        self.end_sessions = EndSessions(identity, self.sessions, clock)
        self.ask_freeze = AskFreezeCode(self.accounts, self.codes, mailer, throttle, clock, ids)
        self.freeze = FreezeAccount(self.accounts, self.standings, identity, self.codes, events, throttle, clock)
        audit = Audit(MemoryAuditLog(), clock, CountedIds())
        self.measure = TakeMeasure(self.accounts, self.standings, events, audit, clock)
        answers = DynamoGuardianAnswers(counters, accounts)
        self.answer = AnswerAsGuardian(guardians, answers, self.accounts, self.addresses, publications, clock)

    def request(self, email: str, **changes: Any) -> SignUpRequest:
        """A sign-up of an adult, or as `changes` say."""
        accept = [Accepted("user-agreement", "2026-11-01"), Accepted("privacy-policy", "2026-11-01")]
        return replace(SignUpRequest(email=email, password=PASSWORD, accept=accept, source_ip="192.0.2.7"), **changes)

    def last_code(self, email: str) -> str:
        """The code of the last mail to an address that has one."""
        codes = [code for mail in self.mail.sent if mail.to == email for code in re.findall(r"\b\d{6,8}\b", mail.text)]
        return str(codes[-1])

    def member(self, email: str) -> tuple[str, str]:
        """An active account with a session; returns its id and user name."""
        self.sign_up(self.request(email))
        self.verify(email, self.last_code(email), PASSWORD)
        owner = self.addresses.get(email, self.clock.now()).owner
        assert owner is not None
        self.open_session(owner.account_id, email)
        return owner.account_id, owner.user_name

    def open_session(self, account_id: str, email: str, session_id: str = "session") -> None:
        at = self.clock.now()
        self.sessions.open(account_id, Session(f"{session_id} of {email}", at, at, "192.0.2.0/24", "test"))
        self.clock.advance(seconds=1)

    def signs_in(self, user_name: str, password: str) -> bool:
        user = self.users.users.get(user_name)
        return user is not None and user.confirmed and user.password == password

    def until_done(
        self, act: Callable[[], object], fault: Fault, failing: int, done: type[Exception] | tuple[()] = ()
    ) -> bool:
        """Repeats an act, as clients do, whose call of this number fails; returns whether there is such a call.

        `done` is how a repetition is refused where the act took effect although it failed.
        """
        self.injector.expect(lambda n, _operation: fault if n == failing else None)
        for attempt in range(6):
            try:
                act()
            except (Unavailable, Killed):
                self.clock.advance(seconds=1)
                continue
            except done:
                if not attempt:
                    raise
            reached = len(self.injector.sent) > failing
            self.injector.expect(no_faults)
            return reached
        pytest.fail("it never ended")
