"""In-memory fakes: accounts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from allmytracks.accounts.dynamodb import INDIVIDUAL
from allmytracks.accounts.dynamodb_guardian_consents import link_key
from allmytracks.accounts.ports import AccountFilter, Tokens
from allmytracks.accounts.rules import (
    Acceptance,
    Account,
    AccountKind,
    AccountNotFound,
    AccountStatus,
    NotAnEnterprise,
    WrongCredentials,
    stale,
)
from allmytracks.accounts.rules_billing import Billing, billing_stale
from allmytracks.accounts.rules_codes import CodePurpose
from allmytracks.accounts.rules_deadlines import Deadline, DeadlineKind
from allmytracks.accounts.rules_passwords import require_strong
from allmytracks.accounts.rules_sessions import EndOfSessions, Session
from allmytracks.accounts.rules_sign_ups import AddressRecord, Owner, PendingSignUp, wrong_code
from allmytracks.accounts.third_party.rules import ThirdPartyLogin
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from tests.fakes.third_party import MemoryThirdPartyLogins


@dataclass
class MemoryBillingParticulars:
    """Particulars in memory."""

    stored: dict[str, Billing] = field(default_factory=dict)

    def get(self, account_id: str) -> Billing | None:
        return self.stored.get(account_id)

    def put(self, account_id: str, billing: Billing, replaced: Billing | None = None) -> None:
        self._require(account_id, replaced)
        self.stored[account_id] = billing

    def remove(self, account_id: str, removed: Billing | None = None) -> None:
        self._require(account_id, removed)
        self.stored.pop(account_id, None)

    def _require(self, account_id: str, billing: Billing | None) -> None:
        if billing is not None and self.stored.get(account_id) != billing:
            raise billing_stale()


@dataclass
class MemoryIdentity:
    """Users in memory, by their names."""

    users: dict[str, _User] = field(default_factory=dict)
    # What the user pool's trigger would say.
    redeem: Callable[[str, str], bool] = lambda _user_name, _proof: False

    def sign_up(self, user_name: str, password: str) -> str:
        require_strong("password", password)
        if user_name in self.users:
            raise Unavailable
        account_id = str(uuid.uuid4())
        self.users[user_name] = _User(account_id, password)
        return account_id

    def confirm(self, user_name: str) -> None:
        if user_name not in self.users:
            raise wrong_code()
        self.users[user_name].confirmed = True

    def discard(self, user_name: str) -> None:
        self.users.pop(user_name, None)

    def sign_in(self, user_name: str, password: str) -> Tokens:
        user = self.users.get(user_name)
        if user is None or user.password != password or not user.confirmed:
            raise WrongCredentials("Address or password is wrong, or the address was not proved yet.")
        refresh_token, session_id = uuid.uuid4().hex, str(uuid.uuid4())
        user.refresh_tokens[refresh_token] = session_id
        return Tokens(f"access {user.account_id}", refresh_token, 3600, user.account_id, session_id)

    def sign_in_by_proof(self, user_name: str, proof: str) -> Tokens:
        user = self.users.get(user_name)
        if user is None or not user.confirmed or not self.redeem(user_name, proof):
            raise WrongCredentials("This sign-in could not be completed; begin again.")
        return self.sign_in(user_name, user.password)

    def refresh(self, refresh_token: str) -> Tokens:
        for user in self.users.values():
            if refresh_token in user.refresh_tokens:
                session_id = user.refresh_tokens[refresh_token]
                return Tokens(f"access {user.account_id}", None, 3600, user.account_id, session_id)
        raise WrongCredentials("This session has ended; sign in again.")

    def set_password(self, user_name: str, password: str) -> None:
        require_strong("new_password", password)
        if user_name not in self.users:
            raise Unavailable
        self.users[user_name].password = password

    def sign_out(self, user_name: str) -> None:
        if user_name in self.users:
            self.users[user_name].refresh_tokens.clear()


@dataclass
class _User:
    account_id: str
    password: str
    confirmed: bool = False
    refresh_tokens: dict[str, str] = field(default_factory=dict)


@dataclass
class MemorySessions:
    """Sessions in memory; accounts know when they ended."""

    accounts: MemoryAccounts
    opened: dict[tuple[str, str], Session] = field(default_factory=dict)

    def open(self, account_id: str, session: Session) -> None:
        self.opened[account_id, session.id] = session

    def get(self, account_id: str, session_id: str) -> Session | None:
        return self.opened.get((account_id, session_id))

    def of(self, account_id: str) -> Sequence[Session]:
        found = [each for (owner, _), each in self.opened.items() if owner == account_id]
        return sorted(found, key=lambda each: each.started_at, reverse=True)

    def see(self, account_id: str, session_id: str, now: datetime) -> bool:
        session = self.get(account_id, session_id)
        if session is None:
            return False
        self.opened[account_id, session_id] = replace(session, last_seen_at=now)
        return True

    def end(self, account_id: str, now: datetime, why: EndOfSessions, *, keep: str | None = None) -> None:
        account = self.accounts.get(account_id)
        ended = replace(account, sessions_from=now, sessions_ended_by=why.value, kept_session=keep)
        self.accounts.stored[account_id] = ended


@dataclass
class MemoryEmailedCodes:
    """Codes in memory."""

    stored: dict[tuple[str, CodePurpose], tuple[str, datetime]] = field(default_factory=dict)

    def put(self, email: str, purpose: CodePurpose, code_hash: str, until: datetime) -> None:
        self.stored[email, purpose] = (code_hash, until)

    def get(self, email: str, purpose: CodePurpose, now: datetime) -> str | None:
        code_hash, until = self.stored.get((email, purpose), ("", now))
        return code_hash if now < until else None

    def drop(self, email: str, purpose: CodePurpose, code_hash: str) -> None:
        if self.stored.get((email, purpose), ("",))[0] == code_hash:
            del self.stored[email, purpose]


@dataclass
class MemoryAddresses:
    """Addresses in memory; accounts change their status with them."""

    accounts: MemoryAccounts
    owners: dict[str, Owner] = field(default_factory=dict)
    firsts: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    held: dict[str, dict[str, PendingSignUp]] = field(default_factory=dict)
    logins: MemoryThirdPartyLogins = field(default_factory=MemoryThirdPartyLogins)

    def get(self, email: str, now: datetime) -> AddressRecord:
        pending = [each for each in self.held.get(email, {}).values() if now < each.kept_until]
        return AddressRecord(self.owners.get(email), pending)

    def claim_first(self, email: str, account_id: str, now: datetime, until: datetime) -> bool:
        holder, ends = self.firsts.get(email, (account_id, until))
        if holder != account_id and ends > now:
            return False
        self.firsts[email] = (account_id, until)
        return True

    def hold(self, email: str, sign_up: PendingSignUp) -> None:
        self.held.setdefault(email, {})[sign_up.account_id] = sign_up

    def prove(
        self,
        email: str,
        owner: Owner,
        status: AccountStatus,
        *,
        expected: AccountStatus,
        now: datetime,
        login: ThirdPartyLogin | None = None,
    ) -> bool:
        if self.owners.get(email, owner).account_id != owner.account_id:
            return False
        if login is not None and not self.logins.free(login):
            return False
        if self.accounts.get(owner.account_id).status is not expected:
            return False
        self.accounts.becomes(owner.account_id, status)
        self.accounts.activate(owner.account_id, now)
        self.owners[email] = owner
        self.accounts.kept_until[owner.account_id] = None
        if login is not None:
            self.logins.link(login)
        return True

    def drop(self, email: str, sign_up: PendingSignUp) -> None:
        self.held.get(email, {}).pop(sign_up.account_id, None)


@dataclass
class MemoryEmbargoes:
    """Addresses that rest, in memory; their owners are those of `addresses`."""

    addresses: MemoryAddresses
    resting: dict[str, datetime] = field(default_factory=dict)

    def until(self, email: str, now: datetime) -> datetime | None:
        ends = self.resting.get(email)
        return ends if ends is not None and now < ends else None

    def begin(self, email: str, owner: Owner, until: datetime) -> None:
        if self.addresses.owners.get(email, Owner("", "")).account_id == owner.account_id:
            del self.addresses.owners[email]
            self.resting[email] = until.replace(microsecond=0)


@dataclass
class MemoryReceiptNumbers:
    """Numbers in memory, counted."""

    drawn: dict[str, str] = field(default_factory=dict)

    def of(self, account_id: str) -> str:
        return self.drawn.setdefault(account_id, f"era_{len(self.drawn) + 1}")

    def known(self, account_id: str) -> str | None:
        return self.drawn.get(account_id)


@dataclass
class MemoryGuardianConsents:
    """Links in memory; those of `refusals` were used to refuse."""

    asked: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    refusals: set[str] = field(default_factory=set)

    def ask(self, token: str, account_id: str, expires_at: datetime) -> None:
        self.asked[link_key(token)] = (account_id, expires_at)

    def account_of(self, token: str, now: datetime) -> str | None:
        account_id, expires_at = self.asked.get(link_key(token), (None, now))
        return account_id if now < expires_at else None

    def refused(self, token: str) -> bool:
        return link_key(token) in self.refusals

    def use(self, token: str, *, refuses: bool, only_if: bool) -> bool:
        """Uses a link, once."""
        key = link_key(token)
        if not only_if or key not in self.asked or key in self.refusals:
            return False
        if refuses:
            self.refusals.add(key)
        else:
            del self.asked[key]
        return True


@dataclass
class MemoryDeadlines:
    """Deadlines in memory."""

    stored: dict[tuple[str, DeadlineKind, str], Deadline] = field(default_factory=dict)

    def put(self, deadline: Deadline) -> None:
        self.stored[deadline.account_id, deadline.kind, deadline.reference] = deadline

    def get(self, account_id: str, kind: DeadlineKind, reference: str = "") -> Deadline | None:
        return self.stored.get((account_id, kind, reference))

    def remove(self, deadline: Deadline) -> bool:
        place = (deadline.account_id, deadline.kind, deadline.reference)
        if place in self.stored and self.stored[place].at != deadline.at:
            return False
        self.stored.pop(place, None)
        return True

    def due(self, now: datetime) -> Iterator[Deadline]:
        listed = sorted(self.stored.values(), key=lambda each: (each.at, each.account_id, each.kind, each.reference))
        yield from [each for each in listed if each.at <= now]


@dataclass
class MemoryAccounts:
    """Accounts in memory."""

    stored: dict[str, Account] = field(default_factory=dict)
    evidence: dict[str, dict[tuple[str, str], Acceptance]] = field(default_factory=dict)
    kept_until: dict[str, datetime | None] = field(default_factory=dict)

    def get(self, account_id: str) -> Account:
        if account_id not in self.stored:
            raise AccountNotFound("There is no such account.")
        return self.stored[account_id]

    def page(self, wanted: AccountFilter, *, limit: int, cursor: str | None) -> Page[Account]:
        after = read_cursor(cursor, tuple[KeyPart])[0] if cursor else ""
        found = [each for id_, each in sorted(self.stored.items()) if id_ > after and wanted.fits(each)]
        more = len(found) > limit
        return Page(found[:limit], make_cursor(found[limit - 1].id) if more else None)

    def add(self, account: Account, acceptances: Sequence[Acceptance], kept_until: datetime | None = None) -> None:
        if account.id not in self.stored:
            self.stored[account.id] = account
            self.kept_until[account.id] = kept_until
            self.record_acceptances(account.id, acceptances)

    def use(self, account_id: str, now: datetime) -> None:
        self.stored[account_id] = replace(self.get(account_id), last_used_at=now)

    def becomes(self, account_id: str, status: AccountStatus) -> None:
        """Gives an account a status, as no use case does."""
        self.stored[account_id] = replace(self.get(account_id), status=status)

    def activate(self, account_id: str, now: datetime) -> None:
        """Keeps when the account became active, the first time."""
        account = self.get(account_id)
        if account.status is AccountStatus.ACTIVE and account.activated_at is None:
            self.stored[account_id] = replace(account, activated_at=now)

    def change_particulars(self, account_id: str, changes: Mapping[str, str | None], revision: int | None) -> Account:
        account = self.get(account_id)
        if revision not in {None, account.revision}:
            raise stale()
        named: dict[str, Any] = dict(changes)
        self.stored[account_id] = replace(account, **named, revision=account.revision + 1)
        return self.stored[account_id]

    def authorise_user(self, account_id: str, name: str, now: datetime) -> None:
        account = self.get(account_id)
        if account.kind_at(now) is not AccountKind.ENTERPRISE:
            raise NotAnEnterprise(INDIVIDUAL)
        self.stored[account_id] = replace(account, further_users=account.further_users | {name})

    def mark_publicity(self, account_id: str, *, not_named: bool) -> None:
        self.stored[account_id] = replace(self.get(account_id), not_named=not_named)

    def record_acceptances(self, account_id: str, acceptances: Sequence[Acceptance]) -> None:
        known = self.evidence.setdefault(account_id, {})
        for acceptance in acceptances:
            known.setdefault((acceptance.agreement, acceptance.version), acceptance)

    def acceptances(self, account_id: str) -> Sequence[Acceptance]:
        return sorted(self.evidence.get(account_id, {}).values(), key=lambda each: each.accepted_at)


def proved_member(
    identity: MemoryIdentity, accounts: MemoryAccounts, addresses: MemoryAddresses, email: str, password: str
) -> str:
    """An active account with a proved address; returns its id."""
    user_name = f"login_{email}"
    account_id = identity.sign_up(user_name, password)
    identity.confirm(user_name)
    accounts.add(
        Account(
            id=account_id,
            email=email,
            status=AccountStatus.ACTIVE,
            kind=AccountKind.INDIVIDUAL,
            display_name=None,
            country=None,
            minor=False,
            created_at=datetime(2026, 11, 22, tzinfo=UTC),
        ),
        [],
    )
    addresses.owners[email] = Owner(account_id, user_name)
    return account_id
