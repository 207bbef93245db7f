"""Signing up: acceptances, names and guardians are checked before anything is stored (U-0.accept, U-II.I)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allmytracks.accounts.ports import Accounts, GuardianConsents, IdentityProvider
from allmytracks.accounts.published_agreements import published_agreements
from allmytracks.accounts.published_names import published_name_rules
from allmytracks.accounts.rules import (
    Acceptance,
    Account,
    AccountKind,
    AccountStatus,
    EmailTaken,
    normal_email,
)
from allmytracks.accounts.rules_agreements import SIGN_UP_AGREEMENTS, Accepted, require_current
from allmytracks.documents.rules_text import one_line
from allmytracks.foundation.countries import country_of, known_country
from allmytracks.foundation.errors import FieldProblem, FieldProblems, InvalidFields
from allmytracks.foundation.messages import Mail, Mailer
from allmytracks.foundation.throttling.rules import SIGN_UP_MAILS, subject_of
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.publishing.ports import Publications

CONSENT_DAYS = 14


@dataclass(frozen=True, slots=True)
class SignUpRequest:
    """What someone who signs up declares."""

    email: str
    password: str
    accept: Sequence[Accepted]
    source_ip: str
    display_name: str | None = None
    country: str | None = None
    minor: bool = False
    guardian_email: str | None = None


@dataclass(frozen=True, slots=True)
class SignedUp:
    """The new account, or for an address that is known an answer that looks the same."""

    account_id: str
    status: AccountStatus


@dataclass(frozen=True)
class SignUp:
    """Makes an account. Raises InvalidFields naming every field that cannot be accepted, LimitReached, Unavailable."""

    identity: IdentityProvider
    accounts: Accounts
    guardian_consents: GuardianConsents
    publications: Publications
    mailer: Mailer
    throttle: Throttle
    clock: Clock
    ids: Ids
    site_url: str

    def __call__(self, request: SignUpRequest) -> SignedUp:
        now = self.clock.now()
        email, guardian_email, acceptances = self._check(request, now)
        for address in filter(None, (email, guardian_email)):
            self.throttle.count(SIGN_UP_MAILS, subject_of(address))  # nobody's mailbox is flooded in others' names
        status = AccountStatus.AWAITING_GUARDIAN if request.minor else AccountStatus.UNVERIFIED
        account_id = self._register(email, request.password)
        if account_id is None:
            return SignedUp(str(uuid.uuid4()), status)
        account = Account(
            id=account_id,
            email=email,
            status=status,
            kind=AccountKind.INDIVIDUAL,
            display_name=one_line(request.display_name) if request.display_name is not None else None,
            country=known_country(request.country),
            minor=request.minor,
            created_at=now,
            guardian_email=guardian_email,
        )
        self.accounts.add(account, acceptances)
        if guardian_email is not None:
            self._ask_guardian(account_id, guardian_email, now)
        return SignedUp(account_id, status)

    def _check(self, request: SignUpRequest, now: datetime) -> tuple[str, str | None, Sequence[Acceptance]]:
        problems = FieldProblems()
        email, guardian_email = "", None
        acceptances: Sequence[Acceptance] = ()
        with problems.gathered():
            email = normal_email("email", request.email)
        with problems.gathered():
            guardian_email = _guardian_email(request)
        with problems.gathered():
            if request.country is not None:
                country_of("country", request.country)
        with problems.gathered():
            if request.display_name is not None:
                published_name_rules(self.publications).check("display_name", request.display_name)
        with problems.gathered():
            acceptances = require_current(
                request.accept, published_agreements(self.publications), SIGN_UP_AGREEMENTS, now, request.source_ip
            )
        problems.raise_found()
        return email, guardian_email, acceptances

    def _register(self, email: str, password: str) -> str | None:
        """The new user's id, or None where the address is a confirmed user's: only its owner is told, by mail."""
        try:
            return self.identity.sign_up(email, password)
        except EmailTaken:
            known = self.identity.find(email)
        if known is not None and known.confirmed:
            self.mailer.send(_already_registered(email, self.site_url))
            return None
        # Nobody proved this address yet, so nobody's password binds it: the newest sign-up counts.
        self.identity.discard_unconfirmed(email)
        return self.identity.sign_up(email, password)

    def _ask_guardian(self, account_id: str, guardian_email: str, now: datetime) -> None:
        token = self.ids.new("guardian")
        self.guardian_consents.ask(token, account_id, now + timedelta(days=CONSENT_DAYS))
        text = (
            "Someone who gave you as guardian wants to use AllMyTracks. If you agree, open this address within "
            f"{CONSENT_DAYS} days; if not, do nothing.\n\n{self.site_url}/guardian-consent?token={token}\n"
        )
        self.mailer.send(Mail(guardian_email, "Your consent to an AllMyTracks account", text))


def _guardian_email(request: SignUpRequest) -> str | None:
    if not request.minor:
        return None
    if request.guardian_email is None:
        raise InvalidFields([FieldProblem("guardian_email", "required", "Name your guardian's e-mail address.")])
    guardian_email = normal_email("guardian_email", request.guardian_email)
    if guardian_email == request.email.strip().lower():
        message = "This must be your guardian's own address, not yours."
        raise InvalidFields([FieldProblem("guardian_email", "same_as_email", message)])
    return guardian_email


def _already_registered(email: str, site_url: str) -> Mail:
    text = (
        "Someone signed up with this address, which has an account already. If it was you, sign in or reset your "
        f"password at {site_url}; if not, there is nothing to do.\n"
    )
    return Mail(email, "You have an AllMyTracks account already", text)
