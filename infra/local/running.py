"""Starts the whole product in a process of its own, for tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from infra.localcloud import supervisor
from infra.localcloud.supervisor import Handle


def start(port: int, *, folder: Path, arguments: Iterable[str] = ()) -> Handle:
    """As infra.localcloud.supervisor.start, with template.yaml and the demo catalogue."""
    return supervisor.start(port, folder=folder, module="infra.local", arguments=arguments)
