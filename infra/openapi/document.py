"""The OpenAPI 3.1 document, made from the routes that the functions declare."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from allmytracks.foundation.http.functions import Form, HttpFunction, Route
from infra.openapi.examples import SERVER
from infra.openapi.operations import GATEWAY_MESSAGE_SCHEMA, PROBLEM_SCHEMA, forms_of, operation_of
from infra.openapi.schemas import components_of
from infra.openapi.topics import TOPICS

ROOT = Path(__file__).resolve().parents[2]
GUIDE = Path(__file__).with_name("guide.md")


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
    queries = [route.query for _, route in routes if route.query is not None]
    components = components_of([*_types(route for _, route in routes), *queries])
    parameters = {query.__name__: components[query.__name__]["properties"] for query in queries}
    for name in parameters:
        components.pop(name, None)
    paths: dict[str, dict[str, Any]] = {}
    for function, route in routes:
        if route.method == "HEAD":  # what GET returns, without the body
            continue
        operation = operation_of(ROOT / "events" / function, route, parameters, public=route.key in public_routes)
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    used = {tag for operations in paths.values() for each in operations.values() for tag in each["tags"]}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "AllMyTracks",
            "version": "1",
            "description": GUIDE.read_text(),
        },
        "servers": [{"url": SERVER, "description": "In examples; yours is where you read this document."}],
        "tags": [{"name": each.name, "description": each.description} for each in TOPICS if each.name in used],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {**components, "Problem": PROBLEM_SCHEMA, "GatewayMessage": GATEWAY_MESSAGE_SCHEMA},
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _types(routes: Iterator[Route]) -> list[type[msgspec.Struct]]:
    found: list[type[msgspec.Struct]] = []
    for route in routes:
        forms: list[Form] = [form for what in route.answers.values() for form in forms_of(what)]
        for each in (route.body, *forms):
            if isinstance(each, type) and each not in found:
                found.append(each)
    return found
