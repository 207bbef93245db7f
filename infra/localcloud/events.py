"""Requests as API Gateway passes them to a function, and the function's responses as API Gateway reads them."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from infra.localcloud.deployment import Route
from infra.localcloud.serving import RAW_HEADERS

_TEXT_TYPES = ("text/", "application/json", "application/xml", "application/javascript")


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request; `raw_path` and `query` as received, `headers` in their own spelling and number."""

    method: str
    raw_path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str = "127.0.0.1"
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @classmethod
    def from_environ(cls, environ: Mapping[str, Any]) -> Request:
        """Read a WSGI environment of `infra.localcloud.serving`."""
        target = urlsplit(environ["REQUEST_URI"])
        path = f"//{target.netloc}{target.path}" if target.netloc and not target.scheme else target.path
        return cls(
            method=environ["REQUEST_METHOD"],
            raw_path=path,
            query=target.query,
            headers=tuple(environ[RAW_HEADERS]),
            body=environ["wsgi.input"].read(),
            source_ip=environ["REMOTE_ADDR"],
        )

    @property
    def path(self) -> str:
        """The path, decoded."""
        return unquote(self.raw_path)

    def header(self, name: str) -> str | None:
        """The header's value, repeated ones joined by commas; None when it is not there."""
        values = [value for key, value in self.headers if key.lower() == name]
        return ",".join(values) if values else None


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response; `by_gateway` if no function made it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    by_gateway: bool = False


def message(status: int, text: str, *headers: tuple[str, str]) -> Answer:
    """A response of the gateway itself, in its form: {"message": …}."""
    body = json.dumps({"message": text}, separators=(",", ":")).encode()
    return Answer(status, (("Content-Type", "application/json"), *headers), body, by_gateway=True)


def http_api_event(
    request: Request, route: Route, parameters: Mapping[str, str], authorizer: Mapping[str, Any] | None, account_id: str
) -> dict[str, Any]:
    """The event of an HTTP API, payload format 2.0; `authorizer` is requestContext.authorizer."""
    now = time.time()
    headers = _joined_headers(request)
    cookies = [cookie.strip() for cookie in headers.pop("cookie", "").split(";") if cookie.strip()]
    route_key = f"{route.method} {route.path}"
    http = {
        "method": request.method,
        "path": request.path,
        "protocol": "HTTP/1.1",
        "sourceIp": request.source_ip,
        "userAgent": headers.get("user-agent", ""),
    }
    context: dict[str, Any] = {
        **_common_context(request, route, account_id),
        "http": http,
        "routeKey": route_key,
        "time": _request_time(now),
        "timeEpoch": int(now * 1000),
    }
    if authorizer is not None:
        context["authorizer"] = dict(authorizer)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": context,
    }
    if cookies:
        event["cookies"] = cookies
    if query := _query(request):
        event["queryStringParameters"] = {name: ",".join(values) for name, values in query.items()}
    if parameters:
        event["pathParameters"] = dict(parameters)
    text, encoded = _body(request)
    if text is not None:
        event["body"] = text
    event["isBase64Encoded"] = encoded
    return event


