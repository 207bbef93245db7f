"""The committed document is what the code says, and is OpenAPI 3.1."""

from __future__ import annotations

import json
from pathlib import Path

from openapi_spec_validator import validate

from infra.openapi.document import ROOT, build
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


def test_every_refusal_is_told_with_its_code() -> None:
    downloads = json.loads(committed("openapi.json"))["paths"]["/v1/downloads"]["post"]["responses"]
    assert "allowance_exhausted" in downloads["429"]["description"]
    assert "membership_required" in downloads["403"]["description"]


def test_an_idempotency_key_is_told_as_it_is_asked_for() -> None:
    paths = json.loads(committed("openapi.json"))["paths"]
    needed = {
        path: each["required"]
        for path in ("/v1/downloads", "/v1/licenses", "/v1/orders")
        for each in paths[path]["post"]["parameters"]
        if each["name"] == "Idempotency-Key"
    }
    assert needed == {"/v1/downloads": True, "/v1/licenses": True, "/v1/orders": False}
    assert "idempotency_key_required" not in paths["/v1/orders"]["post"]["responses"]["400"]["description"]
