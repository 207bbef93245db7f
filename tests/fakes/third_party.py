"""In-memory fakes: logins of other providers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from allmytracks.accounts.third_party.rules import Attempt, ThirdPartyIdentity, ThirdPartyLogin, refused


@dataclass
class MemoryThirdPartyLogins:
    """Links in memory."""

    linked: dict[tuple[str, str], ThirdPartyLogin] = field(default_factory=dict)

    def get(self, issuer: str, subject: str) -> ThirdPartyLogin | None:
        return self.linked.get((issuer, subject))

    def of(self, account_id: str) -> Sequence[ThirdPartyLogin]:
        found = [each for each in self.linked.values() if each.account_id == account_id]
        return sorted(found, key=lambda each: each.linked_at)

    def free(self, login: ThirdPartyLogin) -> bool:
        """Whether no other account has it."""
        kept = self.get(login.issuer, login.subject)
        return kept is None or kept.account_id == login.account_id

    def link(self, login: ThirdPartyLogin) -> bool:
        if not self.free(login):
            return False
        self.linked.setdefault((login.issuer, login.subject), login)
        return True

    def unlink(self, login: ThirdPartyLogin) -> None:
        if self.free(login):
            self.linked.pop((login.issuer, login.subject), None)


@dataclass
class MemoryAttempts:
    """Visits in memory."""

    stored: dict[str, Attempt] = field(default_factory=dict)

    def put(self, attempt: Attempt) -> None:
        self.stored[attempt.sign_in_id] = attempt

    def get(self, sign_in_id: str, now: datetime) -> Attempt | None:
        found = self.stored.get(sign_in_id)
        return found if found is not None and now < found.until else None

    def take(self, sign_in_id: str, now: datetime) -> Attempt | None:
        found = self.get(sign_in_id, now)
        if found is not None:
            del self.stored[sign_in_id]
        return found


@dataclass
class MemorySignInProofs:
    """Proofs in memory."""

    stored: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def put(self, user_name: str, proof: str, until: datetime) -> None:
        self.stored[user_name, proof] = until

    def redeem(self, user_name: str, proof: str, now: datetime) -> bool:
        until = self.stored.get((user_name, proof))
        if until is None or until <= now:
            return False
        del self.stored[user_name, proof]
        return True


@dataclass
class MemoryThirdParty:
    """A provider whose codes are the persons' names; what it says of each is in `people`."""

    people: dict[str, ThirdPartyIdentity] = field(default_factory=dict)
    issuer: str = "https://login.example"

    def address(self, attempt: Attempt) -> str:
        return f"{self.issuer}/authorize?state={attempt.state}&nonce={attempt.nonce}"

    def identity(self, attempt: Attempt, code: str) -> ThirdPartyIdentity:
        del attempt
        if code not in self.people:
            raise refused()
        return self.people[code]
