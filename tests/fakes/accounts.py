"""In-memory fakes: accounts."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from allmytracks.accounts.cognito import weak_password
from allmytracks.accounts.dynamodb import INDIVIDUAL
from allmytracks.accounts.dynamodb_guardian_consents import _hash
from allmytracks.accounts.ports import Identity, Tokens
from allmytracks.accounts.rules import (
    Acceptance,
    Account,
    AccountKind,
    AccountNotFound,
    AccountNotVerified,
    AccountStatus,
    EmailTaken,
    NotAnEnterprise,
    WrongCode,
    WrongCredentials,
)
from allmytracks.accounts.rules_billing import Billing
from allmytracks.foundation.errors import InvalidFields, Unauthenticated


@dataclass
class MemoryBillingParticulars:
    """Particulars in memory."""

    stored: dict[str, Billing] = field(default_factory=dict)

    def get(self, account_id: str) -> Billing | None:
        return self.stored.get(account_id)

    def put(self, account_id: str, billing: Billing) -> None:
        self.stored[account_id] = billing

    def remove(self, account_id: str) -> None:
        self.stored.pop(account_id, None)


@dataclass
class MemoryIdentity:
    """Users in memory; `users[email].code` is the code that was mailed."""

    users: dict[str, _User] = field(default_factory=dict)

    def sign_up(self, email: str, password: str) -> str:
        if email in self.users:
            raise EmailTaken
        strong = len(password) >= 12 and all(re.search(kind, password) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
        if not strong:
            raise InvalidFields([weak_password()])
        account_id = str(uuid.uuid4())
        self.users[email] = _User(account_id, password, code=f"{uuid.uuid4().int % 1_000_000:06d}")
        return account_id

    def discard_unconfirmed(self, email: str) -> None:
        self.users.pop(email, None)

    def find(self, email: str) -> Identity | None:
        user = self.users.get(email)
        return None if user is None else Identity(user.account_id, email, user.confirmed)

    def confirm(self, email: str, code: str) -> None:
        user = self.users.get(email)
        if user is None or user.confirmed or user.code != code:
            raise WrongCode("This code is not valid, or is too old.")
        user.confirmed = True

    def sign_in(self, email: str, password: str) -> Tokens:
        user = self.users.get(email)
        if user is None or user.password != password:
            raise WrongCredentials("Address or password is wrong.")
        if not user.confirmed:
            raise AccountNotVerified("Prove your e-mail address with the code that was sent to it.")
        refresh_token = uuid.uuid4().hex
        user.refresh_tokens.add(refresh_token)
        return Tokens(f"access {user.account_id}", refresh_token, 3600, user.account_id)

    def refresh(self, refresh_token: str) -> Tokens:
        for user in self.users.values():
            if refresh_token in user.refresh_tokens:
                return Tokens(f"access {user.account_id}", None, 3600, user.account_id)
        raise WrongCredentials("This session has ended; sign in again.")

    def sign_out(self, access_token: str) -> None:
        for user in self.users.values():
            if access_token == f"access {user.account_id}":
                user.refresh_tokens.clear()
                return
        raise Unauthenticated("This session has ended already.")


@dataclass
class _User:
    account_id: str
    password: str
    code: str
    confirmed: bool = False
    refresh_tokens: set[str] = field(default_factory=set)


@dataclass
class MemoryGuardianConsents:
    """Links in memory."""

    asked: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def ask(self, token: str, account_id: str, expires_at: datetime) -> None:
        self.asked[_hash(token)] = (account_id, expires_at)

    def redeem(self, token: str, now: datetime) -> str | None:
        account_id, expires_at = self.asked.get(_hash(token), (None, None))
        if account_id is None or expires_at is None or expires_at <= now:
            return None
        del self.asked[_hash(token)]
        return account_id


@dataclass
class MemoryAccounts:
    """Accounts in memory."""

    stored: dict[str, Account] = field(default_factory=dict)
    evidence: dict[str, dict[tuple[str, str], Acceptance]] = field(default_factory=dict)

    def get(self, account_id: str) -> Account:
        if account_id not in self.stored:
            raise AccountNotFound("There is no such account.")
        return self.stored[account_id]

    def add(self, account: Account, acceptances: Sequence[Acceptance]) -> None:
        if account.id not in self.stored:
            self.stored[account.id] = account
            self.record_acceptances(account.id, acceptances)

    def set_status(self, account_id: str, status: AccountStatus, *, expected: AccountStatus) -> bool:
        if self.get(account_id).status is not expected:
            return False
        self.stored[account_id] = replace(self.stored[account_id], status=status)
        return True

    def authorise_user(self, account_id: str, name: str) -> None:
        account = self.get(account_id)
        if account.kind is not AccountKind.ENTERPRISE:
            raise NotAnEnterprise(INDIVIDUAL)
        self.stored[account_id] = replace(account, further_users=account.further_users | {name})

    def record_acceptances(self, account_id: str, acceptances: Sequence[Acceptance]) -> None:
        known = self.evidence.setdefault(account_id, {})
        for acceptance in acceptances:
            known.setdefault((acceptance.agreement, acceptance.version), acceptance)

    def acceptances(self, account_id: str) -> Sequence[Acceptance]:
        return sorted(self.evidence.get(account_id, {}).values(), key=lambda each: each.accepted_at)
