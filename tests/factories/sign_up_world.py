"""Everything that a sign-up touches, in memory."""

from __future__ import annotations

import re

from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.accounts.use_cases.ask_guardian import AskGuardian
from allmytracks.accounts.use_cases.consent_as_guardian import ConsentAsGuardian
from allmytracks.accounts.use_cases.sign_in import SignIn
from allmytracks.accounts.use_cases.sign_up import SignUp, SignUpRequest
from allmytracks.accounts.use_cases.verify_account import VerifyAccount
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.publishing.ports import Publication
from tests.factories.accounts import agreement_publication
from tests.factories.instants import NOW, PUBLISHED_AT
from tests.fakes.accounts import MemoryAccounts, MemoryAddresses, MemoryGuardianConsents, MemoryIdentity
from tests.fakes.foundation import FixedClock, MemoryClientCounters, MemoryMailer
from tests.fakes.publishing import MemoryPublications

PASSWORD = "Correct4horse battery"
REQUEST = SignUpRequest(
    email="Ada@Example.org",
    password=PASSWORD,
    accept=[Accepted("user-agreement", "2026-11-01"), Accepted("privacy-policy", "2026-11-01")],
    source_ip="192.0.2.7",
)


class World:
    """Everything that signing up touches, in memory."""

    def __init__(self) -> None:
        self.identity, self.accounts, self.mailer = MemoryIdentity(), MemoryAccounts(), MemoryMailer()
        self.addresses = MemoryAddresses(self.accounts)
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
            guardian_consents=self.consents,
            publications=self.publications,
            mailer=self.mailer,
            throttle=self.throttle,
            clock=self.clock,
            ids=RandomIds(),
            site_url="https://site.example",
        )
        self.verify = VerifyAccount(self.identity, self.accounts, self.addresses, self.throttle, self.clock)
        self.sign_in = SignIn(self.identity, self.accounts, self.addresses, self.throttle, self.clock)
        self.ask_guardian = AskGuardian(
            self.accounts, self.consents, self.mailer, self.throttle, self.clock, RandomIds(), "https://site.example"
        )
        self.consent = ConsentAsGuardian(self.consents, self.accounts, self.addresses, self.clock)

    def code(self, email: str = "ada@example.org", digits: int = 6) -> str:
        """The code of so many digits that was written to the address last."""
        found = [
            code.group()
            for mail in self.mailer.sent
            if mail.to == email and (code := re.search(rf"\b\d{{{digits}}}\b", mail.text))
        ]
        return found[-1]
