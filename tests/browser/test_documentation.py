"""The API's documentation in a real browser: drawn by Redoc, with nothing from another host."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page

from functions.get_openapi.handler import handle
from infra.localcloud.serving import Server
from tests.browser.chromium import context_of
from tests.browser.site import serve_function


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    server = Server(0, partial(serve_function, handle))
    server.start()
    with context_of(browser, base_url=server.url, viewport={"width": 1280, "height": 900}) as opened:
        yield opened.new_page()
    server.stop()


def test_it_is_drawn_by_topics_and_asks_no_other_host(page: Page) -> None:
    refused: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/docs")
    page.get_by_role("heading", name="Plans and orders").wait_for()
    page.get_by_role("heading", name="Signing in").first.wait_for()
    page.get_by_text("Request samples").first.wait_for()
    assert refused == []
    assert {each.split("/")[2] for each in asked if each.startswith("http")} == {page.url.split("/")[2]}
