"""One local cloud with the website, and one browser, for all tests of the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from infra.demo.site import Site
from infra.local.running import start
from infra.localcloud.npm import Package, UnavailableError, default_cache
from infra.localcloud.supervisor import Handle
from tests.browser.chromium import context_of, find, started
from tests.factories.ports import free_ports

AXE = Package(
    "axe-core", "4.14.1", "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
)


@pytest.fixture(scope="package")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handle]:
    folder: Path = tmp_path_factory.mktemp("site-cloud")
    with start(free_ports(), folder=folder) as handle:
        # All visitors come from one address.
        httpx.post(f"{handle.url}/_local/limits", json={"throttling": False}).raise_for_status()
        yield handle


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    try:
        with started(find()) as opened:
            yield opened
    except UnavailableError as error:
        pytest.skip(f"NOT RUN, Chromium cannot be had: {error}")


@pytest.fixture(scope="package")
def axe() -> str:
    """The accessibility checker, as a script."""
    try:
        folder = AXE.obtain(default_cache(), lambda package: package)
    except UnavailableError as error:
        pytest.skip(f"NOT RUN, axe cannot be had: {error}")
    return (folder / "axe.min.js").read_text()


@pytest.fixture
def context(browser: Browser, cloud: Handle) -> Iterator[BrowserContext]:
    viewport = {"width": 1280, "height": 900}
    with context_of(browser, base_url=cloud.url, locale="en-GB", viewport=viewport, bypass_csp=False) as opened:
        yield opened


@pytest.fixture
def page(context: BrowserContext, cloud: Handle) -> Iterator[Page]:
    """A page on which nothing may go wrong unseen: errors, what the policy refuses, other hosts."""
    opened = context.new_page()
    wrong: list[str] = []
    own = cloud.url.rpartition(":")[0]
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: wrong.append(message.text) if "Content Security" in message.text else None)
    opened.on("request", lambda request: None if own in request.url else wrong.append(request.url))
    yield opened
    assert wrong == []


@pytest.fixture
def visitor(cloud: Handle) -> Iterator[Site]:
    """The API by itself, to prepare what a page shows."""
    with Site(cloud.url) as opened:
        yield opened


@pytest.fixture
def faults(axe: str) -> Callable[[Page], list[str]]:
    """What the accessibility checker finds on a page."""

    def found(page: Page) -> list[str]:
        page.evaluate(axe)
        result = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        return [
            f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for each in result["violations"]
            for node in each["nodes"]
        ]

    return found
