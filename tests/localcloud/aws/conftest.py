"""A running AWS front with what templates/template.yaml describes provided in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.localcloud.deployment import Deployment
from infra.localcloud.provision import provision
from tests.localcloud.aws.front import REGION, TEMPLATES, Front, serving


@pytest.fixture(scope="session")
def running_front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with serving(tmp_path_factory.mktemp("front")) as front:
        yield front


@pytest.fixture
def front(running_front: Front) -> Iterator[Front]:
    yield running_front
    running_front.move_clock(0.0)


@pytest.fixture(scope="session")
def deployed(running_front: Front) -> Deployment:
    return provision(
        TEMPLATES / "template.yaml", endpoint=running_front.url, region=REGION, parameters={"Stage": "dev"}
    )


@pytest.fixture
def provide(running_front: Front, tmp_path: Path) -> Callable[[str], Deployment]:
    """Provides a template given as text."""

    def act(text: str, **parameters: str) -> Deployment:
        path = tmp_path / "template.yaml"
        path.write_text(text, encoding="utf-8")
        return provision(path, endpoint=running_front.url, region=REGION, parameters=parameters)

    return act
