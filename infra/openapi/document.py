"""The OpenAPI 3.1 document, made from the routes that the functions declare."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from allmytracks.foundation.errors import (
    DomainError,
    IdempotencyKeyRequired,
    InvalidFields,
    Malformed,
    NotFound,
    Unauthenticated,
    Unavailable,
    UnsupportedMedia,
)
from allmytracks.foundation.http.functions import Form, HttpFunction, Route
from allmytracks.foundation.http.problems import PROBLEM_JSON, TITLES, status_of

ROOT = Path(__file__).resolve().parents[2]
COMPONENT = "#/components/schemas/{name}"
PROBLEM = {"$ref": "#/components/schemas/Problem"}
GATEWAY_MESSAGE = {"$ref": "#/components/schemas/GatewayMessage"}
GATEWAY_MESSAGE_SCHEMA = {
    "type": "object",
    "description": "A refusal of the gateway itself, before any function is asked.",
    "required": ["message"],
    "properties": {"message": {"type": "string"}},
}
PROBLEM_SCHEMA = {
    "type": "object",
    "description": "A refusal (RFC 9457); `code` is stable, `errors` names the fields of a 422.",
    "required": ["type", "title", "status", "detail", "code", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


def http_routes(root: Path = ROOT) -> Iterator[tuple[str, Route]]:
    """Every route with the name of the function that declares it."""
    for folder in sorted((root / "functions").iterdir()):
        if not (folder / "handler.py").exists():
            continue
        module = importlib.import_module(f"functions.{folder.name}.handler")
        app = getattr(module, "app", None)
        if isinstance(app, HttpFunction):
            for route in app.routes.values():
                yield folder.name, route


def build(public_routes: frozenset[str]) -> dict[str, Any]:
    """The document. `public_routes` are the keys of routes that need no sign-in, as template.yaml has them."""
    routes = list(http_routes())
    types = _types(route for _, route in routes)
    queries = [route.query for _, route in routes if route.query is not None]
    _, components = msgspec.json.schema_components([*types, *queries], ref_template=COMPONENT)
    for component in components.values():
        # From docstrings, which Python unindents by itself from 3.13 on.
        component["description"] = inspect.cleandoc(component["description"])
    parameters = {query.__name__: components[query.__name__]["properties"] for query in queries}
    for name in parameters:
        components.pop(name, None)
    paths: dict[str, dict[str, Any]] = {}
    for function, route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(function, route, parameters, public_routes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "AllMyTracks",
            "version": "1",
            "description": "Memberships to a library of music and sound effects. Minor units of money, times in UTC.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {
                **dict(sorted(components.items())),
                "Problem": PROBLEM_SCHEMA,
                "GatewayMessage": GATEWAY_MESSAGE_SCHEMA,
            },
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _types(routes: Iterator[Route]) -> list[type[msgspec.Struct]]:
    found: list[type[msgspec.Struct]] = []
    for route in routes:
        forms = [form for what in route.answers.values() for form in _forms(what)]
        for each in (route.body, *forms):
            if isinstance(each, type) and each not in found:
                found.append(each)
    return found


def _operation(
    function: str, route: Route, queries: dict[str, dict[str, Any]], public_routes: frozenset[str]
) -> dict[str, Any]:
    summary, _, description = (route.handler.__doc__ or "").strip().partition("\n")
    public = route.key in public_routes
    operation: dict[str, Any] = {
        "operationId": route.handler.__name__,
        "summary": summary,
        "tags": [function],
        "parameters": _parameters(route, queries),
        "responses": _responses(route, public=public),
        "security": [] if public else [{"session": []}],
    }
    if description.strip():
        operation["description"] = " ".join(description.split())
    if route.body is not None:
        reference = {"$ref": COMPONENT.format(name=route.body.__name__)}
        content: dict[str, Any] = {"application/json": {"schema": reference}}
        if route.file is not None:
            content[route.file] = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(route: Route, queries: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    if route.query is not None:
        needed_fields = {field.encode_name for field in msgspec.structs.fields(route.query) if field.required}
        found += [
            {"name": name, "in": "query", "required": name in needed_fields, "schema": each}
            for name, each in queries[route.query.__name__].items()
        ]
    if route.idempotency is not None:
        needed = route.idempotency == "required"
        schema = {"type": "string", "maxLength": 255, "pattern": "^[ -~]*$"}
        found.append({"name": "Idempotency-Key", "in": "header", "required": needed, "schema": schema})
    return found


def _responses(route: Route, *, public: bool) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, what in route.answers.items():
        first, *others = (_success(form) for form in _forms(what))
        for other in others:
            first["content"] |= other["content"]
        responses[str(status)] = first
    refusals = _refusals(route, public=public)
    for status in sorted({status_of(refusal) for refusal in refusals}):
        codes = sorted({refusal.code for refusal in refusals if status_of(refusal) == status})
        responses[str(status)] = {
            "description": f"{TITLES[status]}: {', '.join(codes)}",
            "content": {
                form: {"schema": PROBLEM if form == PROBLEM_JSON else {"type": "string"}} for form in route.refused_as
            },
        }
    for status in _gateway_statuses(route, public=public):
        response = responses.setdefault(
            str(status), {"description": f"{TITLES[status]}, by the gateway", "content": {}}
        )
        response["content"]["application/json"] = {"schema": GATEWAY_MESSAGE}
    return responses


def _refusals(route: Route, *, public: bool) -> list[type[DomainError]]:
    """Errors of a route: those that it lists, and those that follow from the inputs that it reads."""
    found: list[type[DomainError]] = [*route.refusals, Unavailable]
    if not public:
        found.append(Unauthenticated)
    if route.body is not None:
        found += [Malformed, UnsupportedMedia]
    if route.body is not None or route.query is not None:
        found.append(InvalidFields)
    if route.idempotency is not None:
        found.append(Malformed)
    if route.idempotency == "required":
        found.append(IdempotencyKeyRequired)
    if "{" in route.path and not any(issubclass(each, NotFound) for each in route.refusals):
        found.append(NotFound)
    return found


def _gateway_statuses(route: Route, *, public: bool) -> tuple[int, ...]:
    """Responses of API Gateway itself: no token, one of another scope, a body over its limit, throttling, time-out."""
    tokens = () if public else (401, 403)
    return (*tokens, 413, 429, 503) if route.method in {"POST", "PUT", "PATCH"} else (*tokens, 429, 503)


def _forms(what: Form | tuple[Form, ...]) -> tuple[Form, ...]:
    return what if isinstance(what, tuple) else (what,)


def _success(what: Form) -> dict[str, Any]:
    if what is None:
        return {"description": "Done; no content."}
    if isinstance(what, str):
        kind = "object" if what == "application/json" else "string"
        return {"description": "The document.", "content": {what: {"schema": {"type": kind}}}}
    reference = {"$ref": COMPONENT.format(name=what.__name__)}
    description = (what.__doc__ or what.__name__).strip().splitlines()[0]
    return {"description": description, "content": {"application/json": {"schema": reference}}}