def rest_api_event(
    request: Request, route: Route, parameters: Mapping[str, str], identity: Mapping[str, Any], account_id: str
) -> dict[str, Any]:
    """The event of a REST API, payload format 1.0; `identity` is added to requestContext.identity."""
    now = time.time()
    query = _query(request)
    values: dict[str, list[str]] = {}
    for name, value in (*request.headers, *_forwarding(request)):
        values.setdefault(name, []).append(value)
    text, encoded = _body(request)
    context = {
        **_common_context(request, route, account_id),
        "extendedRequestId": request.request_id,
        "httpMethod": request.method,
        "identity": {
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent"),
            "accountId": account_id,
            **identity,
        },
        "path": request.raw_path,
        "protocol": "HTTP/1.1",
        "requestTime": _request_time(now),
        "requestTimeEpoch": int(now * 1000),
        "resourceId": "local",
        "resourcePath": route.path,
    }
    return {
        "version": "1.0",
        "resource": route.path,
        # Unlike the HTTP API's, the REST API's paths stay percent-encoded.
        "path": request.raw_path.removeprefix(f"/{route.stage}") or "/",
        "httpMethod": request.method,
        "headers": {name: each[-1] for name, each in values.items()},
        "multiValueHeaders": values,
        "queryStringParameters": {name: each[-1] for name, each in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": dict(parameters) or None,
        "stageVariables": None,
        "requestContext": context,
        "body": text,
        "isBase64Encoded": encoded,
    }


def _common_context(request: Request, route: Route, account_id: str) -> dict[str, Any]:
    host = request.header("host") or ""
    return {
        "accountId": account_id,
        "apiId": route.api,
        "domainName": host.partition(":")[0],
        "domainPrefix": host.partition(".")[0],
        "requestId": request.request_id,
        "stage": route.stage,
    }


def read_http_api_answer(payload: bytes) -> Answer | None:
    """What an HTTP API makes of a function's result; None when it is malformed."""
    result = json.loads(payload)
    if not isinstance(result, dict) or "statusCode" not in result:
        text = result if isinstance(result, str) else json.dumps(result)
        return Answer(200, (("Content-Type", "application/json"),), text.encode())
    headers = [(str(name), _text(value)) for name, value in (result.get("headers") or {}).items()]
    headers += [("Set-Cookie", str(cookie)) for cookie in result.get("cookies") or ()]
    return _answer(result, headers, "text/plain;charset=UTF-8")


def read_rest_api_answer(payload: bytes) -> Answer | None:
    """What a REST API makes of a function's result; None when it is malformed."""
    result = json.loads(payload)
    if not isinstance(result, dict) or "statusCode" not in result:
        return None
    multiple = result.get("multiValueHeaders") or {}
    named = {name.lower() for name in multiple}
    headers = [(str(name), _text(value)) for name, values in multiple.items() for value in values]
    single = (result.get("headers") or {}).items()
    headers += [(str(name), _text(value)) for name, value in single if name.lower() not in named]
    return _answer(result, headers, "application/json")


def _answer(result: Mapping[str, Any], headers: list[tuple[str, str]], default_type: str) -> Answer | None:
    body = result.get("body")
    if body is not None and not isinstance(body, str):
        return None
    try:
        status = int(result["statusCode"])
        data = base64.b64decode(body or "") if result.get("isBase64Encoded") else (body or "").encode()
    except (TypeError, ValueError, binascii.Error):
        return None
    if not 100 <= status <= 599:
        return None
    if status not in {204, 304} and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", default_type))
    return Answer(status, tuple(headers), data)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _joined_headers(request: Request) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in (*request.headers, *_forwarding(request)):
        key = name.lower()
        joint = "; " if key == "cookie" else ","
        headers[key] = f"{headers[key]}{joint}{value}" if key in headers else value
    return headers


def _forwarding(request: Request) -> tuple[tuple[str, str], ...]:
    port = (request.header("host") or "").partition(":")[2] or "80"
    trace = f"Root=1-{int(time.time()):08x}-{request.request_id.replace('-', '')[:24]}"
    return (
        ("X-Amzn-Trace-Id", trace),
        ("X-Forwarded-For", request.source_ip),
        ("X-Forwarded-Port", port),
        ("X-Forwarded-Proto", "http"),
    )


def _query(request: Request) -> dict[str, list[str]]:
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(request.query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    return query


def _body(request: Request) -> tuple[str | None, bool]:
    """The body as text, or base64 where its content type does not say that it is text."""
    if not request.body:
        return None, False
    kind = (request.header("content-type") or "text/plain").partition(";")[0].strip().lower()
    if kind.startswith(_TEXT_TYPES) or kind.endswith(("+json", "+xml")):
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode(), True


def _request_time(now: float) -> str:
    return dt.datetime.fromtimestamp(now, dt.UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
