"""template.yaml and its nested stacks as they are written, and what they say of each function."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.template import read_template


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    return read_template()
