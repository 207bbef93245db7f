"""The AWS front: every AWS request of the local cloud is identified, authorized, recorded and answered here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from botocore.loaders import create_loader
from botocore.model import ServiceModel

from infra.localcloud import access, clock, credentials
from infra.localcloud.credentials import ACCOUNT_ID
from infra.localcloud.deployment import Statement
from infra.localcloud.front import answers, calls, kept, links, objects, requests, s3_cors
from infra.localcloud.front.answers import Answer
from infra.localcloud.front.backends import DynamoDbLocal, Moto
from infra.localcloud.front.calls import Call
from infra.localcloud.front.challenges import over_http
from infra.localcloud.front.codes import CognitoError
from infra.localcloud.front.cognito import Cognito
from infra.localcloud.front.mail import Mailbox
from infra.localcloud.front.mail_events import MailEvents
from infra.localcloud.front.record import Record
from infra.localcloud.front.requests import Request

_AMZ_JSON = "application/x-amz-json-1.1"


@cache
def of_strangers() -> frozenset[str]:
    """Cognito's operations that take a token, code or password in the place of a signature, as AWS lists them."""
    # Reading its description needs no region and no credentials.
    model = ServiceModel(create_loader().load_service_model("cognito-idp", "service-2"))
    return frozenset(name for name in model.operation_names if model.operation_model(name).auth_type == "none")


class Front:
    """A WSGI application. `dynamodb` is DynamoDB Local's address; without it moto serves DynamoDB too."""

    def __init__(
        self,
        *,
        region: str,
        clock_file: Path,
        record: Path,
        dynamodb: str | None,
        functions: str | None = None,
        kept_file: Path | None = None,
    ) -> None:
        """`functions`: where Lambda's API invokes them; `kept_file`: what the front kept of the last run."""
        self._clock_file = clock_file
        self._record = Record(record)
        self._mailbox = Mailbox()
        self._moto = Moto(region)
        self._mail_events = MailEvents(self._moto.publish_mail_event)
        self._dynamodb = DynamoDbLocal(dynamodb) if dynamodb else None
        self._cognito = Cognito(ACCOUNT_ID, region, self._mailbox, over_http(functions))
        self._here = calls.Here(region, ACCOUNT_ID, self._moto.arn)
        self._policies: dict[str, tuple[Statement, ...]] = {}
        if kept_file is not None:
            self._restore(kept_file.read_bytes())

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        clock.apply(self._clock_file)
        request = requests.read(environ)
        answer = self._answer(environ, request)
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", answer.headers)
        return [answer.body]

    def _answer(self, environ: dict[str, Any], request: Request) -> Answer:
        if request.path.startswith("/_front/"):
            return self._own(request)
        if request.path.endswith("/.well-known/jwks.json"):
            return answers.of_json(self._cognito.tokens.jwks())
        if request.method == "OPTIONS" and request.service in {None, "s3"}:
            return s3_cors.preflight(request, self._moto.cors_rules(objects.bucket_and_key(request)[0]))
        if request.service is None:
            return _unsigned(request)
        refusal = _stale_link(request) or self._refusal(request)
        answer = refusal or self._hide_missing(request, self._pass_on(environ, request))
        if request.service == "s3":
            return s3_cors.applied(request, self._moto.cors_rules(objects.bucket_and_key(request)[0]), answer)
        return answer

    def _own(self, request: Request) -> Answer:
        match request.method, request.path.removeprefix("/_front/"):
            case "GET", "ready":
                return answers.of_json({"dynamodb": "dynamodb-local" if self._dynamodb else "moto"})
            case "GET", "mail":
                return answers.of_json({"items": self._mailbox.items(request.query.get("to"))})
            case "PUT", "policies":
                self._policies = {name: _statements(written) for name, written in request.json.items()}
                return answers.of_json({})
            case "GET", "kept":
                return Answer(200, self._kept(), [("Content-Type", "application/octet-stream")])
        return answers.of_json({"message": "there is no such address"}, 404)

    def _kept(self) -> bytes:
        key_id = self._dynamodb.key_id if self._dynamodb is not None else None
        with self._moto.lock:
            own = (self._mailbox, self._mail_events.wanted, self._cognito.kept(), self._policies, key_id)
            return kept.dumped(own)

    def _restore(self, content: bytes) -> None:
        mailbox, wanted, users, self._policies, key_id = kept.restored(content)
        vars(self._mailbox).update(vars(mailbox))
        self._mail_events.wanted.update(wanted)
        self._cognito.restore(users)
        if self._dynamodb is not None:
            self._dynamodb.key_id = key_id

    def _refusal(self, request: Request) -> Answer | None:
        """IAM's part: identify the caller, check its permission, record the call."""
        if request.key_id in credentials.UNRESTRICTED:
            return None
        call = calls.describe(request, self._here)
        if request.key_id is None and request.target not in of_strangers():
            return _unsigned(request)
        if request.key_id is None:
            # AWS requires no signature either.
            self._record.add(request.application, call, unsigned=True)
            return None
        statements = self._policies.get(request.key_id)
        if statements is None:
            code = "InvalidAccessKeyId" if request.service == "s3" else "UnrecognizedClientException"
            return answers.error(request, code, f"The access key {request.key_id} is unknown here", 403)
        missing = self._missing(statements, call)
        self._record.add(request.key_id, call, denied=missing is not None, link=request.presigned)
        if missing is not None:
            caller = f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/{request.key_id}/{request.key_id}"
            return answers.denied(request, caller, *missing)
        return None

    def _missing(self, statements: tuple[Statement, ...], call: Call) -> tuple[str, str] | None:
        context: Mapping[str, tuple[str, ...]] = {**call.context, "aws:securetransport": ("true",)}
        return next((need for need in call.needs if not access.allowed(statements, *need, context)), None)

    def _pass_on(self, environ: dict[str, Any], request: Request) -> Answer:
        if request.service == "dynamodb" and self._dynamodb is not None:
            return self._dynamodb.answer(request)
        if request.service == "cognito-idp":
            answer = self._ask_cognito(request)
            if answer is not None:
                return answer
        if request.service == "ses" and (answer := self._answer_mail(request)) is not None:
            return answer
        answer = self._moto.answer(environ, request)
        if request.service == "ses" and answer.status == HTTPStatus.OK:
            self._keep_mail(request)
        return answer

    def _ask_cognito(self, request: Request) -> Answer | None:
        operation = request.target or ""
        try:
            document = self._cognito.challenge(operation, request.json, self._moto.lock)
            if document is None:
                with self._moto.lock:
                    document = self._cognito.answer(operation, request.json)
        except CognitoError as error:
            return answers.error(request, error.code, error.message)
        return None if document is None else answers.of_json(document, content_type=_AMZ_JSON)

    def _answer_mail(self, request: Request) -> Answer | None:
        """What moto lacks: event destinations, and SES's refusal of a configuration set that is nowhere."""
        if request.path == "/v2/email/outbound-emails":
            named = request.json.get("ConfigurationSetName")
            if named is not None and not self._moto.has_configuration_set(named):
                return answers.error(request, "NotFoundException", f"Configuration set <{named}> does not exist.", 404)
        elif request.path.startswith("/v2/email/configuration-sets/") and request.path.endswith("/event-destinations"):
            self._mail_events.add_destination(request.path.split("/")[4], request.json["EventDestination"])
            return answers.of_json({})
        return None

    def _keep_mail(self, request: Request) -> None:
        if request.path == "/v2/email/outbound-emails":
            self._mailbox.keep_ses_v2(request.body)
            self._mail_events.mail_sent(request.body)
        elif request.path == "/":
            self._mailbox.keep_ses(request.form)

    def _hide_missing(self, request: Request, answer: Answer) -> Answer:
        """Without permission to list a bucket, a missing object is AccessDenied instead of NoSuchKey."""
        if answer.status != HTTPStatus.NOT_FOUND or request.service != "s3" or request.method not in {"GET", "HEAD"}:
            return answer
        statements = self._policies.get(request.key_id or "")
        if statements is None or access.allowed(statements, *objects.listing(request), {}):
            return answer
        return answers.error(request, "AccessDenied", "Access Denied", 403)


