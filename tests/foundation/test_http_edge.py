"""From events to requests, from errors to problems."""

from __future__ import annotations

import base64
import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any

import msgspec
import pytest

from allmytracks.foundation import errors
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.problems import problem, status_of
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.observability import logger
from tests.factories.instants import NOW


class Form(msgspec.Struct):
    name: str
    count: int
    note: Annotated[str, msgspec.Meta(max_length=3)] = ""


class Query(msgspec.Struct, forbid_unknown_fields=True):
    limit: int = 10


def event(body: object = None, route: str = "POST /v1/things", **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "routeKey": route,
        "rawPath": "/v1/things",
        "headers": {"idempotency-key": " key-1 "},
        "requestContext": {"http": {"sourceIp": "192.0.2.7", "userAgent": "test"}, "requestId": "req-1"},
        "body": body if isinstance(body, str) or body is None else json.dumps(body),
        "isBase64Encoded": False,
    }
    return {**given, **changes}


def test_a_good_body_is_read_plain_and_in_base64() -> None:
    body = json.dumps({"name": "x", "count": 2})
    encoded = base64.b64encode(body.encode()).decode()
    assert Request(event(body)).body(Form) == Form("x", 2)
    assert Request(event(encoded, isBase64Encoded=True)).body(Form) == Form("x", 2)


def test_every_wrong_field_is_named() -> None:
    with pytest.raises(errors.InvalidFields) as refused:
        Request(event({"count": "two", "note": "too long"})).body(Form)
    found = {(each.field, each.code) for each in refused.value.problems}
    assert found == {("name", "required"), ("count", "invalid"), ("note", "invalid")}


@pytest.mark.parametrize("body", ["", "{", "[1]", '"text"', None, '{"name": "\ud800"}', '{"count": NaN}', "[" * 20_000])
def test_what_is_no_json_object_is_malformed(body: str | None) -> None:
    with pytest.raises(errors.Malformed):
        Request(event(body)).body(Form)


def test_a_body_that_is_not_what_its_encoding_says_is_malformed() -> None:
    with pytest.raises(errors.Malformed):
        Request(event("***", isBase64Encoded=True)).body(Form)


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=utf-8", "application/x+json", "", None]
)
def test_json_is_read_by_every_name_of_it_and_by_none(kind: str | None) -> None:
    headers = {} if kind is None else {"content-type": kind}
    assert Request(event({"name": "x", "count": 2}, headers=headers)).body(Form) == Form("x", 2)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "json", "application/jsonp", "/;"])
def test_a_body_of_another_type_is_refused(kind: str) -> None:
    with pytest.raises(errors.UnsupportedMedia):
        Request(event({"name": "x", "count": 2}, headers={"content-type": kind})).body(Form)


def test_of_a_key_that_is_sent_twice_the_last_counts_alone() -> None:
    assert Request(event('{"name": "y", "name": "x", "count": 2}')).body(Form) == Form("x", 2)
    with pytest.raises(errors.InvalidFields) as refused:
        Request(event('{"count": 2, "name": "x", "name": 7}')).body(Form)
    assert [each.field for each in refused.value.problems] == ["name"]


def test_a_key_that_is_sent_twice_and_did_not_fit_once_is_malformed() -> None:
    with pytest.raises(errors.Malformed, match="each field once"):
        Request(event('{"name": 7, "name": "x", "count": 2}')).body(Form)


def test_numbers_of_the_query_are_read_and_unknown_names_refused() -> None:
    assert Request(event(queryStringParameters={"limit": "5"})).query(Query) == Query(5)
    assert Request(event()).query(Query) == Query(10)
    with pytest.raises(errors.InvalidFields) as refused:
        Request(event(queryStringParameters={"limits": "5"})).query(Query)
    assert [(each.field, each.code) for each in refused.value.problems] == [("limits", "unknown")]


