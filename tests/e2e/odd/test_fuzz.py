"""Every route of the OpenAPI document, fuzzed: no 5xx, and no response that the document does not have.

Schemathesis makes the requests from the document, valid and invalid ones, the same in every run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from infra.demo.site import Site
from infra.localcloud.supervisor import Handle
from infra.openapi.document import ROOT
from tests.factories.template import PUBLIC

CONFIG = schemathesis.Config.from_dict(
    {
        "seed": 1,
        "generation": {"deterministic": True, "max-examples": 8, "with-security-parameters": False, "database": "none"},
        # Methods that a route does not have are the gateway's matter, and in no document.
        "phases": {"coverage": {"unexpected-methods": []}},
    }
)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# Compared with the code by tests/house/test_openapi.py.
DOCUMENT: dict[str, Any] = json.loads((ROOT / "functions" / "get_openapi" / "openapi.json").read_text())


@schemathesis.serializer("application/pdf")
def as_it_is(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    """A file is sent as its bytes."""
    return value if isinstance(value, bytes) else str(value).encode()


schema = schemathesis.openapi.from_dict(DOCUMENT, config=CONFIG)


def is_open(path: str, method: str) -> bool:
    """Whether the route needs no sign-in; a token is not looked at there."""
    return f"{method.upper()} {path}" in PUBLIC


@pytest.fixture(scope="module")
def stranger(cloud: Handle) -> Iterator[Site]:
    httpx.post(f"{cloud.url}/_local/limits", json={"throttling": False}).raise_for_status()
    with Site(cloud.url) as site:
        yield site


@pytest.fixture(scope="module")
def member(cloud: Handle, stranger: Site) -> Iterator[Site]:
    with Site(cloud.url) as site:
        site.become_account()
        site.become_member()
        yield site


@schema.parametrize()
@settings(suppress_health_check=list(HealthCheck), deadline=None)
def test_every_answer_is_in_the_document(case: schemathesis.Case[Any], stranger: Site, member: Site) -> None:
    """Each route by a caller that it lets in."""
    caller = stranger if is_open(case.path, case.method) else member
    headers = {"Authorization": f"Bearer {caller.token}"} if caller.token else {}
    case.call_and_validate(base_url=caller.url, headers=headers, checks=CHECKS, allow_redirects=False, timeout=240)


def test_a_stranger_is_refused_as_the_document_says(stranger: Site) -> None:
    """Whatever is sent: the gateway looks at the token alone."""
    closed = [
        (path, method) for path, methods in DOCUMENT["paths"].items() for method in methods if not is_open(path, method)
    ]
    assert len(closed) > 50
    for path, method in closed:
        answer = stranger.http.request(method.upper(), re.sub(r"\{\w+\}", "unknown", path))
        assert (path, method, answer.status_code) == (path, method, 401)
        schema[path][method.upper()].validate_response(answer)
