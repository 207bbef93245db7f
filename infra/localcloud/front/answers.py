"""Errors in the form of each AWS protocol, so that boto3 raises the same exceptions as on AWS."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from infra.localcloud.front.requests import Request


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)


def of_json(document: object, status: int = 200, content_type: str = "application/json") -> Answer:
    """A JSON document."""
    return Answer(status, json.dumps(document).encode(), [("Content-Type", content_type)])


def error(request: Request, code: str, message: str, status: int = 400) -> Answer:
    """An error named `code`, in the protocol of the request."""
    request_id = str(uuid.uuid4())
    if request.service == "s3" or request.service is None:
        body = f"<?xml version='1.0' encoding='UTF-8'?>\n<Error><Code>{code}</Code><Message>{escape(message)}</Message>"
        body += f"<Resource>{escape(request.path)}</Resource><RequestId>{request_id}</RequestId></Error>"
        headers = [("Content-Type", "application/xml"), ("x-amz-request-id", request_id)]
        # A HEAD has no body, so boto3 names the error by its status there.
        return Answer(status, b"" if request.method == "HEAD" else body.encode(), headers)
    headers = [("x-amzn-RequestId", request_id)]
    if "x-amz-target" in request.headers or request.path.startswith("/v2/"):
        headers += [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", code)]
        return Answer(status, json.dumps({"__type": code, "message": message, "Message": message}).encode(), headers)
    body = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    body += f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    return Answer(status, body.encode(), [*headers, ("Content-Type", "text/xml")])


def denied(request: Request, caller: str, action: str, resource: str) -> Answer:
    """IAM's refusal."""
    message = f"User: {caller} is not authorized to perform: {action} on resource: {resource} because no identity-based"
    message += f" policy allows the {action} action"
    plain = request.service in {"s3", "sns", "sqs"} or (request.service == "ses" and not request.path.startswith("/v2"))
    return error(request, "AccessDenied" if plain else "AccessDeniedException", message, 403 if plain else 400)
