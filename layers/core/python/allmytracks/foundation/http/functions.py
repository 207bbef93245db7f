"""From an API Gateway event to a use case and its response.

The gateway has routed the request already (`routeKey`), so a function looks its route up in a dictionary; a second
router would only repeat that (docs/decisions/2026-11-22-http-edge.md).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from allmytracks.foundation.aws.time_left import before_the_time_out
from allmytracks.foundation.correlation import correlate
from allmytracks.foundation.errors import (
    DomainError,
    FieldProblem,
    FreshSignInRequired,
    InvalidFields,
    NotFound,
    Unavailable,
)
from allmytracks.foundation.http.answers import HTML, Answer, prefers, revalidated, without_body
from allmytracks.foundation.http.freshness import require_fresh
from allmytracks.foundation.http.problems import PROBLEM_JSON, problem
from allmytracks.foundation.http.reading import is_too_long
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.observability import log_refusal, logger, metrics, record_request

Handler = Callable[[Request], Answer]
# The form of a response: a schema (JSON), a media type (text), or no content.
Form = type[msgspec.Struct] | str | None
Idempotency = Literal["required", "optional"]


@dataclass(frozen=True)
class Route:
    """One route and its description for the OpenAPI document."""

    method: str
    path: str
    handler: Handler
    answers: Mapping[int, Form | tuple[Form, ...]]
    body: type[msgspec.Struct] | None
    file: str | None
    query: type[msgspec.Struct] | None
    refusals: Sequence[type[DomainError]]
    idempotency: Idempotency | None
    refused_as: Sequence[str]
    fresh: bool
    cache: str | None = None

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_page(self) -> bool:
        """Whether a page is all that it returns."""
        return HTML in self.answers.values()

    def opens_a_page(self, request: Request) -> bool:
        """Whether the request is one of a browser that shows a page, or of a scanner of links to it."""
        both = any(isinstance(each, tuple) and HTML in each for each in self.answers.values())
        asked = self.method == "HEAD" or prefers(request.header("accept"), HTML)
        return self.is_page or (both and asked)


class HttpFunction:
    """A Lambda function behind the HTTP API: its routes, and the handler that Lambda calls."""

    def __init__(self, *, refusals_on_record: bool = False) -> None:
        """`refusals_on_record`: a refused member finds the refusal in their timeline (foundation/observability.py)."""
        self.routes: dict[str, Route] = {}
        self._on_record = refusals_on_record

    def route(  # noqa: PLR0913 - a declaration, all of it by name
        self,
        method: str,
        path: str,
        *,
        answers: Mapping[int, Form | tuple[Form, ...]],
        body: type[msgspec.Struct] | tuple[type[msgspec.Struct], str] | None = None,
        query: type[msgspec.Struct] | None = None,
        refusals: Sequence[type[DomainError]] = (),
        idempotency: Idempotency | None = None,
        refused_as: Sequence[str] = (PROBLEM_JSON,),
        fresh: bool = False,
        cache: str | None = None,
        head: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Registers a handler.

        `answers` gives each status its form, or the forms that a caller can choose from; `body` is the schema of its
        JSON, with the media type of a file accepted instead; `refusals` the errors specific to this route;
        `idempotency` whether it needs an Idempotency-Key; `refused_as` the media types of its refusals, of which a
        caller can choose where there are two. A `fresh` route refuses callers whose sign-in is older than 15 minutes
        (`fresh_sign_in_required`), before its handler sees the request. `cache` is the Cache-Control of a response
        with 200, which then has an ETag and is left out (304) for a caller that has it. With `head` the route also
        responds to HEAD, as scanners of links send it.
        """

        def register(handler: Handler) -> Handler:
            form, file = body if isinstance(body, tuple) else (body, None)
            refused = (*refusals, FreshSignInRequired) if fresh else refusals
            for each in (method, "HEAD") if head else (method,):
                route = Route(
                    each, path, handler, answers, form, file, query, refused, idempotency, refused_as, fresh, cache
                )
                self.routes[route.key] = route
            return handler

        return register

    def __call__(self, event: Mapping[str, Any], context: Any) -> dict[str, object]:
        """Handles one request; a domain error becomes problem+json, any other is a defect and reaches Lambda."""
        started = time.perf_counter()
        request = Request(event)
        code, planned = None, False
        request_id = event["requestContext"].get("requestId")
        logger().append_keys(request_id=request_id, correlation_id=correlate(request_id))
        try:
            route = self.routes[request.route_key]
            _refuse_long_path(request, route)
            _refuse_other_parameters(request, route)
            if route.fresh:
                require_fresh(request)
            with before_the_time_out(context):
                answer = route.handler(request)
            if route.cache is not None and answer.status == 200:
                answer = revalidated(answer, route.cache, request.header("if-none-match"))
            if route.method == "HEAD":
                answer = without_body(answer)
        except DomainError as error:
            code = error.code
            planned = isinstance(error, Unavailable) and error.planned
            if isinstance(error, Unavailable) and not planned:
                # Only the cause's class name: a service's message may repeat its input.
                logger().error("a service failed", cause=type(error.__cause__).__name__)
            answer = problem(error, request.path, datetime.now(UTC))
            if self._on_record and answer.status < 500 and request.member is not None:
                log_refusal(request.member, request.route_key, error.code)
        record_request(request.route_key, answer.status, code, time.perf_counter() - started, planned=planned)
        metrics().flush_metrics()
        return answer.to_gateway()


def _refuse_long_path(request: Request, route: Route) -> None:
    """Refuses ids longer than any key as the route refuses unknown ones."""
    if any(is_too_long(each) for each in request.path_parameters.values() if each):
        missing = next((each for each in route.refusals if issubclass(each, NotFound)), NotFound)
        raise missing("There is nothing by this name.")


def _refuse_other_parameters(request: Request, route: Route) -> None:
    """Refuses parameters that a route does not have, or that were sent twice: a misspelt filter would find all.

    Who opens a page has them ignored, as links to pages are given parameters by others. Raises InvalidFields.
    """
    names = request.query_names
    if not names or not (route.method == "GET" or route.query) or route.opens_a_page(request):
        return
    known = [] if route.query is None else [each.encode_name for each in msgspec.structs.fields(route.query)]
    there_are = f"There are: {', '.join(sorted(known))}." if known else "It takes none."
    problems = [
        FieldProblem(name, "unknown", f"This address has no parameter {name}. {there_are}")
        for name in sorted(set(names) - set(known))
    ]
    problems += [FieldProblem(name, "repeated", f"Send {name} once.") for name in known if names.count(name) > 1]
    if problems:
        raise InvalidFields(problems)
