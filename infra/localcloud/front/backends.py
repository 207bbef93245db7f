"""The backends of the front: moto, one request at a time, and DynamoDB Local, concurrently."""

from __future__ import annotations

import io
import secrets
import threading
from collections.abc import Iterable
from typing import Any

import urllib3
from moto.events.models import events_backends
from moto.kms.models import kms_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.ses.models import ses_backends

from infra.localcloud.credentials import ACCOUNT_ID
from infra.localcloud.front.answers import Answer
from infra.localcloud.front.requests import Request
from infra.localcloud.front.s3_cors import Rule

_KEPT_CONNECTIONS = 64
_DYNAMODB_SECONDS = 240.0
_PASSED_ON = ("content-type", "x-amz-date", "x-amz-target", "user-agent")
# It does not check the signature, but requires one, by a key id of letters and digits only.
_AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential={key_id}/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0"
)


class Moto:
    """moto behind one lock: it loses updates under threads."""

    def __init__(self, region: str) -> None:
        self.lock = threading.RLock()
        self._region = region
        self._app = DomainDispatcherApplication(create_backend_app)

    def answer(self, environ: dict[str, Any], request: Request) -> Answer:
        """moto's answer to the request."""
        environ = {**environ, "wsgi.input": io.BytesIO(request.body), "CONTENT_LENGTH": str(len(request.body))}
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Any:
            begun.append((status, headers))
            return lambda _data: None

        with self.lock:
            app = self._app.get_application(environ)
            chunks: Iterable[bytes] = app(environ, start_response)
            body = b"".join(chunks)
        status, headers = begun[-1]
        return Answer(int(status.split(" ", 1)[0]), body, headers)

    def cors_rules(self, bucket: str) -> list[Rule]:
        """The CORS rules of a bucket; none where it has none, or there is no such bucket."""
        with self.lock:
            found = s3_backends[ACCOUNT_ID]["aws"].buckets.get(bucket)
            return [
                Rule(
                    tuple(each.allowed_origins),
                    tuple(each.allowed_methods),
                    tuple(each.allowed_headers or ()),
                    tuple(each.exposed_headers or ()),
                    int(each.max_age_seconds) if each.max_age_seconds else None,
                )
                for each in (found.cors if found is not None else [])
            ]

    def has_configuration_set(self, name: str) -> bool:
        """Whether there is a configuration set of SES by this name."""
        with self.lock:
            return name in ses_backends[ACCOUNT_ID][self._region].config_sets

    def publish_mail_event(self, detail_type: str, detail: str) -> None:
        """Puts an event of SES on the default bus, where AWS's own services publish."""
        with self.lock:
            event = {"Source": "aws.ses", "DetailType": detail_type, "Detail": detail}
            events_backends[ACCOUNT_ID][self._region].put_events([event])

    def arn(self, service: str, name: str) -> str:
        """The ARN of a KMS key, a secret or a sender's identity by any id that AWS accepts for it."""
        with self.lock:
            if service == "kms":
                kms = kms_backends[ACCOUNT_ID][self._region]
                key = kms.keys.get(kms.any_id_to_key_id(name))
                return str(key.arn) if key is not None else name
            if service == "secretsmanager":
                secret = secretsmanager_backends[ACCOUNT_ID][self._region].secrets.get(name)
                return str(secret.arn) if secret is not None else name
            known = ses_backends[ACCOUNT_ID][self._region].email_identities
            identity = name if name in known else name.rpartition("@")[2]
            return f"arn:aws:ses:{self._region}:{ACCOUNT_ID}:identity/{identity}"


class DynamoDbLocal:
    """Amazon's DynamoDB Local, over connections that stay open."""

    def __init__(self, endpoint: str) -> None:
        host, _, port = endpoint.removeprefix("http://").rstrip("/").partition(":")
        # Every key id has a database of its own there, and this one is secret.
        self.key_id = secrets.token_hex(16)
        # No retries: the caller decides whether to repeat a write that may have happened.
        self._pool = urllib3.HTTPConnectionPool(
            host, int(port), maxsize=_KEPT_CONNECTIONS, retries=False, timeout=_DYNAMODB_SECONDS
        )

    def answer(self, request: Request) -> Answer:
        """DynamoDB Local's answer to the request."""
        headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        headers["authorization"] = _AUTHORIZATION.format(key_id=self.key_id)
        answer = self._pool.request("POST", "/", body=request.body, headers=headers)
        kept = [(k, v) for k, v in answer.headers.items() if k.lower() not in {"transfer-encoding", "connection"}]
        return Answer(answer.status, answer.data, kept)