def test_the_caller_is_the_subject_of_the_verified_token() -> None:
    claims = {"authorizer": {"jwt": {"claims": {"sub": "acc-1"}}}, "http": {"sourceIp": "192.0.2.7"}}
    assert Request(event(requestContext=claims)).account_id == "acc-1"
    with pytest.raises(errors.Unauthenticated):
        _ = Request(event()).account_id


def test_a_missing_idempotency_key_is_refused_where_it_is_required() -> None:
    assert Request(event()).idempotency_key == "key-1"
    with pytest.raises(errors.IdempotencyKeyRequired):
        _ = Request(event(headers={})).idempotency_key


@pytest.mark.parametrize("key", ["x" * 256, "\u00e9", "a\tb", "\x00", "\ud800"])
def test_an_idempotency_key_that_is_too_long_or_no_plain_text_is_malformed(key: str) -> None:
    with pytest.raises(errors.Malformed):
        _ = Request(event(headers={"idempotency-key": key})).idempotency_key


def all_errors(family: type[errors.DomainError] = errors.DomainError) -> list[type[errors.DomainError]]:
    return [each for child in family.__subclasses__() for each in (child, *all_errors(child))]


def test_every_error_has_a_status_and_a_code_of_its_own() -> None:
    found = [each for each in all_errors() if each.__module__.startswith("allmytracks")]
    assert all(400 <= status_of(each) < 600 for each in found)
    codes = [each.__dict__["code"] for each in found if "code" in each.__dict__]
    assert len(codes) == len(set(codes))


def test_a_limit_says_when_to_come_back() -> None:
    refused = errors.LimitReached("Too many.", until=NOW + timedelta(seconds=89.2), resets_at=NOW)
    answer = problem(refused, "/v1/things", NOW).to_gateway()
    assert answer["statusCode"] == 429
    headers = answer["headers"]
    assert isinstance(headers, dict)
    assert (headers["Retry-After"], headers["Content-Type"]) == ("90", "application/problem+json")
    body = json.loads(str(answer["body"]))
    assert (body["code"], body["resets_at"]) == ("too_many_requests", "2026-11-22T06:00:00.000Z")


def a_function() -> HttpFunction:
    app = HttpFunction()

    @app.route("POST", "/v1/things", answers={201: None})
    def make(request: Request) -> Answer:
        form = request.body(Form)
        if form.count < 0:
            raise errors.Conflict("It is the other way round.")
        if form.count == 0:
            raise ZeroDivisionError
        if form.count == 503:
            raise errors.Unavailable from TimeoutError(f"sent: {form.name}")
        return Answer(201, {"made": form.count})

    return app


def test_a_refusal_becomes_a_problem() -> None:
    answer = a_function()(event({"name": "x", "count": -1}), None)
    assert answer["statusCode"] == 409
    assert json.loads(str(answer["body"])) == {
        "type": "urn:allmytracks:problem:conflict",
        "title": "Conflict",
        "status": 409,
        "detail": "It is the other way round.",
        "code": "conflict",
        "instance": "/v1/things",
    }


def test_a_defect_is_not_dressed_up_as_an_answer() -> None:
    with pytest.raises(ZeroDivisionError):
        a_function()(event({"name": "x", "count": 0}), None)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the logger writes."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logger().registered_formatter)
    logger().addHandler(handler)
    yield written
    logger()._logger.removeHandler(handler)


@pytest.mark.clause("P-5.logs")
def test_the_log_line_holds_the_route_and_nothing_personal(log: io.StringIO) -> None:
    secret = {"name": "ada@example.org", "count": 1}
    a_function()(event(secret, headers={"authorization": "Bearer abc.def.ghi"}), None)
    assert "POST /v1/things" in log.getvalue()
    assert not any(each in log.getvalue() for each in ("ada@example.org", "abc.def", "192.0.2.7"))


@pytest.mark.clause("P-5.logs")
def test_a_service_that_failed_is_logged_by_the_name_of_its_cause_alone(log: io.StringIO) -> None:
    assert a_function()(event({"name": "ada@example.org", "count": 503}), None)["statusCode"] == 503
    assert "TimeoutError" in log.getvalue()
    assert "ada@example.org" not in log.getvalue()
