"""Reading an API Gateway event (payload 2.0): the body as its schema, the query, the caller."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec

from allmytracks.foundation.errors import (
    FieldProblem,
    IdempotencyKeyRequired,
    InvalidFields,
    Malformed,
    Unauthenticated,
)

S = TypeVar("S", bound=msgspec.Struct)
LONGEST_IDEMPOTENCY_KEY = 255
# Enough to tell devices and browsers apart; what is kept of it with a download must stay small.
USER_AGENT_KEPT = 160


@dataclass(frozen=True)
class Request:
    """One HTTP request as the gateway hands it over."""

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
        return str(self.event["requestContext"]["http"]["sourceIp"])

    @property
    def user_agent(self) -> str:
        """The client's own name for itself, its first USER_AGENT_KEPT characters."""
        return str(self.event["requestContext"]["http"].get("userAgent") or "")[:USER_AGENT_KEPT]

    @property
    def account_id(self) -> str:
        """The caller's own account: the `sub` of the token that the gateway verified. Raises Unauthenticated."""
        authorizer = self.event["requestContext"].get("authorizer") or {}
        claims = authorizer.get("jwt", {}).get("claims", {})
        if "sub" not in claims:
            raise Unauthenticated("Sign in first.")
        return str(claims["sub"])

    def header(self, name: str) -> str | None:
        """A header's value; `name` in lower case, as payload 2.0 has them."""
        value = self.event.get("headers", {}).get(name)
        return None if value is None else str(value)

    @property
    def bearer_token(self) -> str:
        """The access token of this request. Raises Unauthenticated."""
        scheme, _, token = (self.header("authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("Sign in first.")
        return token

    @property
    def idempotency_key(self) -> str:
        """The Idempotency-Key. Raises IdempotencyKeyRequired, Malformed."""
        key = self.optional_idempotency_key
        if key is None:
            raise IdempotencyKeyRequired("Send an Idempotency-Key header: any text of your own, new for each purpose.")
        return key

    @property
    def optional_idempotency_key(self) -> str | None:
        """The Idempotency-Key where one was sent. Raises Malformed where it is too long."""
        key = (self.header("idempotency-key") or "").strip()
        if len(key) > LONGEST_IDEMPOTENCY_KEY:
            raise Malformed(f"An Idempotency-Key has at most {LONGEST_IDEMPOTENCY_KEY} characters.")
        return key or None

    @cached_property
    def raw_body(self) -> bytes:
        """The body's bytes exactly as they were sent. Raises Malformed."""
        body = self.event.get("body") or ""
        if not self.event.get("isBase64Encoded"):
            return str(body).encode()
        try:
            return base64.b64decode(body, validate=True)
        except binascii.Error:
            raise Malformed("The body is not what its encoding says.") from None

    def body(self, schema: type[S]) -> S:
        """The JSON body as `schema`. Raises Malformed (no JSON object) and InvalidFields (each field named)."""
        try:
            return msgspec.json.decode(self.raw_body, type=schema)
        except msgspec.ValidationError:
            pass
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Malformed("The body is not JSON.") from None
        return _explain(msgspec.json.decode(self.raw_body), schema, strict=True)

    def query(self, schema: type[S]) -> S:
        """The query string as `schema`; numbers are read from their text. Raises InvalidFields."""
        values = self.event.get("queryStringParameters") or {}
        try:
            return msgspec.convert(values, schema, strict=False)
        except msgspec.ValidationError:
            return _explain(values, schema, strict=False)


def _explain(values: object, schema: type[S], *, strict: bool) -> S:
    """Finds every field that does not fit (msgspec itself names only the first)."""
    if not isinstance(values, dict):
        raise Malformed("The body is not a JSON object.")
    raise InvalidFields(list(_problems(values, schema, "", strict=strict)))


def _problems(
    values: Mapping[str, object], schema: type[msgspec.Struct], inside: str, *, strict: bool
) -> Iterator[FieldProblem]:
    for field in msgspec.structs.fields(schema):
        name = inside + field.encode_name
        if field.encode_name not in values:
            if field.required:
                yield FieldProblem(name, "required", f"Send {name}.")
            continue
        value, kind = values[field.encode_name], _kind(field.type)
        if isinstance(value, dict) and issubclass(kind, msgspec.Struct):
            yield from _problems(value, kind, f"{name}.", strict=strict)
            continue
        try:
            msgspec.convert(value, field.type, strict=strict)
        except msgspec.ValidationError as error:
            known = f" Send one of {', '.join(each.value for each in kind)}." if issubclass(kind, Enum) else ""
            yield FieldProblem(name, "invalid", f"{error}.{known}")
    if schema.__struct_config__.forbid_unknown_fields:
        for name in sorted(set(values) - {field.encode_name for field in msgspec.structs.fields(schema)}):
            yield FieldProblem(inside + name, "unknown", f"There is no field {inside}{name}.")


def _kind(annotation: Any) -> type:
    """The class that a field is of, where it may also be null; `object` for whatever is no class."""
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(each for each in get_args(annotation) if each is not NoneType)
    return annotation if isinstance(annotation, type) else object
