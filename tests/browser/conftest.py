"""A browser, and the verification function behind a server on loopback."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from allmytracks.foundation.settings import Settings
from allmytracks.foundation.throttling.dynamodb import UncountedClients
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.wiring import Services, install
from infra.localcloud.npm import UnavailableError
from infra.localcloud.serving import Server
from tests.browser.chromium import context_of, find, started
from tests.browser.site import Site, serve
from tests.factories.letters import LICENSE, Desk, printed


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Where no browser can be had these tests are reported as not run, and CI fails.

    While it is open an event loop runs in this thread, so that nothing else here may run one: the letter is sealed
    first, and the browser closed before other modules' tests.
    """
    printed(LICENSE)
    with ExitStack() as running:
        try:
            opened = running.enter_context(started(find()))
        except UnavailableError as error:
            if os.environ.get("CI") == "true":
                pytest.fail(f"Chromium cannot be had, and CI needs it: {error}")
            pytest.skip(f"NOT RUN, Chromium cannot be had: {error}")
        yield opened


@pytest.fixture
def site() -> Iterator[Site]:
    desk = Desk()
    services = Services(Settings({}))
    services.licenses.repository = desk.world.licenses
    services.verification.verify_letter = desk.verify
    services.foundation.throttle = Throttle(UncountedClients, desk.world.clock)
    install(services)
    server = Server(0, serve)
    server.start()
    yield Site(server.url, desk)
    server.stop()
    install(None)


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    with context_of(browser, base_url=site.url, locale="en-GB") as opened:
        yield opened


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which nothing may go wrong unseen: errors, refused resources, foreign requests."""
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: wrong.append(message.text) if "Content Security" in message.text else None)
    opened.on("request", lambda request: None if "127.0.0.1" in request.url else wrong.append(request.url))
    yield opened
    assert wrong == []