def _stale_link(request: Request) -> Answer | None:
    """S3's refusal of an expired or altered signed link; None for any other request."""
    if request.presigned:
        try:
            links.check(request)
        except links.LinkRefusedError as refused:
            status = 400 if refused.code.startswith(("AuthorizationQuery", "BadDigest")) else 403
            return answers.error(request, refused.code, refused.message, status)
    return None


def _unsigned(request: Request) -> Answer:
    if "AWSAccessKeyId" in request.query:
        # A link of boto3's default signer: S3 accepts it in its oldest regions only.
        message = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
        return answers.error(request, "InvalidRequest", message, 400)
    if "x-amz-target" in request.headers or request.path.startswith("/v2/email/"):
        code = "MissingAuthenticationTokenException"
        body = {"__type": code, "message": "Missing Authentication Token"}
        status = 403 if request.path.startswith("/v2/") else 400
        return answers.of_json(body, status, _AMZ_JSON)
    return answers.error(request, "AccessDenied", "Access Denied", 403)


def _statements(written: list[Mapping[str, Any]]) -> tuple[Statement, ...]:
    return tuple(
        Statement(
            one["effect"],
            tuple(one["actions"]),
            tuple(one["resources"]),
            {operator: {k: tuple(v) for k, v in keys.items()} for operator, keys in one["conditions"].items()},
        )
        for one in written
    )
