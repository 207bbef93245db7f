"""Responses that may be kept: Cache-Control, ETag, 304; and HEAD."""

from __future__ import annotations

import pytest
from msgspec import Struct

from allmytracks.foundation.http.answers import HTML, PDF, Answer, revalidated
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request

CACHED = "public, max-age=60"


class Told(Struct):
    """Something."""

    text: str


app = HttpFunction()


@app.route("GET", "/v1/told", answers={200: Told}, cache=CACHED)
def get_told(_request: Request) -> Answer:
    return Answer(200, Told("a text"))


@app.route("GET", "/page", answers={200: HTML}, head=True)
def show_page(_request: Request) -> Answer:
    return Answer(200, "<p>a page", content_type=HTML)


def ask(key: str, **headers: str) -> dict[str, object]:
    method, path = key.split(" ")
    http = {"method": method, "path": path, "sourceIp": "192.0.2.7"}
    return app({"routeKey": key, "rawPath": path, "headers": headers, "requestContext": {"http": http}}, None)


def test_what_may_be_kept_is_sent_once() -> None:
    first = ask("GET /v1/told")
    headers = first["headers"]
    assert isinstance(headers, dict)
    assert headers["Cache-Control"] == CACHED
    again = ask("GET /v1/told", **{"if-none-match": f'"other", W/{headers["ETag"]}'})
    assert again["statusCode"] == 304
    assert "body" not in again
    assert isinstance(again["headers"], dict)
    assert (again["headers"]["ETag"], again["headers"]["Cache-Control"]) == (headers["ETag"], CACHED)


def test_another_version_is_sent_whole() -> None:
    assert ask("GET /v1/told", **{"if-none-match": '"other"'})["body"] == '{"text":"a text"}'


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Answer(200, "a"), Answer(200, "b")),
        (Answer(200, b"a"), Answer(200, b"b")),
        (Answer(200, {"a": 1}), Answer(200, {"a": 2})),
    ],
)
def test_each_content_has_its_tag(one: Answer, other: Answer) -> None:
    assert revalidated(one, CACHED, None).headers["ETag"] != revalidated(other, CACHED, None).headers["ETag"]


def test_headers_that_a_response_has_are_kept() -> None:
    own = Answer(200, b"%PDF", {"ETag": '"of the file"', "Cache-Control": "private"}, content_type=PDF)
    assert revalidated(own, CACHED, None).headers == {"ETag": '"of the file"', "Cache-Control": "private"}
    assert revalidated(own, CACHED, "*").status == 304


def test_head_is_get_without_the_body() -> None:
    got, asked = ask("GET /page"), ask("HEAD /page")
    assert "body" in got
    assert "body" not in asked
    assert (asked["statusCode"], asked["headers"]) == (got["statusCode"], got["headers"])
