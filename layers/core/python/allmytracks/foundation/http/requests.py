"""Reading an API Gateway event (payload 2.0): the body as its schema, the query, the caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hmac import compare_digest
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from allmytracks.foundation.errors import (
    IdempotencyKeyRequired,
    Malformed,
    PreconditionRequired,
    Unauthenticated,
)
from allmytracks.foundation.http.reading import raw_body, read_body, read_query
from allmytracks.foundation.settings import Settings

S = TypeVar("S", bound=msgspec.Struct)
LONGEST_IDEMPOTENCY_KEY = 255
# Enough to distinguish devices and browsers; stored with each download, so it must stay small.
USER_AGENT_KEPT = 160


@dataclass(frozen=True)
class Request:
    """One HTTP request as API Gateway delivers it."""

    event: Mapping[str, Any]

    @property
    def route_key(self) -> str:
        """The route that the gateway chose: method and path as in template.yaml."""
        return str(self.event["routeKey"])

    @property
    def path(self) -> str:
        return str(self.event["rawPath"])

    @property
    def path_parameters(self) -> Mapping[str, str]:
        return self.event.get("pathParameters") or {}

    @property
    def source_ip(self) -> str:
        """The client's address; behind the edge stack the one that CloudFront saw, if the request carries its key."""
        key = Settings().edge_key
        viewer = self.header("cloudfront-viewer-address") or ""
        if key and viewer and compare_digest((self.header("x-edge-key") or "").encode(), key.encode()):
            return viewer.rpartition(":")[0].strip("[]")
        return str(self.event["requestContext"]["http"]["sourceIp"])

    @property
    def user_agent(self) -> str:
        """The User-Agent header, its first USER_AGENT_KEPT characters."""
        return str(self.event["requestContext"]["http"].get("userAgent") or "")[:USER_AGENT_KEPT]

    @property
    def account_id(self) -> str:
        """The caller's own account: the `sub` of the token that the gateway verified. Raises Unauthenticated."""
        if "sub" not in self._claims:
            raise Unauthenticated("Sign in first.")
        return str(self._claims["sub"])

    @property
    def member(self) -> str | None:
        """The caller's account where the gateway checked a token, else None."""
        return self._claims.get("sub")

    @property
    def _claims(self) -> Mapping[str, Any]:
        authorizer = self.event["requestContext"].get("authorizer") or {}
        claims: Mapping[str, Any] = authorizer.get("jwt", {}).get("claims", {})
        return claims

    @property
    def session_id(self) -> str:
        """The sign-in of the caller's token; empty where the token does not have it."""
        return str(self._claims.get("origin_jti", ""))

    @property
    def user_name(self) -> str:
        """The caller's user name at the identity service; empty where the token does not have it."""
        return str(self._claims.get("cognito:username", ""))

    @property
    def signed_in_at(self) -> datetime | None:
        """When the caller signed in to this session; None where the token does not have it."""
        text = str(self._claims.get("auth_time", ""))
        return datetime.fromtimestamp(int(text), UTC) if text.isascii() and text.isdigit() else None

    def header(self, name: str) -> str | None:
        """A header's value; `name` in lower case, as in payload 2.0."""
        value = self.event.get("headers", {}).get(name)
        return None if value is None else str(value)

    @property
    def bearer_token(self) -> str | None:
        """The token of the Authorization header, which nobody has checked on a route without authorizer."""
        scheme, _, token = (self.header("authorization") or "").partition(" ")
        return token.strip() or None if scheme.lower() == "bearer" else None

    @property
    def if_match(self) -> str:
        """The If-Match header: an ETag, or `*`. Raises PreconditionRequired."""
        tag = self.optional_if_match
        if tag is None:
            raise PreconditionRequired("Send an If-Match header with the ETag of what you read.")
        return tag

    @property
    def optional_if_match(self) -> str | None:
        """The If-Match header, if sent."""
        return (self.header("if-match") or "").strip() or None

    @property
    def idempotency_key(self) -> str:
        """The Idempotency-Key. Raises IdempotencyKeyRequired, Malformed."""
        key = self.optional_idempotency_key
        if key is None:
            raise IdempotencyKeyRequired("Send an Idempotency-Key header: any text of your own, new for each purpose.")
        return key

    @property
    def optional_idempotency_key(self) -> str | None:
        """The Idempotency-Key, if sent. Raises Malformed where it is invalid."""
        key = (self.header("idempotency-key") or "").strip()
        if len(key) > LONGEST_IDEMPOTENCY_KEY or not (key.isascii() and key.isprintable()):
            raise Malformed(f"Send an Idempotency-Key of at most {LONGEST_IDEMPOTENCY_KEY} printable ASCII characters.")
        return key or None

    @cached_property
    def raw_body(self) -> bytes:
        """The body's bytes exactly as they were sent. Raises Malformed."""
        return raw_body(self.event)

    def body(self, schema: type[S]) -> S:
        """The JSON body as `schema`. Raises UnsupportedMedia, Malformed, InvalidFields (each field named)."""
        return read_body(self.raw_body, schema, self.header("content-type"))

    @property
    def query_names(self) -> list[str]:
        """The names of the query's parameters, as often as they were sent."""
        raw = str(self.event.get("rawQueryString") or "")
        return [name for name, _ in parse_qsl(raw, keep_blank_values=True)]

    def query(self, schema: type[S]) -> S:
        """The query string as `schema`; numbers are read from their text. Raises InvalidFields."""
        return read_query(self.event.get("queryStringParameters") or {}, schema)
