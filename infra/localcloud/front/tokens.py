"""Cognito's tokens: minted with a key made at each start, valid as long as the client's settings say, by the local
clock.
"""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwk, jwt
from joserfc.errors import JoseError

from infra.localcloud.front.codes import CognitoError

SCOPE = "aws.cognito.signin.user.admin"
_UNIT_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
# (property, its unit's name, default value, default unit), as Cognito has them.
_ACCESS = ("AccessTokenValidity", "AccessToken", 1, "hours")
_ID = ("IdTokenValidity", "IdToken", 1, "hours")
_REFRESH = ("RefreshTokenValidity", "RefreshToken", 30, "days")


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in; its refresh token lives until `expires_at` (epoch seconds), unless it is revoked."""

    user_id: str
    user_name: str
    client_id: str
    origin_jti: str
    auth_time: int
    expires_at: float


class Tokens:
    """Mints and stores the tokens of all pools."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._key = jwk.RSAKey.generate_key(2048, {"kid": str(uuid.uuid4()), "use": "sig", "alg": "RS256"})
        self._sessions: dict[str, Session] = {}
        self._revoked: set[str] = set()

    def jwks(self) -> dict[str, Any]:
        """The public keys, as `/.well-known/jwks.json` shows them."""
        return {"keys": [self._key.as_dict(private=False)]}

    def sign_in(self, pool: Any, client: Any, user: Any) -> dict[str, Any]:
        """Tokens of a new sign-in, as Cognito's AuthenticationResult."""
        now = time.time()
        lifetime = _seconds(client.extended_config, _REFRESH)
        session = Session(user.id, user.username, client.id, str(uuid.uuid4()), int(now), now + lifetime)
        token = secrets.token_urlsafe(96)
        self._sessions[token] = session
        return {**self._mint(pool, client, user, session), "RefreshToken": token}

    def session(self, token: str, client_id: str) -> Session:
        """The session of a refresh token; raises CognitoError NotAuthorizedException when it has expired."""
        found = self._sessions.get(token)
        if found is None or found.client_id != client_id:
            raise CognitoError("NotAuthorizedException", "Invalid Refresh Token")
        if found.origin_jti in self._revoked:
            raise CognitoError("NotAuthorizedException", "Refresh Token has been revoked")
        if time.time() >= found.expires_at:
            raise CognitoError("NotAuthorizedException", "Refresh Token has expired")
        return found

    def refreshed(self, pool: Any, client: Any, user: Any, session: Session) -> dict[str, Any]:
        """New access and id tokens of a session."""
        return self._mint(pool, client, user, session)

    def rotated(self, token: str) -> str:
        """A new refresh token in place of `token`, which ends; the session's life is not prolonged."""
        fresh = secrets.token_urlsafe(96)
        self._sessions[fresh] = self._sessions.pop(token)
        return fresh

    def revoke(self, token: str, client_id: str) -> None:
        """End the session of a refresh token; an unknown one is ignored, as by Cognito."""
        found = self._sessions.get(token)
        if found is not None and found.client_id == client_id:
            self._revoked.add(found.origin_jti)

    def sign_out(self, user_id: str) -> None:
        """End all sessions of a user."""
        for session in self._sessions.values():
            if session.user_id == user_id:
                self._revoked.add(session.origin_jti)

    def claims(self, access_token: str) -> Mapping[str, Any]:
        """The claims of a valid access token; raises CognitoError NotAuthorizedException otherwise."""
        try:
            claims = jwt.decode(access_token, self._key, algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            raise CognitoError("NotAuthorizedException", "Invalid Access Token") from None
        if claims.get("token_use") != "access":
            raise CognitoError("NotAuthorizedException", "Invalid Access Token")
        if time.time() >= claims["exp"]:
            raise CognitoError("NotAuthorizedException", "Access Token has expired")
        if claims["origin_jti"] in self._revoked:
            raise CognitoError("NotAuthorizedException", "Access Token has been revoked")
        return claims

    def _mint(self, pool: Any, client: Any, user: Any, session: Session) -> dict[str, Any]:
        now = int(time.time())
        lifetime = _seconds(client.extended_config, _ACCESS)
        common: dict[str, Any] = {
            "sub": user.id,
            "iss": f"https://cognito-idp.{self._region}.amazonaws.com/{pool.id}",
            "origin_jti": session.origin_jti,
            "event_id": str(uuid.uuid4()),
            "auth_time": session.auth_time,
            "iat": now,
        }
        if user.groups:
            groups = sorted(user.groups, key=lambda group: (group.precedence or 0, group.group_name))
            common["cognito:groups"] = [group.group_name for group in groups]
        access = {
            **common,
            "client_id": client.id,
            "token_use": "access",
            "scope": SCOPE,
            "exp": now + lifetime,
            "jti": str(uuid.uuid4()),
            "username": user.username,
        }
        attributes = {a["Name"]: a["Value"] for a in user.attributes if a["Name"] != "sub"}
        if "email_verified" in attributes:
            attributes["email_verified"] = attributes["email_verified"] == "true"
        identity = {
            **common,
            **attributes,
            "aud": client.id,
            "token_use": "id",
            "exp": now + _seconds(client.extended_config, _ID),
            "jti": str(uuid.uuid4()),
            "cognito:username": user.username,
        }
        access_token = self._sign(access)
        # moto's own operations on a caller's token (GetUser, …) look it up here.
        pool.access_tokens[access_token] = (client.id, user.username)
        return {
            "AccessToken": access_token,
            "IdToken": self._sign(identity),
            "ExpiresIn": lifetime,
            "TokenType": "Bearer",
        }

    def _sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims, self._key)


def _seconds(client: Mapping[str, Any], what: tuple[str, str, int, str]) -> int:
    name, unit_name, default, default_unit = what
    unit = client.get("TokenValidityUnits", {}).get(unit_name, default_unit)
    value = client.get(name) or 0
    return int(value) * _UNIT_SECONDS[unit] if value else default * _UNIT_SECONDS[default_unit]
