"""A local cloud of its own: what odd input leaves behind would count in the tests of the other one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.running import start
from infra.localcloud.supervisor import Handle
from tests.factories.ports import free_ports


@pytest.fixture(scope="package")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handle]:
    with start(free_ports(), folder=tmp_path_factory.mktemp("odd-cloud")) as handle:
        yield handle
