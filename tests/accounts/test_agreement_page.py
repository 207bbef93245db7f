"""An agreement as a page: readable, in its published text, with when it was updated and what was before (P-update)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from allmytracks.documents.rules_dates import day
from allmytracks.foundation.settings import Settings
from allmytracks.publishing.ports import Publication
from allmytracks.wiring import Services, install
from functions.list_agreements.handler import handle
from tests.factories.gateway import call
from tests.fakes.foundation import FixedClock
from tests.fakes.publishing import MemoryPublications
from tests.fakes.wiring import put

ROUTE = "GET /v1/agreements/{id}"
OLD, NEW = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)


TITLES = {"zh-Hant": "用戶協議", "zh-Hans": "用户协议"}


def a_version(name: str, effective_at: datetime, text: str) -> Publication:
    body = {"id": "user-agreement", "title": "User <Agreement>", "text": text, "translations": TITLES}
    return Publication("agreements", f"user-agreement@{name}", effective_at, body)


@pytest.fixture(autouse=True)
def published() -> Iterator[None]:
    services = Services(Settings({"PUBLIC_URL": "https://api.example.org"}))
    versions = [a_version("2026-11-01", OLD, "Before."), a_version("2026-11-20", NEW, "I.\nOne\n\nII.\n<b>Two</b>")]
    publications = MemoryPublications(versions)
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
    put(
        services,
        {
            "publishing.publications": publications,
            "publishing.fresh_publications": publications,
            "foundation.clock": clock,
        },
    )
    install(services)
    yield
    install(None)


def read(accept: str, **headers: str) -> dict[str, Any]:
    asked = {"accept": accept, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return call(handle, ROUTE, None, pathParameters={"id": "user-agreement"}, headers=asked)


@pytest.mark.clause("P-update")
@pytest.mark.parametrize(
    ("language", "lang", "said"),
    [
        ("en-GB,en;q=0.9", "en", "Last updated 20 November 2026"),
        ("zh-HK,zh;q=0.9", "zh-Hant", f"最後更新：{day(NEW, 'zh-Hant')}"),
        ("zh-CN", "zh-Hans", f"最后更新：{day(NEW, 'zh-Hans')}"),
    ],
)
def test_a_browser_reads_the_text_its_dates_and_every_version(language: str, lang: str, said: str) -> None:
    page = read("text/html,application/xhtml+xml", accept_language=language)
    assert page["statusCode"] == 200
    assert page["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert page["headers"]["Content-Language"] == lang
    body = page["body"]
    assert said in body
    assert "&lt;b&gt;Two&lt;/b&gt;" in body  # text, never markup of the page
    title = {"en": "User &lt;Agreement&gt;", "zh-Hant": "用戶協議", "zh-Hans": "用户协议"}[lang]
    assert f"<h1>{title}</h1>" in body
    assert "?version=2026-11-01" in body


def test_both_forms_are_kept_in_caches_apart_and_say_when_they_changed() -> None:
    page, data = read("text/html"), read("application/json")
    assert data["headers"]["Content-Type"] == "application/json"
    assert page["headers"]["ETag"] != data["headers"]["ETag"]
    for answer, accept in ((page, "text/html"), (data, "application/json")):
        assert answer["headers"]["Last-Modified"] == "Fri, 20 Nov 2026 00:00:00 GMT"
        assert "Accept" in answer["headers"]["Vary"]
        again = read(accept, if_none_match=answer["headers"]["ETag"])
        assert again["statusCode"] == 304
        assert again["headers"]["Last-Modified"] == answer["headers"]["Last-Modified"]
        assert again["headers"]["Vary"] == answer["headers"]["Vary"]
