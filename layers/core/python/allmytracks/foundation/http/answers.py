"""What a handler answers with, and how API Gateway wants it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

PDF = "application/pdf"
JSON = "application/json"
# On every answer of both APIs: TLS alone, types as they are said, no address (it may name a licence) to other sites.
SECURITY = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def prefers(accept: str | None, form: str) -> bool:
    """Whether `form` is the first that `accept` names of it and JSON, which is the default."""
    named = [each.partition(";")[0].strip().lower() for each in (accept or "").split(",")]
    return next((each for each in named if each in {form, JSON}), JSON) == form


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. `body` is a msgspec Struct, a plain structure, text, bytes or None (no content)."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    def to_gateway(self) -> dict[str, object]:
        """The answer in API Gateway's form (payload 2.0)."""
        headers = {"Cache-Control": "no-store", **SECURITY, **self.headers}
        if self.body is None:
            return {"statusCode": self.status, "headers": headers}
        headers["Content-Type"] = self.content_type
        if isinstance(self.body, bytes):
            body = base64.b64encode(self.body).decode("ascii")
            return {"statusCode": self.status, "headers": headers, "body": body, "isBase64Encoded": True}
        text = self.body if isinstance(self.body, str) else msgspec.json.encode(self.body).decode()
        return {"statusCode": self.status, "headers": headers, "body": text}
