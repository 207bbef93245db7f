"""Everything that a sign-up touches, in memory."""

from __future__ import annotations

import re

from msgspec.structs import replace

from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.accounts.rules_guardians import GuardianDecision
from allmytracks.accounts.rules_sessions import network_of
from allmytracks.accounts.use_cases.ask_guardian import AskGuardian
from allmytracks.accounts.use_cases.change_password import Caller, ChangePassword
from allmytracks.accounts.use_cases.end_sessions import EndSessions
from allmytracks.accounts.use_cases.list_sessions import ListSessions
from allmytracks.accounts.use_cases.refresh_session import RefreshSession
from allmytracks.accounts.use_cases.reset_password import AskPasswordReset, ResetPassword
from allmytracks.accounts.use_cases.send_code_again import SendCodeAgain
from allmytracks.accounts.use_cases.sign_in import Client, SignIn
from allmytracks.accounts.use_cases.sign_up import SignUp, SignUpRequest
from allmytracks.accounts.use_cases.verify_account import VerifyAccount
from allmytracks.enforcement.use_cases.answer_as_guardian import AnswerAsGuardian
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.foundation.throttling.rules import client_at
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.publishing.ports import Publication
from tests.factories.accounts import agreement_publication
from tests.factories.instants import NOW, PUBLISHED_AT
from tests.factories.risky_sign_ins import risk_check
from tests.fakes.accounts import (
    MemoryAccounts,
    MemoryAddresses,
    MemoryDeadlines,
    MemoryEmailedCodes,
    MemoryEmbargoes,
    MemoryGuardianConsents,
    MemoryIdentity,
    MemorySessions,
)
from tests.fakes.enforcement import MemoryGuardianAnswers, MemoryStandings
from tests.fakes.foundation import FixedClock, MemoryClientCounters, MemoryEvents, MemoryMailer
from tests.fakes.publishing import MemoryPublications

PASSWORD = "Correct4horse battery"


def client_of(source_ip: str, device: str = "Home browser") -> Client:
    """A client that signs in from there."""
    return Client(client_at(source_ip), network_of(source_ip), device)


HOME = client_of("192.0.2.7")
REQUEST = SignUpRequest(
    email="Ada@Example.org",
    password=PASSWORD,
    accept=[Accepted("user-agreement", "2026-11-01"), Accepted("privacy-policy", "2026-11-01")],
    source_ip="192.0.2.7",
)
MINOR = replace(REQUEST, minor=True, guardian_email="guardian@example.org")
# What the use cases of signing up call.
PORTS = ("identity", "accounts", "addresses", "mailer")


class World:
    """Everything that signing up touches, in memory."""

    def __init__(self) -> None:
        self.identity, self.accounts, self.mailer = MemoryIdentity(), MemoryAccounts(), MemoryMailer()
        self.addresses = MemoryAddresses(self.accounts)
        self.embargoes, self.deadlines = MemoryEmbargoes(self.addresses), MemoryDeadlines()
        self.standings = MemoryStandings(self.accounts)
        self.consents, self.clock = MemoryGuardianConsents(), FixedClock(NOW)
        self.throttle = Throttle(MemoryClientCounters, self.clock)
        self.publications = MemoryPublications(
            [
                agreement_publication("user-agreement"),
                agreement_publication("privacy-policy"),
                Publication("name-rules", "v1", PUBLISHED_AT, {"prohibited": ["admin"]}),
            ]
        )
        self.sign_up = SignUp(
            identity=self.identity,
            accounts=self.accounts,
            addresses=self.addresses,
            embargoes=self.embargoes,
            guardian_consents=self.consents,
            publications=self.publications,
            mailer=self.mailer,
            throttle=self.throttle,
            clock=self.clock,
            ids=RandomIds(),
            site_url="https://site.example",
        )
        self.verify = VerifyAccount(
            self.identity, self.accounts, self.addresses, self.embargoes, self.deadlines, self.throttle, self.clock
        )
        self.sessions, self.codes, self.events = MemorySessions(self.accounts), MemoryEmailedCodes(), MemoryEvents()
        self.sign_in = SignIn(
            identity=self.identity,
            accounts=self.accounts,
            addresses=self.addresses,
            sessions=self.sessions,
            prove_risky=risk_check(self.sessions, self.throttle, self.clock, self.codes, self.mailer),
            throttle=self.throttle,
            clock=self.clock,
        )
        self.refresh = RefreshSession(self.identity, self.accounts, self.sessions, self.clock)
        self.end_sessions = EndSessions(self.identity, self.sessions, self.clock)
        self.list_sessions = ListSessions(self.accounts, self.sessions, self.clock)
        self.send_code_again = SendCodeAgain(
            self.addresses, self.mailer, self.throttle, self.clock, RandomIds(), "https://site.example"
        )
        self.ask_password_reset = AskPasswordReset(
            addresses=self.addresses,
            codes=self.codes,
            mailer=self.mailer,
            throttle=self.throttle,
            clock=self.clock,
            ids=RandomIds(),
            site_url="https://site.example",
        )
        self.reset_password = ResetPassword(
            identity=self.identity,
            addresses=self.addresses,
            sessions=self.sessions,
            codes=self.codes,
            events=self.events,
            throttle=self.throttle,
            clock=self.clock,
        )
        self.change_password = ChangePassword(
            identity=self.identity,
            accounts=self.accounts,
            sessions=self.sessions,
            events=self.events,
            throttle=self.throttle,
            clock=self.clock,
        )
        self.ask_guardian = AskGuardian(
            accounts=self.accounts,
            guardian_consents=self.consents,
            deadlines=self.deadlines,
            mailer=self.mailer,
            throttle=self.throttle,
            clock=self.clock,
            ids=RandomIds(),
            site_url="https://site.example",
        )
        self.guardian_answers = MemoryGuardianAnswers(self.consents, self.addresses, self.standings, self.deadlines)
        self.answer = AnswerAsGuardian(
            guardian_consents=self.consents,
            answers=self.guardian_answers,
            accounts=self.accounts,
            addresses=self.addresses,
            publications=self.publications,
            clock=self.clock,
        )

    def consent(self, token: str) -> str:
        """A guardian consents."""
        return self.answer(token, GuardianDecision.CONSENTED, "192.0.2.44")

    def code(self, email: str = "ada@example.org", digits: int = 6) -> str:
        """The code of so many digits that was written to the address last."""
        found = [
            code.group()
            for mail in self.mailer.sent
            if mail.to == email and (code := re.search(rf"\b\d{{{digits}}}\b", mail.text))
        ]
        return found[-1]

    def member(self) -> str:
        """A proved account of REQUEST; returns its id."""
        account_id = self.sign_up(REQUEST).account_id
        self.verify("ada@example.org", self.code())
        return account_id

    def session(self, client: Client = HOME) -> tuple[Caller, str]:
        """Signs in; who then asks, and the refresh token."""
        tokens = self.sign_in("ada@example.org", PASSWORD, client)
        user_name = next(name for name, user in self.identity.users.items() if user.account_id == tokens.account_id)
        assert tokens.refresh_token is not None
        return Caller(tokens.account_id, user_name, tokens.session_id), tokens.refresh_token
