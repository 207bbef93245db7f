"""The committed document is what the code says, and is OpenAPI 3.1."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import msgspec
import pytest
from openapi_spec_validator import validate

from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import HTML
from allmytracks.foundation.http.functions import Route
from allmytracks.foundation.http.reading import read_body, read_query
from infra.openapi.document import ROOT, build, http_routes
from infra.openapi.examples import MissingSampleError, curl_of, sample_of
from infra.openapi.parameters import MissingDescriptionError, description_of
from infra.openapi.schemas import SameNameError, components_of, format_of
from infra.openapi.template_routes import public_routes
from infra.openapi.topics import MissingTopicError, topic_of

FOLDER = ROOT / "functions" / "get_openapi"


def committed(name: str) -> str:
    return Path(FOLDER / name).read_text()


def test_the_committed_document_is_current() -> None:
    assert json.loads(committed("openapi.json")) == build(public_routes()), "run `make openapi`"


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
            assert {"429", "500", "503"} <= told
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


ROUTES = [route for _, route in http_routes() if route.method != "HEAD"]
OPERATIONS = [
    (f"{method.upper()} {path}", each)
    for path, methods in json.loads(committed("openapi.json"))["paths"].items()
    for method, each in methods.items()
]


def operation(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(committed("openapi.json"))["paths"][route.path][route.method.lower()]
    return found


def test_scanners_of_links_get_an_answer_where_people_open_a_page() -> None:
    keys = {route.key for _, route in http_routes()}
    forms = [(route, form) for route in ROUTES if route.method == "GET" for form in route.answers.values()]
    pages = [route for route, form in forms if HTML in (form if isinstance(form, tuple) else (form,))]
    assert len(pages) > 3
    assert [route.key for route in pages if f"HEAD {route.path}" not in keys] == []


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


def test_operations_are_named_by_a_verb_and_a_noun_once_each() -> None:
    names = [each["operationId"] for _, each in OPERATIONS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)+", name) for name in names)


def test_every_operation_has_a_topic_and_every_topic_its_words() -> None:
    document = json.loads(committed("openapi.json"))
    told = {each["name"] for each in document["tags"] if each["description"]}
    assert {tag for _, each in OPERATIONS for tag in each["tags"]} == told
    assert topic_of("/v1/account") != topic_of("/v1/account/consents")
    with pytest.raises(MissingTopicError):
        topic_of("/v2/anything")


def test_every_parameter_has_its_words() -> None:
    assert all(each["description"] for _, operation in OPERATIONS for each in operation["parameters"])
    assert description_of("/v1/tickets/{number}", "number") != description_of("/v1/licenses/{number}", "number")
    with pytest.raises(MissingDescriptionError):
        description_of("/v1/tracks", "colour")


@pytest.mark.parametrize(("function", "route"), [each for each in http_routes() if each[1].body is not None])
def test_the_example_of_a_body_is_what_its_route_reads(function: str, route: Route) -> None:
    content = operation(route)["requestBody"]["content"]["application/json"]
    if "example" not in content:
        sample = sample_of(route, ROOT / "events" / function)
        assert route.file == sample["headers"]["content-type"], "its example is a file"
        return
    assert route.body is not None
    read_body(json.dumps(content["example"]).encode(), route.body, None)


def test_every_operation_has_an_example_that_can_be_pasted() -> None:
    for _, each in OPERATIONS:
        (sample,) = each["x-codeSamples"]
        words = shlex.split(sample["source"])
        assert words[0] == "curl"
        assert ("Authorization: Bearer $TOKEN" in words) == bool(each["security"])


def test_a_route_without_a_sample_has_no_example(tmp_path: Path) -> None:
    with pytest.raises(MissingSampleError):
        sample_of(ROUTES[0], tmp_path)


def test_a_sample_becomes_a_command() -> None:
    sample = {
        "rawPath": "/v1/orders",
        "headers": {"idempotency-key": "a b"},
        "requestContext": {"http": {"method": "POST"}},
        "queryStringParameters": {"q": "rain & wind"},
        "body": '{"name": "D\'or"}',
    }
    words = shlex.split(curl_of(sample, public=True))
    assert words[:4] == ["curl", "-X", "POST", "https://api.example.com/v1/orders?q=rain+%26+wind"]
    assert words[4:6] == ["-H", "Idempotency-Key: a b"]
    assert json.loads(words[-1]) == {"name": "D'or"}


def test_two_types_of_one_name_are_refused() -> None:
    class One(msgspec.Struct):
        """One."""

        at: str

    other = msgspec.defstruct("One", [("until", str)], module="other")
    with pytest.raises(SameNameError):
        components_of([One, other])


@pytest.mark.parametrize(
    ("name", "form"),
    [("ends_at", "date-time"), ("served_on", "date"), ("url", "uri"), ("email", "email"), ("title", None)],
)
def test_names_of_fields_promise_their_formats(name: str, form: str | None) -> None:
    assert format_of(name) == form


def test_every_summary_is_a_whole_sentence() -> None:
    """The first line of a handler's docstring is its title in the documentation."""
    assert {key: each["summary"] for key, each in OPERATIONS if not each["summary"].endswith(".")} == {}


# What anyone may read and nobody may keep.
FRESH_EACH_TIME = {
    "GET /v1/erasure-receipts/{id}": "one person's, by a secret address",
    "GET /v1/register/inclusion/{number}": "asked once for a licence, whose entry may come meanwhile",
    "GET /v1/third-party-provider": "what a sign-in begins with",
    "GET /v1/tracks/{id}/preview": "a link of a few minutes",
    "GET /v1/unsubscribe/{token}": "one person's, by a secret address",
    "GET /v1/verifications/{number}": "a revocation holds at once",
    "GET /verify": "a revocation holds at once",
}


def test_what_may_be_kept_says_so() -> None:
    kept = {key for key, each in OPERATIONS if "304" in each["responses"]}
    open_to_all = {key for key, each in OPERATIONS if key.startswith("GET ") and not each["security"]}
    assert open_to_all - kept == set(FRESH_EACH_TIME)
    assert {"GET /v1/plans", "GET /v1/agreements", "GET /v1/tracks", "GET /.well-known/jwks.json"} < kept
    assert {"GET /v1/status-list", "GET /v1/licenses/{number}/document"} < kept
