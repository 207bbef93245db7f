"""Signing in by an account that a person has elsewhere, at an OpenID Connect provider (U-II.II.2.third, P-2.third)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from msgspec import Struct

from allmytracks.foundation.errors import Conflict, Forbidden, NotFound

# The claims that are read, and no others; `openid email` are the scopes that hold them.
ATTRIBUTES = ("sub", "email", "email_verified")
ATTEMPT_LIFETIME = timedelta(minutes=15)
# Between two calls of one request.
PROOF_LIFETIME = timedelta(minutes=2)


class NoThirdParty(NotFound):
    """No provider is configured."""

    code = "no_third_party_provider"


class ThirdPartyRefused(Forbidden):
    """The provider's response proves nothing: wrong, expired or used before."""

    code = "third_party_refused"


class AddressNotProved(Conflict):
    """The provider gives no address, or has not verified it; ordinary sign-up verifies it with a code."""

    code = "address_not_proved"


class AddressHasAccount(Conflict):
    """The address has an account here; only its owner links the login to it."""

    code = "address_has_account"


class AddressRests(Conflict):
    """The address is that of an account that was closed a few days ago (S-6.5)."""

    code = "address_rests"


class LoginIsLinked(Conflict):
    """Another account has this login."""

    code = "third_party_login_linked"


class ThirdPartyIdentity(Struct, frozen=True):
    """What a provider says of a person: no more than ATTRIBUTES."""

    issuer: str
    subject: str
    email: str | None
    email_verified: bool


class ThirdPartyLogin(Struct, frozen=True):
    """A provider's person, and the account that they sign in to; `user_name` is its user at the identity service."""

    issuer: str
    subject: str
    account_id: str
    user_name: str
    linked_at: datetime


class Attempt(Struct, frozen=True):
    """One visit to the provider, until `until`.

    `sign_in_id` stays in the browser that began it, `state` goes by way of the provider. `account_id` and `user_name`
    are those of a member who links the login. `identity` is what the provider said, once it did.
    """

    sign_in_id: str
    state: str
    nonce: str
    code_verifier: str
    until: datetime
    account_id: str | None = None
    user_name: str | None = None
    identity: ThirdPartyIdentity | None = None

    def began_with(self, state: str) -> bool:
        """Whether a response belongs to this attempt."""
        return hmac.compare_digest(self.state.encode(), state.encode(errors="replace"))


def hash_of_secret(text: str) -> str:
    """The stored hash of a random text that opens something once."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def refused() -> ThirdPartyRefused:
    """The refusal of a response; the same whatever is wrong with it."""
    return ThirdPartyRefused("This sign-in is not valid, or took too long. Begin again.")
