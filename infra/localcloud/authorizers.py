"""API Gateway's authorizers: JWT for the HTTP API, AWS signatures (version 4) for the REST API."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from infra.localcloud import clock
from infra.localcloud.access import allowed
from infra.localcloud.credentials import SECRET, UNRESTRICTED
from infra.localcloud.deployment import Deployment, Route
from infra.localcloud.events import Answer, Request, message

_SIGNATURE_SECONDS = 300
_UNAUTHORIZED = message(401, "Unauthorized", ("WWW-Authenticate", "Bearer"))


class JwtAuthorizer:
    """Checks what AWS checks: signature, issuer, audience or client, expiry and not-before by the local clock, scopes.

    As on AWS, `token_use` is not checked: a route that must refuse id tokens declares a scope, which they lack.
    """

    def __init__(self, issuer: str, audiences: tuple[str, ...], fetch_keys: Callable[[], dict[str, Any]]) -> None:
        self._issuer, self._audiences, self._fetch_keys = issuer, audiences, fetch_keys
        self._keys: KeySet | None = None
        self._lock = threading.Lock()

    def authorize(self, request: Request, route: Route) -> dict[str, Any] | Answer:
        """Returns requestContext.authorizer for the function, or the refusal."""
        header = request.header("authorization") or ""
        token = header[7:].strip() if header[:7].lower() == "bearer " else header.strip()
        claims = self._verified(token) if token else None
        if claims is None:
            return _UNAUTHORIZED
        granted = str(claims.get("scope", "")).split()
        scopes = [scope for scope in route.authorization_scopes if scope in granted]
        if route.authorization_scopes and not scopes:
            wanted = " ".join(route.authorization_scopes)
            return message(
                403, "Forbidden", ("WWW-Authenticate", f'Bearer scope="{wanted}" error="insufficient_scope"')
            )
        texts = {name: _claim_text(value) for name, value in claims.items()}
        return {"jwt": {"claims": texts, "scopes": scopes or None}}

    def _verified(self, token: str) -> dict[str, Any] | None:
        for fresh in (False, True):
            try:
                claims = jwt.decode(token, self._key_set(fresh=fresh), algorithms=["RS256"]).claims
                return claims if self._valid(claims) else None
            except (JoseError, ValueError):
                continue  # the key may be newer than the keys at hand
        return None

    def _key_set(self, *, fresh: bool) -> KeySet:
        with self._lock:
            if self._keys is None or fresh:
                self._keys = KeySet.import_key_set(self._fetch_keys())  # type: ignore[arg-type]  # a JWKS document
            return self._keys

    def _valid(self, claims: Mapping[str, Any]) -> bool:
        now = time.time()
        audience = claims.get("aud", claims.get("client_id"))
        audiences = audience if isinstance(audience, list) else [audience]
        return (
            claims.get("iss") == self._issuer
            and any(each in self._audiences for each in audiences)
            and now < float(claims.get("exp", 0))
            and float(claims.get("nbf", 0)) <= now
        )


class IamAuthorizer:
    """Checks the AWS signature of a request to the REST API, and whether its caller may invoke the route.

    The operator's key may invoke all. A key id that is the name of a managed policy, or several names joined by `+`,
    may do what those policies allow.
    """

    def __init__(self, deployment: Deployment) -> None:
        self._region, self._account_id = deployment.region, deployment.account_id
        self._policies, self._apis = deployment.operator_policies, deployment.physical_ids

    def authorize(self, request: Request, route: Route) -> dict[str, Any] | Answer:
        """Returns requestContext.identity of the caller, or the refusal."""
        parts = _credential_parts(request.header("authorization") or "")
        signed_at = request.header("x-amz-date")
        if parts is None or signed_at is None:
            return message(403, "Missing Authentication Token")
        key_id, _, scope = parts["Credential"].partition("/")
        policies = key_id.split("+")
        if key_id not in UNRESTRICTED and not all(name in self._policies for name in policies):
            return message(403, "The security token included in the request is invalid.")
        if scope != f"{signed_at[:8]}/{self._region}/execute-api/aws4_request":
            return message(403, "Credential should be scoped to a valid region and service.")
        if not _timely(signed_at):
            return message(403, f"Signature expired: {signed_at}")
        expected = self._signature(request, key_id, signed_at, set(parts["SignedHeaders"].split(";")))
        if not hmac.compare_digest(expected, parts["Signature"]):
            return message(403, "The request signature we calculated does not match the signature you provided.")
        arn = f"arn:aws:iam::{self._account_id}:user/{key_id}"
        identity = {"accessKey": key_id, "caller": key_id, "user": key_id, "userArn": arn}
        return identity if key_id in UNRESTRICTED else self._denied(request, route, policies, arn) or identity

    def _denied(self, request: Request, route: Route, policies: list[str], arn: str) -> Answer | None:
        statements = [statement for name in policies for statement in self._policies[name]]
        api = f"arn:aws:execute-api:{self._region}:{self._account_id}:{self._apis.get(route.api, route.api)}"
        path = request.raw_path.removeprefix(f"/{route.stage}")
        resource = f"{api}/{route.stage}/{request.method}{path}"
        if allowed(statements, "execute-api:Invoke", resource, {}):
            return None
        return message(403, f"User: {arn} is not authorized to perform: execute-api:Invoke on resource: {resource}")

    def _signature(self, request: Request, key_id: str, signed_at: str, signed: set[str]) -> str:
        query = f"?{request.query}" if request.query else ""
        address = f"http://{request.header('host')}{request.raw_path}{query}"
        copy = AWSRequest(request.method, address, data=request.body)
        for name, value in request.headers:
            # The digest of the body is computed, never taken from the header that claims it.
            if name.lower() in signed and name.lower() != "x-amz-content-sha256":
                copy.headers.add_header(name, value)
        if "x-amz-content-sha256" in signed:
            copy.headers["X-Amz-Content-SHA256"] = hashlib.sha256(request.body).hexdigest()
        copy.context["timestamp"] = signed_at
        signer = SigV4Auth(Credentials(key_id, SECRET), "execute-api", self._region)
        signature: str = signer.signature(signer.string_to_sign(copy, signer.canonical_request(copy)), copy)
        return signature


def _claim_text(value: object) -> str:
    """A claim as the HTTP API's authorizer passes it on: always text."""
    if isinstance(value, list):
        return f"[{' '.join(_claim_text(each) for each in value)}]"
    return value if isinstance(value, str) else json.dumps(value)


def _credential_parts(header: str) -> dict[str, str] | None:
    algorithm, _, rest = header.partition(" ")
    parts = {name.strip(): value for name, _, value in (each.partition("=") for each in rest.split(","))}
    complete = algorithm == "AWS4-HMAC-SHA256" and parts.keys() >= {"Credential", "SignedHeaders", "Signature"}
    return parts if complete else None


def _timely(signed_at: str) -> bool:
    """Within five minutes of the local clock or of real time: an operator's own machine does not follow the local
    clock.
    """
    try:
        at = dt.datetime.strptime(signed_at, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC).timestamp()
    except ValueError:
        return False
    return any(abs(now - at) <= _SIGNATURE_SECONDS for now in (time.time(), clock.real_now()))
