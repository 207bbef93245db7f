"""Shared by the blueprints: the operator, the body as its schema, and responses."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from chalice.app import Blueprint, IAMAuthorizer, Request, Response

from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.errors import DomainError, NotFound
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.problems import problem
from allmytracks.foundation.http.reading import is_too_long, raw_body, read_body, read_query
from allmytracks.foundation.observability import logger
from allmytracks.operator_routes.roles import Role

# The gateway checks the AWS signature; template.yaml declares it for every route.
IAM = IAMAuthorizer()

S = TypeVar("S", bound=msgspec.Struct)
View = Callable[..., Response]

ROLES: dict[str, Role] = {}
"""The role that each route belongs to, by method and path; template.yaml's policies say the same."""


def current(blueprint: Blueprint) -> Request:
    """The request that the blueprint is handling."""
    request: Request = blueprint.current_request
    return request


def operator_of(request: Request) -> Operator:
    """The AWS identity that signed the request."""
    identity = request.context["identity"]
    return Operator(arn=str(identity["userArn"]), source_ip=str(identity["sourceIp"]))


def body_of(request: Request, schema: type[S]) -> S:
    """The JSON body as `schema`. Raises UnsupportedMedia, Malformed, InvalidFields."""
    return read_body(raw_body(request.to_original_event()), schema, request.headers.get("content-type"))


def query_of(request: Request, schema: type[S]) -> S:
    """The query string as `schema`. Raises InvalidFields."""
    return read_query(dict(request.query_params or {}), schema)


def answer(body: msgspec.Struct, status: int = 200) -> Response:
    """A Chalice response of one of our schemas."""
    return _response(Answer(status, body))


def route(blueprint: Blueprint, method: str, path: str, role: Role | None = None) -> Callable[[View], View]:
    """Registers a view for operators of a role; a refusal of the domain becomes problem+json, as in the website's API.

    The gateway enforces the role: who has not its policy never gets here. Where none is named, a GET is for all who
    read, and anything else for admins alone.
    """
    ROLES[f"{method} {path}"] = role or (Role.READ if method == "GET" else Role.ADMIN)

    def register(view: View) -> View:
        @functools.wraps(view)
        def told(**path_parameters: str) -> Response:
            try:
                if any(is_too_long(each) for each in path_parameters.values()):
                    raise NotFound("There is nothing by this name.")
                return view(**path_parameters)
            except DomainError as error:
                logger().info("operator's request refused", route=f"{method} {path}", code=error.code)
                return _response(problem(error, current(blueprint).path, datetime.now(UTC)))

        # Chalice's own refusal of other content types has no code; `read_body` refuses them for both APIs.
        blueprint.route(path, methods=[method], authorizer=IAM, content_types=[])(told)
        return view

    return register


def _response(given: Answer) -> Response:
    # Chalice encodes bytes for API Gateway only where a type is listed as binary; ours is JSON text.
    headers: dict[str, str | list[str]] = {"Content-Type": given.content_type, **given.headers}
    return Response(body=msgspec.json.encode(given.body).decode(), status_code=given.status, headers=headers)
