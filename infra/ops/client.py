"""Calls to the operators' API, signed as AWS wants them (SigV4), and uploads by the links that it gives."""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Callable, Generator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError
from botocore.session import Session

from infra.localcloud.credentials import OPERATOR, REGION, SECRET
from infra.ops.errors import WAITS, OpsError

ATTEMPTS = 4
RETRIED = frozenset({429, 500, 502, 503, 504})
_HOST = re.compile(r"\.execute-api\.([a-z0-9-]+)\.amazonaws\.")


class AwsSignature(httpx.Auth):
    """Signs each request for API Gateway (`execute-api`)."""

    requires_request_body = True

    def __init__(self, credentials: Credentials, region: str) -> None:
        self._signer = SigV4Auth(credentials, "execute-api", region)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Adds the signature; one request, one answer."""
        signed = AWSRequest(request.method, str(request.url), data=request.content)
        self._signer.add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        yield request


class OpsClient:
    """The operators' API. Every call may be repeated: what was done already is not done twice."""

    def __init__(
        self, api: httpx.Client, uploads: httpx.Client, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._api = api
        self._uploads = uploads
        self._sleep = sleep

    def call(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, Any] | None = None,
        query: Mapping[str, object] | None = None,
    ) -> dict[str, Any]:
        """The answer's JSON. Raises OpsError, also where the act is not done but waits for a second operator."""
        # Encoded as the signature wants it, which is stricter than what an HTTP library does by itself.
        pairs = [
            f"{name}={quote(str(value), safe='-_.~')}" for name, value in (query or {}).items() if value is not None
        ]
        answer = self._tried(
            lambda: self._api.request(method, "?".join([path, "&".join(pairs)]).rstrip("?"), json=json)
        )
        if not answer.is_success:
            raise _refusal(answer)
        body = _document_of(answer)
        if answer.status_code == HTTPStatus.ACCEPTED and "approval_id" in body:
            raise _waiting(body)
        return body

    def put_file(self, url: str, headers: Mapping[str, str], file: Path) -> None:
        """Puts a file where a link of the API says. Raises OpsError."""
        size = str(file.stat().st_size)

        def put() -> httpx.Response:
            with file.open("rb") as body:
                return self._uploads.put(url, content=body, headers={**headers, "Content-Length": size})

        answer = self._tried(put)
        if not answer.is_success:
            raise OpsError(
                f"the upload was refused ({answer.status_code})", code="upload_refused", status=answer.status_code
            )

    def close(self) -> None:
        """Ends the connections."""
        self._api.close()
        self._uploads.close()

    def _tried(self, send: Callable[[], httpx.Response]) -> httpx.Response:
        for attempt in range(ATTEMPTS):
            last = attempt == ATTEMPTS - 1
            try:
                answer = send()
            except httpx.TransportError as error:
                if last:
                    raise OpsError(f"the operators' API does not answer at {self._api.base_url}{why(error)}") from error
            except BotoCoreError as error:  # a sign-in that ended: no attempt helps
                raise OpsError(f"your AWS identity cannot be used: {error}", code="no_credentials") from error
            else:
                if last or answer.status_code not in RETRIED:
                    return answer
            self._sleep(0.3 * 2**attempt)
        raise AssertionError("the last attempt always answers or raises")


def connect(url: str) -> OpsClient:
    """A client of the API at `url`. Raises OpsError where there are no AWS credentials to sign with.

    The local cloud is asked as its operator, or with a role's policy by its name: http://ReadOperatorPolicy@127.0.0.1…
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise OpsError(f"{url} is no address of the operators' API; it looks like https://…/ops", code="bad_address")
    local = _is_loopback(parts.hostname)
    identity = unquote(parts.username or OPERATOR)
    url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    credentials, region = (Credentials(identity, SECRET), REGION) if local else _aws(parts.hostname)
    base = url.rstrip("/") if parts.path.strip("/") else f"{url.rstrip('/')}/ops"
    # Nothing of a loopback address belongs to a proxy.
    api = httpx.Client(base_url=base, auth=AwsSignature(credentials, region), timeout=60, trust_env=not local)
    return OpsClient(api, httpx.Client(timeout=httpx.Timeout(60, write=600), trust_env=not local))


def _aws(host: str) -> tuple[Credentials, str]:
    session = Session()
    try:
        credentials = session.get_credentials()
        region = session.get_config_variable("region")
    except BotoCoreError as error:
        raise OpsError(f"your AWS configuration cannot be used: {error}", code="no_credentials") from error
    if credentials is None:
        raise OpsError(
            "there are no AWS credentials: set AWS_PROFILE, or sign in (aws sso login)", code="no_credentials"
        )
    named = _HOST.search(host)
    if named is None and not region:
        raise OpsError("which AWS region? set AWS_REGION", code="no_region")
    return credentials, named.group(1) if named else str(region)


def why(error: httpx.TransportError) -> str:
    """What went wrong, in brackets, without the number that the operating system gives it."""
    text = re.sub(r"\[Errno -?\d+\] ", "", str(error))
    return f" ({text})" if text else ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _document_of(answer: httpx.Response) -> dict[str, Any]:
    """An answer's JSON object. Raises OpsError where something else than the API answered, such as a proxy's page."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        message = f"{answer.url.copy_with(query=None)} is not the operators' API: it answered no JSON"
        raise OpsError(message, code="unexpected_answer", status=answer.status_code)
    return body


def _refusal(answer: httpx.Response) -> OpsError:
    try:
        body = answer.json()
    except ValueError:
        body = {}
    if not isinstance(body, dict):
        body = {}
    if answer.status_code == httpx.codes.FORBIDDEN and "code" not in body:
        said = body.get("message") or body.get("Message") or ""
        return OpsError(f"your AWS identity may not do this: {said}".rstrip(": "), code="forbidden", status=403)
    problems = "; ".join(f"{each['field']}: {each['message']}" for each in body.get("errors", ()))
    detail = str(body.get("detail") or f"the operators' API answered {answer.status_code}")
    message = f"{detail} ({problems})" if problems else detail
    return OpsError(message, code=str(body.get("code", "failed")), status=answer.status_code, extra=body)


def _waiting(approval: Mapping[str, Any]) -> OpsError:
    approval_id = str(approval["approval_id"])
    message = f"not done yet: another operator has to approve it (allmytracks approvals approve {approval_id})."
    return OpsError(message, code=WAITS, status=HTTPStatus.ACCEPTED, extra={"approval_id": approval_id})
