"""What the routes of another provider's login take and give."""

from __future__ import annotations

from typing import Annotated

import msgspec

from allmytracks.accounts.ports import Tokens
from allmytracks.accounts.schemas import AcceptForm, Country, DisplayName, Email, SessionAnswer, guardian_problems
from allmytracks.accounts.third_party.rules import ATTRIBUTES, ThirdPartyIdentity
from allmytracks.accounts.third_party.use_cases.begin import Begun
from allmytracks.foundation.instants import rfc3339

Short = Annotated[str, msgspec.Meta(max_length=4096)]


class ProviderAnswer(msgspec.Struct):
    """The provider, and all that is read of a person there."""

    issuer: str
    attributes: list[str]


class VisitAnswer(msgspec.Struct):
    """A visit to the provider: valid until `expires_at`; `attributes` are all that is read of a person there."""

    sign_in_id: str
    authorization_url: str
    expires_at: str
    attributes: list[str]


class ReturnForm(msgspec.Struct):
    """The visit, and what the provider added to the address that the browser came back to."""

    sign_in_id: Short
    state: Short
    code: Short


class ThirdPartyPersonAnswer(msgspec.Struct):
    """What the provider said of a person who has no account by this login: to be seen before an account is made.

    With `sign_in_id` it goes to POST /v1/third-party-accounts; a person who refuses signs up by
    POST /v1/accounts, and all of it expires.
    """

    issuer: str
    subject: str
    email: str | None
    email_verified: bool


class ThirdPartySignUpForm(msgspec.Struct):
    """A new account of the person who came back; address and login are the provider's."""

    sign_in_id: Short
    accept: list[AcceptForm]
    minor: bool = False
    display_name: DisplayName | None = None
    country: Country | None = None
    guardian_email: Email | None = None

    across = staticmethod(guardian_problems)


class LinkedLoginAnswer(msgspec.Struct):
    """A login that opens the account."""

    issuer: str
    subject: str
    linked_at: str


class LinkedLoginsAnswer(msgspec.Struct):
    """All of them, oldest first."""

    items: list[LinkedLoginAnswer]


def visit_answer(begun: Begun) -> VisitAnswer:
    """A visit as it is shown."""
    return VisitAnswer(begun.sign_in_id, begun.authorization_url, rfc3339(begun.expires_at), list(ATTRIBUTES))


def person_answer(person: ThirdPartyIdentity) -> ThirdPartyPersonAnswer:
    """A person as the provider described them."""
    return ThirdPartyPersonAnswer(person.issuer, person.subject, person.email, person.email_verified)


def session_answer(tokens: Tokens) -> SessionAnswer:
    """A session as it is shown."""
    return SessionAnswer(tokens.access_token, tokens.expires_in, refresh_token=tokens.refresh_token)
