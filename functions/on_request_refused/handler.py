"""Log subscription of the functions that refuse members: each refusal is in the member's timeline."""

from collections.abc import Mapping
from typing import Any

from allmytracks.timeline.logs import refusals_of
from allmytracks.wiring import services


def handle(event: Mapping[str, Any], _context: object) -> None:
    """An error fails the invocation; CloudWatch Logs redelivers, and storing is idempotent."""
    for refusal in refusals_of(event):
        services().timeline.refusals.add(refusal)
