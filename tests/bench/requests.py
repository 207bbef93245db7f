"""One request, watched: its AWS calls and what they cost."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.bench.capacity import Capacity, Meter
from tests.bench.recorder import Recorder, counted
from tests.bench.world import ROOT, World


@dataclass(frozen=True, slots=True)
class Cost:
    """The AWS calls of one request by `service:Action`, and the DynamoDB units by AWS's published rule."""

    request: str
    calls: Mapping[str, int]
    capacity: Capacity


def sample_event(path: str) -> dict[str, Any]:
    """An event of events/, fresh."""
    event: dict[str, Any] = json.loads((ROOT / "events" / path).read_text(encoding="utf-8"))
    return event


def seen(
    request: str, world: World, recorder: Recorder, send: Callable[[], Any], answered: Callable[[Any], bool]
) -> Cost:
    """Sends one request and says what it cost. Raises AssertionError where it was refused."""
    before = world.contents()
    with recorder.recording() as calls:
        answer = send()
    assert answered(answer), f"{request}: {answer}"
    meter = Meter(world.schemas, before, world.contents())
    return Cost(request, counted(calls), meter.capacity(calls))
