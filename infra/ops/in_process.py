"""The operators' API in this very process: for loading the local cloud, and for tests.

The same Chalice application, the same events as API Gateway makes; only the network and the signature are missing.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import httpx

from infra.ops.client import OpsClient

if TYPE_CHECKING:
    from allmytracks.operator_routes.api import OperatorsApi

IDENTITY = {"userArn": "arn:aws:iam::123456789012:user/local-operator", "sourceIp": "127.0.0.1"}


class InProcess(httpx.BaseTransport):
    """An HTTP transport that hands each request to the application; one at a time, as a function does."""

    def __init__(self, application: OperatorsApi) -> None:
        self._application = application.whole()
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The application's answer."""
        path = request.url.path.removeprefix("/ops") or "/"
        resource, parameters = self._route(path)
        if resource is None:
            return httpx.Response(403, json={"message": "Missing Authentication Token"})
        with self._lock:
            answer = self._application(_event(request, path, resource, parameters), None)
        headers = {**answer.get("headers", {}), **{n: v[-1] for n, v in answer.get("multiValueHeaders", {}).items()}}
        return httpx.Response(answer["statusCode"], headers=headers, content=answer["body"].encode())

    def _route(self, path: str) -> tuple[str | None, dict[str, str]]:
        wanted = path.split("/")
        for resource in sorted(self._application.routes, key=lambda each: each.count("{")):
            pattern = resource.split("/")
            if len(pattern) != len(wanted):
                continue
            pairs = list(zip(pattern, wanted, strict=True))
            if all(name.startswith("{") or name == part for name, part in pairs):
                return resource, {name.strip("{}"): part for name, part in pairs if name.startswith("{")}
        return None, {}


def _event(request: httpx.Request, path: str, resource: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    query = {name: [value] for name, value in parse_qsl(request.url.query.decode())}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": request.method,
        "headers": dict(request.headers),
        "multiValueHeaders": {name: [value] for name, value in request.headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": dict(parameters) or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": request.method,
            "path": f"/ops{path}",
            "stage": "ops",
            "requestId": "in-process",
            "identity": IDENTITY,
        },
        "body": request.read().decode() or None,
        "isBase64Encoded": False,
    }


def in_process_client(application: OperatorsApi, uploads: httpx.Client) -> OpsClient:
    """A client of an application in this process; files go where its links say, through `uploads`."""
    return OpsClient(httpx.Client(transport=InProcess(application), base_url="http://ops.invalid/ops"), uploads)
