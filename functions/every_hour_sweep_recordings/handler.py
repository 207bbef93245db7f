"""Every hour: removes recordings that are no longer kept, and uploads that were not made (S-7.1, S-8.1)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from msgspec.structs import asdict

from allmytracks.foundation.observability import count, logger
from allmytracks.wiring import services

# Less than the function's time-out; the next run goes on.
LONGEST = timedelta(minutes=13)


def handle(_event: Mapping[str, Any], _context: object) -> None:
    """An error fails the run and is reported; the next one goes on from what is due the longest."""
    swept = services().storage.sweep_recordings(services().foundation.clock.now() + LONGEST)
    logger().info("recordings swept", **asdict(swept))
    count("RecordingsSwept", swept.removed)
    # Files whose notification did not come: the queue or its worker has a fault.
    count("RecordingsRecovered", swept.recovered)
    count("UploadsAbandoned", swept.abandoned)
    count("RecordingsLeftToSweep", swept.left)
