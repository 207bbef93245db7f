"""One local cloud for all end-to-end tests: the real template, real processes, HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from infra.demo.site import Site
from infra.local.running import start
from infra.localcloud.supervisor import Handle
from tests.factories.ports import free_ports


@pytest.fixture(scope="package")  # it ends with them: its pollers would slow down what comes after
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handle]:
    folder: Path = tmp_path_factory.mktemp("local-cloud")
    with start(free_ports(), folder=folder) as handle:
        yield handle


@pytest.fixture
def production_limits() -> None:
    """For tests with throttling on, as in deployments; see `limits`."""


@pytest.fixture(autouse=True)
def limits(cloud: Handle, request: pytest.FixtureRequest) -> None:
    """Otherwise throttling is off (all visitors come from one address), and so is the two-person rule."""
    throttling = "production_limits" in request.fixturenames
    httpx.post(
        f"{cloud.url}/_local/limits", json={"throttling": throttling, "two_person_rule": False}
    ).raise_for_status()


@pytest.fixture
def visitor(cloud: Handle) -> Iterator[Callable[[], Site]]:
    """Makes visitors of the website."""
    with ExitStack() as open_sites:
        yield lambda: open_sites.enter_context(Site(cloud.url))


@pytest.fixture
def site(visitor: Callable[[], Site]) -> Site:
    """One visitor of the website."""
    return visitor()
