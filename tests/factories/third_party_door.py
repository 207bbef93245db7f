"""Members who come from another provider, with everything in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec.structs import replace

from allmytracks.accounts.ports import Tokens
from allmytracks.accounts.third_party.rules import (
    ThirdPartyIdentity,
)
from allmytracks.accounts.third_party.use_cases.begin import BeginThirdParty
from allmytracks.accounts.third_party.use_cases.keep_logins import KeepThirdPartyLogins
from allmytracks.accounts.third_party.use_cases.redeem_proof import RedeemProof
from allmytracks.accounts.third_party.use_cases.sign_in import OpenLinkedSession, Return, SignInByThirdParty
from allmytracks.accounts.third_party.use_cases.sign_up import SignUpByThirdParty
from allmytracks.foundation.system_time_and_ids import RandomIds
from tests.factories.sign_up_world import HOME, REQUEST, World
from tests.fakes.third_party import MemoryAttempts, MemorySignInProofs, MemoryThirdParty

ISSUER, ADA = "https://login.example", "ada@example.org"


DECLARED = replace(REQUEST, email="", password="", country="HK")


@dataclass
class Door:
    """Members who come from another provider, with everything in memory."""

    world: World = field(default_factory=World)
    attempts: MemoryAttempts = field(default_factory=MemoryAttempts)
    proofs: MemorySignInProofs = field(default_factory=MemorySignInProofs)
    provider: MemoryThirdParty = field(default_factory=MemoryThirdParty)

    def __post_init__(self) -> None:
        world, ids = self.world, RandomIds()
        self.logins = world.addresses.logins
        world.identity.redeem = RedeemProof(self.proofs, world.clock)
        self.provider.people["ada"] = ThirdPartyIdentity(ISSUER, "sub-ada", "Ada@Example.org", email_verified=True)
        self.begin = BeginThirdParty(world.accounts, self.provider, self.attempts, world.clock, ids)
        returned = Return(self.provider, self.attempts, world.clock)
        opened = OpenLinkedSession(world.identity, world.accounts, world.sessions, self.proofs, world.clock, ids)
        self.sign_in = SignInByThirdParty(returned, self.attempts, self.logins, opened)
        self.sign_up = SignUpByThirdParty(
            identity=world.identity,
            accounts=world.accounts,
            addresses=world.addresses,
            embargoes=world.embargoes,
            deadlines=world.deadlines,
            guardian_consents=world.consents,
            logins=self.logins,
            attempts=self.attempts,
            open_linked=opened,
            publications=world.publications,
            mailer=world.mailer,
            throttle=world.throttle,
            clock=world.clock,
            ids=ids,
            site_url="https://site.example",
        )
        self.keep = KeepThirdPartyLogins(returned, world.accounts, self.logins, world.events, world.clock)

    def come_back(self, person: str = "ada") -> tuple[str, Tokens | ThirdPartyIdentity]:
        """A visit, and what it opens; the first of them names the visit."""
        visit = self.begin().sign_in_id
        return visit, self.sign_in(visit, self.attempts.stored[visit].state, person, HOME)

    def join(self, person: str = "ada") -> Tokens:
        """A new account of a person."""
        visit, _ = self.come_back(person)
        return self.sign_up(visit, DECLARED, HOME)

    def link(self, account_id: str, user_name: str, person: str = "ada") -> None:
        """A member links a person's login."""
        visit = self.begin(account_id, user_name).sign_in_id
        self.keep.link(account_id, visit, self.attempts.stored[visit].state, person)
