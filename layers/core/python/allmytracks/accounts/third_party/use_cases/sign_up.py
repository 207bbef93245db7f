"""A new account by another provider's login: accepted and proved before its first use (U-II.II.2.third, U-0.accept)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from allmytracks.accounts.ports import Accounts, Addresses, GuardianConsents, IdentityProvider, Tokens
from allmytracks.accounts.ports_deadlines import Deadlines
from allmytracks.accounts.ports_embargoes import Embargoes
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_addresses import normal_email
from allmytracks.accounts.rules_sign_ups import CONSENT_DAYS, FORGOTTEN_AFTER, AddressRecord, Owner, SignedUpAsMinor
from allmytracks.accounts.third_party.ports import Attempts, ThirdPartyLogins
from allmytracks.accounts.third_party.rules import (
    AddressHasAccount,
    AddressNotProved,
    AddressRests,
    ThirdPartyIdentity,
    ThirdPartyLogin,
    refused,
)
from allmytracks.accounts.third_party.use_cases.sign_in import OpenLinkedSession
from allmytracks.accounts.use_cases import sign_up_mails
from allmytracks.accounts.use_cases.sign_in import Client
from allmytracks.accounts.use_cases.sign_up import SignUpRequest, checked_declarations, declared_account
from allmytracks.accounts.use_cases.verify_account import put_deadlines
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.throttling.rules import SIGN_UP_MAILS, subject_of
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.publishing.ports import Publications


@dataclass(frozen=True)
class SignUpByThirdParty:
    """Raises ThirdPartyRefused, AddressNotProved, AddressHasAccount, AddressRests, SignedUpAsMinor, LimitReached,
    Unavailable, and InvalidFields naming every invalid field.

    The caller has proved the address to the provider, so that the responses may say what is on record of it.
    """

    identity: IdentityProvider
    accounts: Accounts
    addresses: Addresses
    embargoes: Embargoes
    deadlines: Deadlines
    guardian_consents: GuardianConsents
    logins: ThirdPartyLogins
    attempts: Attempts
    open_linked: OpenLinkedSession
    publications: Publications
    mailer: Mailer
    throttle: Throttle
    clock: Clock
    ids: Ids
    site_url: str

    def __call__(self, sign_in_id: str, declared: SignUpRequest, client: Client) -> Tokens:
        """The first session; `declared` is without address and password, which are the provider's and nobody's.

        The same again after a lost response opens a session of the account that was made.
        """
        now = self.clock.now()
        attempt = self.attempts.get(sign_in_id, now)
        if attempt is None or attempt.identity is None:
            raise refused()
        person = attempt.identity
        login = self.logins.get(person.issuer, person.subject)
        if login is None:
            login = self._made(person, declared, now)
        self.attempts.take(sign_in_id, now)
        return self.open_linked(login, client)

    def _made(self, person: ThirdPartyIdentity, declared: SignUpRequest, now: datetime) -> ThirdPartyLogin:
        # A password that nobody knows; a reset by a code replaces it.
        unknown = f"{self.ids.new('A')}{self.ids.new('1')}"
        request = replace(declared, email=_proved_email(person), password=unknown)
        email, guardian_email, acceptances = checked_declarations(request, self.publications, now)
        known = self.addresses.get(email, now)
        if known.owner is not None:
            return self._linked(person)
        self._require_free(email, known, now, minor=request.minor)
        if guardian_email is not None:
            self.throttle.count(SIGN_UP_MAILS, subject_of(guardian_email))
        user_name = self.ids.new("login")
        account_id = self.identity.sign_up(user_name, unknown)
        account = declared_account(account_id, email, guardian_email, request, now)
        self.accounts.add(account, acceptances, kept_until=now + FORGOTTEN_AFTER)
        put_deadlines(account, self.deadlines, now)
        # Confirmed before it owns the address: a crash in between leaves only a user that no sign-in reaches.
        self.identity.confirm(user_name)
        login = ThirdPartyLogin(person.issuer, person.subject, account_id, user_name, now)
        if guardian_email is not None:
            token = self.ids.new("guardian")
            self.guardian_consents.ask(token, account_id, now + timedelta(days=CONSENT_DAYS))
            self.mailer.send(sign_up_mails.to_guardian(guardian_email, email, token, self.site_url, account.language))
        after = AccountStatus.ACTIVE if account.status is AccountStatus.UNVERIFIED else account.status
        owner = Owner(account_id, user_name)
        if self.addresses.prove(email, owner, after, expected=account.status, now=now, login=login):
            return login
        return self._won_by_another(person, email, user_name)

    def _linked(self, person: ThirdPartyIdentity) -> ThirdPartyLogin:
        """The login that a concurrent request of the same person linked meanwhile. Raises AddressHasAccount."""
        login = self.logins.get(person.issuer, person.subject)
        if login is None:
            raise _has_account()
        return login

    def _require_free(self, email: str, known: AddressRecord, now: datetime, *, minor: bool) -> None:
        rests_until = self.embargoes.until(email, now)
        if rests_until is not None:
            raise AddressRests(
                "An account with this address was closed. The address can be used again later.", until=rests_until
            )
        if not minor and known.signed_up_as_minor(now):
            raise SignedUpAsMinor(
                "This address was signed up as a minor's before. Enter the code of that sign-up, or sign up as a "
                "minor, with your guardian's address."
            )

    def _won_by_another(self, person: ThirdPartyIdentity, email: str, user_name: str) -> ThirdPartyLogin:
        """The login that a concurrent request linked. Raises AddressHasAccount, Unavailable."""
        self.identity.discard(user_name)
        if self.addresses.get(email, self.clock.now()).owner is None:
            raise Unavailable
        return self._linked(person)


def _proved_email(person: ThirdPartyIdentity) -> str:
    if person.email is None or not person.email_verified:
        raise AddressNotProved(
            "The provider has not verified your e-mail address. Sign up with address and password instead; the login "
            "can be linked afterwards."
        )
    return normal_email("email", person.email)


def _has_account() -> AddressHasAccount:
    return AddressHasAccount(
        "There is an account with this address. Sign in to it with its password and link this login in its settings."
    )
