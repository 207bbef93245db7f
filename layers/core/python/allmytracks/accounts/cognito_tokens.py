"""Cognito's id tokens, checked against the pool's published keys."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import urllib3
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.time_and_ids import Clock

# Anybody can send a token of an unknown key; keys change far less often than this.
FETCHED_AT_MOST_EVERY = timedelta(minutes=5)
LONGEST = 8_192
OK = 200


class CognitoTokens:
    """Tokens of one user pool's client; `keys_at` is where the pool's key set is, `issuer` what its tokens say."""

    def __init__(self, issuer: str, client_id: str, keys_at: str, clock: Clock) -> None:
        self._issuer, self._client_id, self._keys_at, self._clock = issuer, client_id, keys_at, clock
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=1, read=1), retries=False)
        self._keys: KeySet | None = None
        self._fetched_at: datetime | None = None

    def close(self) -> None:
        """Closes its connections."""
        self._http.clear()

    def account_of(self, token: str) -> str | None:
        if len(token) > LONGEST:
            return None
        claims = self._claims(token)
        expected = {"iss": self._issuer, "aud": self._client_id, "token_use": "id"}
        if any(claims.get(name) != value for name, value in expected.items()):
            return None
        expires, subject = claims.get("exp"), claims.get("sub")
        if not isinstance(expires, int) or expires <= self._clock.now().timestamp() or not isinstance(subject, str):
            return None
        return subject

    def _claims(self, token: str) -> dict[str, object]:
        """The claims of a token that is signed by the pool; none for any other."""
        for keys in (self._keys, self._fetched()):
            try:
                if keys is not None:
                    return jwt.decode(token, keys, algorithms=["RS256"]).claims
            except (JoseError, ValueError):
                continue  # the key may be newer than those at hand
        return {}

    def _fetched(self) -> KeySet | None:
        """The published keys; None where they were fetched a moment ago. Raises Unavailable."""
        now = self._clock.now()
        if self._fetched_at is not None and now - self._fetched_at < FETCHED_AT_MOST_EVERY:
            return None
        try:
            answer = self._http.request("GET", self._keys_at)
            if answer.status != OK:
                raise Unavailable
            self._keys = KeySet.import_key_set(json.loads(answer.data))
        except (urllib3.exceptions.HTTPError, JoseError, ValueError) as error:
            raise Unavailable from error
        self._fetched_at = now
        return self._keys
