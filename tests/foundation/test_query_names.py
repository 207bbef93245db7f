"""Parameters that a route does not have are refused by name, and so is one that was sent twice."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from msgspec import Struct

from allmytracks.foundation.http.answers import HTML, Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request


class Filter(Struct):
    """Which."""

    genre: str | None = None
    cursor: str | None = None


app = HttpFunction()


@app.route("GET", "/v1/list", query=Filter, answers={200: None})
def list_things(request: Request) -> Answer:
    request.query(Filter)
    return Answer(200)


@app.route("GET", "/v1/one", answers={200: None})
def get_one(_request: Request) -> Answer:
    return Answer(200)


@app.route("GET", "/page", answers={200: HTML})
def show_page(_request: Request) -> Answer:
    return Answer(200, "<p>", content_type=HTML)


@app.route("GET", "/v1/either", query=Filter, answers={200: (Filter, HTML)}, head=True)
def show_either(request: Request) -> Answer:
    request.query(Filter)
    return Answer(200)


@app.route("POST", "/v1/hook", answers={200: None})
def receive(_request: Request) -> Answer:
    return Answer(200)


def ask(key: str, query: str, accept: str | None = None) -> dict[str, Any]:
    method, path = key.split(" ")
    event = {
        "routeKey": key,
        "rawPath": path,
        "rawQueryString": query,
        "queryStringParameters": dict(parse_qsl(query, keep_blank_values=True)),
        "headers": {"accept": accept} if accept else {},
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "192.0.2.7"}},
    }
    return app(event, None)


def refused(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    assert answer["statusCode"] == 422
    return [(each["field"], each["code"], each["message"]) for each in json.loads(answer["body"])["errors"]]


def test_a_misspelt_filter_is_refused_with_the_names_that_there_are() -> None:
    assert refused(ask("GET /v1/list", "gerne=rock&genre=jazz")) == [
        ("gerne", "unknown", "This address has no parameter gerne. There are: cursor, genre.")
    ]


def test_a_parameter_is_sent_once() -> None:
    assert refused(ask("GET /v1/list", "genre=rock&genre=jazz")) == [("genre", "repeated", "Send genre once.")]


def test_where_there_are_none_that_is_said() -> None:
    ((_, _, message),) = refused(ask("GET /v1/one", "a="))
    assert message == "This address has no parameter a. It takes none."


@pytest.mark.parametrize("key", ["GET /page", "POST /v1/hook"])
def test_pages_and_what_others_call_ignore_them(key: str) -> None:
    assert ask(key, "utm_source=mail")["statusCode"] == 200


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("query", ["utm_source=mail", "fbclid=x&fbclid=y", "genre=rock&genre=jazz"])
def test_a_browser_and_a_scanner_open_what_a_program_is_refused(query: str) -> None:
    assert ask("GET /v1/either", query, BROWSER)["statusCode"] == 200
    assert ask("HEAD /v1/either", query, "*/*")["statusCode"] == 200
    for accept in (None, "*/*", "application/json", "application/json, text/html"):
        assert ask("GET /v1/either", query, accept)["statusCode"] == 422
    assert ask("GET /v1/list", query, BROWSER)["statusCode"] == 422


def test_those_that_there_are_pass() -> None:
    assert ask("GET /v1/list", "genre=rock&cursor=")["statusCode"] == 200
