"""What an import has brought into the catalogue."""

from __future__ import annotations

import json
from pathlib import Path

from allmytracks.catalogue.rules import Track
from tests.factories.operators import Backend, Run


def by_title(backend: Backend) -> dict[str, Track]:
    return {each.title: each for each in backend.tracks.stored.values()}


def imported(backend: Backend, run: Run, music: Path) -> Track:
    told = json.loads(run("tracks", "import", str(music), "--json").stdout)
    assert told["refused"] == {}
    (track,) = backend.tracks.stored.values()
    return track
