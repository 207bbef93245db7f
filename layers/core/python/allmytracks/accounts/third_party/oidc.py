"""The OpenID Connect provider that members may sign in with: authorization code with PKCE, by authlib and joserfc."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from allmytracks.accounts.third_party.rules import (
    Attempt,
    NoThirdParty,
    ThirdPartyIdentity,
    refused,
)
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.time_and_ids import Clock

SCOPES = "openid email"
# Asymmetric alone: a token signed with the client's secret would prove only that somebody knows the secret.
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
SECONDS = (2, 5)
LEEWAY = 60
LONGEST_CODE = 4096


class Client(msgspec.Struct, frozen=True):
    """What the provider registered us as."""

    client_id: str
    client_secret: str


class Metadata(msgspec.Struct, frozen=True):
    """The provider's description of itself, as far as it is used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class OidcProvider:
    """The provider at `issuer`; empty where none is configured."""

    def __init__(self, issuer: str, client: Callable[[], Client], redirect_uri: str, clock: Clock) -> None:
        self._issuer, self._client, self._redirect_uri, self._clock = issuer, client, redirect_uri, clock
        self._kept: Metadata | None = None
        self._keys: KeySet | None = None

    @property
    def issuer(self) -> str:
        if not self._issuer:
            raise NoThirdParty("Signing in by another provider is not offered here.")
        return self._issuer

    def address(self, attempt: Attempt) -> str:
        metadata = self._metadata()
        url, _ = self._session().create_authorization_url(
            metadata.authorization_endpoint,
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.code_verifier,
        )
        return str(url)

    def identity(self, attempt: Attempt, code: str) -> ThirdPartyIdentity:
        metadata = self._metadata()
        if not code or len(code) > LONGEST_CODE:
            raise refused()
        with _translated():
            answer = self._session().fetch_token(
                metadata.token_endpoint, code=code, code_verifier=attempt.code_verifier, timeout=SECONDS
            )
            claims = self._claims(str(answer.get("id_token", "")), attempt)
        email = claims.get("email")
        return ThirdPartyIdentity(
            issuer=self.issuer,
            subject=str(claims["sub"]),
            email=email if isinstance(email, str) else None,
            email_verified=claims.get("email_verified") is True,
        )

    def _claims(self, id_token: str, attempt: Attempt) -> CodeIDToken:
        try:
            token = jwt.decode(id_token, self._key_set(), algorithms=ALGORITHMS)
        except (InvalidKeyIdError, ValueError):  # the provider has new keys
            self._keys = None
            token = jwt.decode(id_token, self._key_set(), algorithms=ALGORITHMS)
        client_id = self._client().client_id
        options = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": client_id},
            "sub": {"essential": True},
        }
        claims = CodeIDToken(token.claims, token.header, options, {"nonce": attempt.nonce, "client_id": client_id})
        claims.validate(now=int(self._clock.now().timestamp()), leeway=LEEWAY)
        return claims

    def _metadata(self) -> Metadata:
        """The provider's description. Its issuer must be the one that is configured."""
        if self._kept is None:
            url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            with _translated():
                read = msgspec.convert(self._get(url), Metadata)
            if read.issuer != self.issuer:
                raise Unavailable from ValueError("the provider's issuer is not the one that is configured")
            self._kept = read
        return self._kept

    def _key_set(self) -> KeySet:
        if self._keys is None:
            self._keys = KeySet.import_key_set(self._get(self._metadata().jwks_uri))
        return self._keys

    def _get(self, url: str) -> Any:
        answer = requests.get(url, timeout=SECONDS)
        answer.raise_for_status()
        return answer.json()

    def _session(self) -> OAuth2Session:
        """A new one for each call: it keeps the tokens of the person who signed in."""
        client = self._client()
        return OAuth2Session(
            client.client_id,
            client.client_secret,
            scope=SCOPES,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
        )


@contextmanager
def _translated() -> Iterator[None]:
    """Raises ThirdPartyRefused for a refused code or an invalid token, Unavailable where the provider fails."""
    try:
        yield
    except OAuthError as error:
        if error.error in {"invalid_grant", "invalid_request"}:
            raise refused() from None
        raise Unavailable from error  # such as invalid_client: ours to mend
    except (RequestException, msgspec.ValidationError) as error:
        raise Unavailable from error
    except (JoseError, ValueError):
        raise refused() from None
