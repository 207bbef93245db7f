"""Accounts, their identities, addresses and guardians."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from allmytracks.accounts.rules import Acceptance, Account, AccountStatus
from allmytracks.accounts.rules_sign_ups import AddressRecord, Owner, PendingSignUp
from allmytracks.accounts.rules_states import Restriction
from allmytracks.accounts.third_party.rules import ThirdPartyLogin

if TYPE_CHECKING:
    from allmytracks.foundation.paging import Page


class AccountFilter(Struct, frozen=True):
    """Which accounts: of a status, made at or after an instant."""

    status: AccountStatus | None = None
    since: datetime | None = None

    def fits(self, account: Account) -> bool:
        """Whether an account matches."""
        return (self.status is None or account.status is self.status) and (
            self.since is None or account.created_at >= self.since
        )


class Accounts(Protocol):
    """Accounts and their evidence of acceptance."""

    def get(self, account_id: str) -> Account:
        """The account. Raises AccountNotFound."""
        ...

    def page(self, wanted: AccountFilter, *, limit: int, cursor: str | None) -> Page[Account]:
        """Some of the matching accounts, in no particular order; a page before the last may be short or empty.

        Raises InvalidFields (cursor).
        """
        ...

    def add(self, account: Account, acceptances: Sequence[Acceptance], kept_until: datetime | None = None) -> None:
        """Stores a new account with its acceptances, atomically. Idempotent.

        With `kept_until` both are dropped some time after it, unless the address is proved before (Addresses.prove).
        """
        ...

    def use(self, account_id: str, now: datetime) -> None:
        """Records that the account was used now. Raises AccountNotFound."""
        ...

    def change_particulars(self, account_id: str, changes: Mapping[str, str | None], revision: int | None) -> Account:
        """Sets particulars, or removes those that are None, if unchanged since `revision`; None sets them in any case.

        Raises AccountNotFound, PreconditionFailed.
        """
        ...

    def authorise_user(self, account_id: str, name: str, now: datetime) -> None:
        """Permits an account that is an enterprise's at `now` to license to this Designated User too (M-III.6.1).

        Idempotent. Raises AccountNotFound, NotAnEnterprise.
        """
        ...

    def mark_publicity(self, account_id: str, *, not_named: bool) -> None:
        """Marks whether the account is not to be named in publicity (M-VII.2.name). Idempotent.

        Raises AccountNotFound.
        """
        ...

    def record_acceptances(self, account_id: str, acceptances: Sequence[Acceptance]) -> None:
        """Adds evidence; an acceptance already on record keeps its first time and address."""
        ...

    def acceptances(self, account_id: str) -> Sequence[Acceptance]:
        """All evidence, oldest first."""
        ...


class Restrictions(Protocol):
    """The restrictions of accounts."""

    def restriction(self, account_id: str) -> Restriction | None:
        """The last restriction, ended or not."""
        ...


class Tokens(Struct, frozen=True):
    """What a sign-in yields; `refresh_token` is None where a refresh gives no new one. `expires_in` in seconds.

    All refreshed tokens of one sign-in have its `session_id`.
    """

    access_token: str
    refresh_token: str | None
    expires_in: int
    account_id: str
    session_id: str


class IdentityProvider(Protocol):
    """Stores passwords, so that we never do (P-1.password); it holds no address."""

    def sign_up(self, user_name: str, password: str) -> str:
        """Creates a user who cannot sign in yet; returns the account id.

        Raises InvalidFields (`weak_password`), LimitReached, Unavailable.
        """
        ...

    def confirm(self, user_name: str) -> None:
        """Enables sign-in for the user. Idempotent. Raises WrongCode where there is no such user."""
        ...

    def discard(self, user_name: str) -> None:
        """Removes a user, if there is one."""
        ...

    def sign_in(self, user_name: str, password: str) -> Tokens:
        """Raises WrongCredentials, LimitReached, Unavailable."""
        ...

    def sign_in_by_proof(self, user_name: str, proof: str) -> Tokens:
        """Signs in without a password, by a proof of SignInProofs. Raises as `sign_in`."""
        ...

    def refresh(self, refresh_token: str) -> Tokens:
        """Raises WrongCredentials."""
        ...

    def set_password(self, user_name: str, password: str) -> None:
        """Replaces a password. Raises InvalidFields (`weak_password` of `new_password`), LimitReached, Unavailable."""
        ...

    def sign_out(self, user_name: str) -> None:
        """Ends every session of a user, if there is one. Raises Unavailable."""
        ...


class Addresses(Protocol):
    """Owners of addresses, and the sign-ups that wait for a code; addresses in their normal form."""

    def get(self, email: str, now: datetime) -> AddressRecord:
        """The record, without what has expired."""
        ...

    def claim_first(self, email: str, account_id: str, now: datetime, until: datetime) -> bool:
        """Whether this sign-up is the first that waits; of concurrent ones exactly one is. Holds until `until`."""
        ...

    def hold(self, email: str, sign_up: PendingSignUp) -> None:
        """Stores a sign-up beside all others of its address."""
        ...

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
        """Atomically makes `owner` the address's owner, sets its account's `status` and ends the account's expiry.

        An account that becomes active for the first time does so `now`.

        With `login` the account is linked to it as well. False where another account has the address or the login, or
        the account is no longer in `expected`.
        """
        ...

    def drop(self, email: str, sign_up: PendingSignUp) -> None:
        """Removes a sign-up, if there is one."""
        ...


class GuardianConsents(Protocol):
    """Single-use links by which a guardian consents (U-II.I)."""

    def ask(self, token: str, account_id: str, expires_at: datetime) -> None:
        """Stores the token's hash until it expires."""
        ...

    def account_of(self, token: str, now: datetime) -> str | None:
        """The token's account; None where the token is unknown, used for a consent, or expired."""
        ...

    def refused(self, token: str) -> bool:
        """Whether a guardian refused by this link."""
        ...
