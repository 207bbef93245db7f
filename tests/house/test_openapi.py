"""The committed document is what the code says, and is OpenAPI 3.1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.functions import Route
from allmytracks.foundation.http.reading import read_query
from infra.openapi.document import ROOT, build, http_routes
from infra.openapi.page import render
from infra.openapi.template_routes import public_routes

FOLDER = ROOT / "functions" / "get_openapi"


def committed(name: str) -> str:
    return Path(FOLDER / name).read_text()


def test_the_committed_document_is_current() -> None:
    assert json.loads(committed("openapi.json")) == build(public_routes()), "run `make openapi`"


def test_the_committed_page_is_current() -> None:
    assert committed("docs.html") == render(build(public_routes())), "run `make openapi`"


def test_the_document_is_valid() -> None:
    validate(json.loads(committed("openapi.json")))


def test_every_refusal_is_documented_with_its_code() -> None:
    downloads = json.loads(committed("openapi.json"))["paths"]["/v1/downloads"]["post"]["responses"]
    assert "allowance_exhausted" in downloads["429"]["description"]
    assert "membership_required" in downloads["403"]["description"]


def test_what_a_route_reads_says_what_it_can_refuse() -> None:
    paths = json.loads(committed("openapi.json"))["paths"]
    for path, methods in paths.items():
        for operation in methods.values():
            told = set(operation["responses"])
            kinds = {each["in"] for each in operation["parameters"]}
            assert {"429", "503"} <= told
            assert not operation["security"] or {"401", "403"} <= told
            assert "requestBody" not in operation or {"400", "413", "415", "422"} <= told
            assert "query" not in kinds or "422" in told
            assert "path" not in kinds or "404" in told, path


def test_required_and_optional_idempotency_keys_are_documented() -> None:
    paths = json.loads(committed("openapi.json"))["paths"]
    needed = {
        path: each["required"]
        for path in ("/v1/downloads", "/v1/licenses", "/v1/orders")
        for each in paths[path]["post"]["parameters"]
        if each["name"] == "Idempotency-Key"
    }
    assert needed == {"/v1/downloads": True, "/v1/licenses": True, "/v1/orders": False}
    assert "idempotency_key_required" not in paths["/v1/orders"]["post"]["responses"]["400"]["description"]


ROUTES = [route for _, route in http_routes()]


def operation(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(committed("openapi.json"))["paths"][route.path][route.method.lower()]
    return found


QUERIES = [route for route in ROUTES if route.query is not None]


@pytest.mark.parametrize("route", QUERIES, ids=[route.key for route in QUERIES])
def test_a_query_must_hold_what_the_document_says_and_no_more(route: Route) -> None:
    assert route.query is not None
    told = {each["name"]: each["required"] for each in operation(route)["parameters"] if each["in"] == "query"}
    try:
        read_query({}, route.query)
        needed = set()
    except InvalidFields as refused:
        needed = {each.field for each in refused.problems if each.code == "required"}
    assert {name for name, required in told.items() if required} == needed


def test_a_proof_of_consistency_documents_its_first_size() -> None:
    (route,) = (each for each in ROUTES if each.path == "/v1/register/consistency")
    told = {each["name"]: each["required"] for each in operation(route)["parameters"]}
    assert told == {"first": True, "second": False}


READING = [route for route in ROUTES if route.body is not None or route.query is not None]


@pytest.mark.parametrize("route", READING, ids=[route.key for route in READING])
def test_whatever_reads_fields_can_refuse_them(route: Route) -> None:
    assert "invalid_fields" in operation(route)["responses"]["422"]["description"]


@pytest.mark.parametrize(
    ("key", "forms"),
    [
        ("GET /verify", {"text/html"}),
        ("GET /v1/verifications/{number}", {"text/html", "application/problem+json"}),
        ("POST /v1/verifications", {"text/html", "application/problem+json"}),
        ("GET /v1/tracks/{id}", {"application/problem+json"}),
    ],
)
def test_the_forms_of_a_refusal_are_documented(key: str, forms: set[str]) -> None:
    (route,) = (each for each in ROUTES if each.key == key)
    assert set(operation(route)["responses"]["404"]["content"]) == forms
