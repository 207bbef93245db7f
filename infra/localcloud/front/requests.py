"""A request to the AWS front: its signer, its service, and its operation."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

from infra.localcloud.serving import RAW_HEADERS

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_APPLICATION = re.compile(r"\bapp/(\S+)")
# X-Amz-Target's prefix -> signing name, for requests that carry no signature.
_UNSIGNED = {"AWSCognitoIdentityProviderService": "cognito-idp"}


@dataclass(frozen=True)
class Request:
    """A request as received; `key_id` is None when it is unsigned."""

    method: str
    path: str
    raw_path: str
    query_string: str
    headers: dict[str, str]
    body: bytes
    key_id: str | None
    region: str | None
    service: str | None
    presigned: bool

    @cached_property
    def query(self) -> dict[str, str]:
        """The query's parameters; of repeated ones the last."""
        return dict(parse_qsl(self.query_string, keep_blank_values=True))

    @cached_property
    def form(self) -> dict[str, str]:
        """The parameters of a request in AWS's query protocol."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @cached_property
    def json(self) -> dict[str, Any]:
        """The body of a request in a JSON protocol; empty when it is none."""
        try:
            body = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def target(self) -> str | None:
        """The operation's name in a JSON protocol (`PutItem`)."""
        return self.headers.get("x-amz-target", "").rpartition(".")[2] or None

    @property
    def application(self) -> str:
        """The caller's name in its user agent; identifies callers without a key."""
        found = _APPLICATION.search(self.headers.get("user-agent", ""))
        return found.group(1) if found else "unsigned"


def read(environ: dict[str, Any]) -> Request:
    """The request in a WSGI environment; its body stays readable for the next handler."""
    body = environ["wsgi.input"].read()
    headers = {name.lower(): value for name, value in environ[RAW_HEADERS]}
    query_string = environ.get("QUERY_STRING", "")
    signed = _CREDENTIAL.search(headers.get("authorization", ""))
    presigned = None
    if signed is None and "X-Amz-Credential=" in query_string:
        presigned = _CREDENTIAL.search(unquote(query_string).replace("X-Amz-Credential", "Credential"))
    key_id, region, service = (signed or presigned or _NOTHING).groups()
    target = headers.get("x-amz-target", "")
    raw_path = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ["PATH_INFO"]).partition("?")[0]
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
        raw_path=raw_path,
        query_string=query_string,
        headers=headers,
        body=body,
        key_id=key_id,
        region=region,
        service=service or _UNSIGNED.get(target.partition(".")[0]),
        presigned=presigned is not None,
    )


class _Nothing:
    def groups(self) -> tuple[None, None, None]:
        """No match has no groups."""
        return None, None, None


_NOTHING = _Nothing()
