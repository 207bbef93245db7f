"""Signing up: acceptances, names and guardians are checked before anything is stored (U-0.accept, U-II.I)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec import Struct

from allmytracks.accounts.ports import Accounts, Addresses, GuardianConsents, IdentityProvider
from allmytracks.accounts.ports_embargoes import Embargoes
from allmytracks.accounts.published_agreements import published_agreements
from allmytracks.accounts.published_names import published_name_rules
from allmytracks.accounts.rules import (
    Acceptance,
    Account,
    AccountKind,
    AccountStatus,
)
from allmytracks.accounts.rules_addresses import normal_email
from allmytracks.accounts.rules_agreements import SIGN_UP_AGREEMENTS, Accepted, require_current
from allmytracks.accounts.rules_passwords import require_strong
from allmytracks.accounts.rules_sign_ups import (
    CODE_LIFETIME,
    CONSENT_DAYS,
    FIRST_CODE_DIGITS,
    FORGOTTEN_AFTER,
    LATER_CODE_DIGITS,
    PendingSignUp,
    hash_of,
)
from allmytracks.accounts.use_cases import sign_up_mails
from allmytracks.documents.rules_text import one_line
from allmytracks.foundation.countries import country_of, known_country
from allmytracks.foundation.errors import FieldProblem, FieldProblems, InvalidFields
from allmytracks.foundation.messages import Mail, Mailer
from allmytracks.foundation.throttling.rules import SIGN_UP_MAILS, subject_of
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.publishing.ports import Publications


class SignUpRequest(Struct, frozen=True):
    """The declarations of a sign-up."""

    email: str
    password: str
    accept: Sequence[Accepted]
    source_ip: str
    display_name: str | None = None
    country: str | None = None
    minor: bool = False
    guardian_email: str | None = None
    language: str | None = None


class SignedUp(Struct, frozen=True):
    """The account that the code will prove; for an address that has an account, an id that no code can prove."""

    account_id: str
    status: AccountStatus


@dataclass(frozen=True)
class SignUp:
    """Makes an account. Raises InvalidFields naming every invalid field, LimitReached, Unavailable."""

    identity: IdentityProvider
    accounts: Accounts
    addresses: Addresses
    embargoes: Embargoes
    guardian_consents: GuardianConsents
    publications: Publications
    mailer: Mailer
    throttle: Throttle
    clock: Clock
    ids: Ids
    site_url: str

    def __call__(self, request: SignUpRequest) -> SignedUp:
        """Same calls in the same order whatever is on record: neither response nor timing reveals it."""
        now = self.clock.now()
        email, guardian_email, acceptances = checked_declarations(request, self.publications, now)
        for address in filter(None, (email, guardian_email)):
            self.throttle.count(SIGN_UP_MAILS, subject_of(address))  # no mailbox is flooded by strangers' sign-ups
        user_name = self.ids.new("login")
        account_id = self.identity.sign_up(user_name, request.password)
        account = declared_account(account_id, email, guardian_email, request, now)
        self.accounts.add(account, acceptances, kept_until=now + FORGOTTEN_AFTER)
        self.mailer.send(self._hold(account, user_name, now))
        if guardian_email is not None:
            token = self.ids.new("guardian")
            self.guardian_consents.ask(token, account_id, now + timedelta(days=CONSENT_DAYS))
            self.mailer.send(sign_up_mails.to_guardian(guardian_email, email, token, self.site_url, account.language))
        return SignedUp(account_id, account.status)

    def _hold(self, account: Account, user_name: str, now: datetime) -> Mail:
        """Stores the sign-up until a code proves it; returns the mail to its address."""
        code_until = now + CODE_LIFETIME
        first = self.addresses.claim_first(account.email, account.id, now, code_until)
        code = self.ids.digits(FIRST_CODE_DIGITS if first else LATER_CODE_DIGITS)
        known = self.addresses.get(account.email, now)
        rests_until = self.embargoes.until(account.email, now)
        pending = PendingSignUp(
            account_id=account.id,
            user_name=user_name,
            code_hash=hash_of(code, account.id),
            started_at=now,
            code_until=code_until,
            kept_until=now + timedelta(days=CONSENT_DAYS) if account.minor else code_until,
            first=first,
            minor=account.minor,
        )
        self.addresses.hold(account.email, pending)
        if rests_until is not None:
            return sign_up_mails.rests(account.email, rests_until, account.language)
        if known.owner is not None:
            return sign_up_mails.already_registered(account.email, self.site_url, account.language)
        if not account.minor and known.signed_up_as_minor(now):
            return sign_up_mails.signed_up_as_minor(account.email, account.language)
        mail = sign_up_mails.first_code if first else sign_up_mails.later_code
        return mail(account.email, code, account.language)


def checked_declarations(
    request: SignUpRequest, publications: Publications, now: datetime
) -> tuple[str, str | None, Sequence[Acceptance]]:
    """The address and the guardian's in their normal form, and the acceptances.

    Raises InvalidFields naming every invalid field.
    """
    problems = FieldProblems()
    email, guardian_email = "", None
    acceptances: Sequence[Acceptance] = ()
    with problems.gathered():
        email = normal_email("email", request.email)
    with problems.gathered():
        require_strong("password", request.password)
    with problems.gathered():
        guardian_email = _guardian_email(request, email)
    with problems.gathered():
        if request.country is not None:
            country_of("country", request.country)
    with problems.gathered():
        if request.display_name is not None:
            published_name_rules(publications).check("display_name", request.display_name)
    with problems.gathered():
        acceptances = require_current(
            request.accept, published_agreements(publications), SIGN_UP_AGREEMENTS, now, request.source_ip
        )
    problems.raise_found()
    return email, guardian_email, acceptances


def declared_account(
    account_id: str, email: str, guardian_email: str | None, request: SignUpRequest, now: datetime
) -> Account:
    """The account of checked declarations, before its address is proved."""
    return Account(
        id=account_id,
        email=email,
        status=AccountStatus.AWAITING_GUARDIAN if request.minor else AccountStatus.UNVERIFIED,
        kind=AccountKind.INDIVIDUAL,
        display_name=one_line(request.display_name) if request.display_name is not None else None,
        country=known_country(request.country),
        minor=request.minor,
        created_at=now,
        guardian_email=guardian_email,
        language=request.language,
    )


def _guardian_email(request: SignUpRequest, email: str) -> str | None:
    if not request.minor:
        return None
    if request.guardian_email is None:
        raise InvalidFields([FieldProblem("guardian_email", "required", "Name your guardian's e-mail address.")])
    guardian_email = normal_email("guardian_email", request.guardian_email)
    if guardian_email == email:
        message = "This must be your guardian's own address, not yours."
        raise InvalidFields([FieldProblem("guardian_email", "same_as_email", message)])
    return guardian_email
