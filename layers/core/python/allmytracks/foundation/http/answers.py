"""A handler's responses, and their form for API Gateway."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import TypeVar

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

S = TypeVar("S", bound=msgspec.Struct)
PDF = "application/pdf"
JSON = "application/json"
HTML = "text/html"
# On every response of both APIs, as a browser may receive any of them (OWASP, "HTTP Headers" and "REST Security").
EVERYWHERE: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


# What a 304 repeats of the response that the caller has (RFC 9110, 15.4.5).
KEPT_BY_304 = ("Cache-Control", "ETag", "Last-Modified", "Vary")


def prefers(accept: str | None, form: str) -> bool:
    """Whether `accept` names `form` before JSON, the default."""
    named = [each.partition(";")[0].strip().lower() for each in (accept or "").split(",")]
    return next((each for each in named if each in {form, JSON}), JSON) == form


def page_policy(*, style: str = "", script: str = "", connect: bool = False, form: bool = False) -> str:
    """The Content-Security-Policy of a page: its own `style` and `script`, and nothing from elsewhere.

    `connect` lets its script ask this API, `form` lets it send forms to this API.
    """
    allowed = {
        "default-src": "'none'",
        "style-src": _hash_of(style),
        "script-src": _hash_of(script),
        "connect-src": "'self'" if connect else "'none'",
        "form-action": "'self'" if form else "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in allowed.items())


def _hash_of(source: str) -> str:
    if not source:
        return "'none'"
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


class Answer(Struct, frozen=True):
    """One HTTP response. `body` is a msgspec Struct, a plain structure, text, bytes or None (no content)."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    def to_gateway(self) -> dict[str, object]:
        """The response in API Gateway's form (payload 2.0)."""
        headers = {**EVERYWHERE, **self.headers}
        if self.content_type.startswith(HTML):
            headers.setdefault("Content-Security-Policy", page_policy())
        if self.body is None:
            return {"statusCode": self.status, "headers": headers}
        headers["Content-Type"] = self.content_type
        if isinstance(self.body, bytes):
            body = base64.b64encode(self.body).decode("ascii")
            return {"statusCode": self.status, "headers": headers, "body": body, "isBase64Encoded": True}
        return {"statusCode": self.status, "headers": headers, "body": self.text()}

    def text(self) -> str:
        """The body as text; JSON where it is a structure."""
        return self.body if isinstance(self.body, str) else msgspec.json.encode(self.body).decode()


def answer_from(schema: type[S], entity: object, **own: object) -> S:
    """A response body with the entity's fields of the same names; `own` gives those that differ."""
    names = [each.name for each in msgspec.structs.fields(schema)]
    return schema(**{name: own[name] if name in own else getattr(entity, name) for name in names})


def revalidated(answer: Answer, cache: str, if_none_match: str | None) -> Answer:
    """The response with `cache` as its Cache-Control and an ETag; 304 where the caller has it (RFC 9110, 13.1.2).

    Headers that the response already has are kept.
    """
    body = answer.body if isinstance(answer.body, bytes) else answer.text()
    if "ETag" in answer.headers:
        tag = answer.headers["ETag"]
    else:
        tag = f'"{hashlib.sha256(body if isinstance(body, bytes) else body.encode()).hexdigest()[:32]}"'
    headers = {"Cache-Control": cache, **answer.headers, "ETag": tag}
    held = {each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")}
    if tag in held or "*" in held:
        return Answer(304, headers={name: headers[name] for name in KEPT_BY_304 if name in headers})
    return replace(answer, body=body, headers=headers)


def without_body(answer: Answer) -> Answer:
    """What HEAD returns: the same status and headers."""
    return replace(answer, body=None, headers={**answer.headers, "Content-Type": answer.content_type})
