"""Every minute: goes on with the mailings that run, until they are done or the time is up."""

from collections.abc import Mapping
from typing import Any

from allmytracks.foundation.observability import count, logger
from allmytracks.wiring import services

# More than one part of a list takes.
RESERVE_MILLISECONDS = 120_000


def handle(_event: Mapping[str, Any], context: Any) -> None:
    """An error fails the run after the other mailings went on; the next one repeats that part, each account once."""
    reached = services().notices.send_mailings(
        lambda: context is None or context.get_remaining_time_in_millis() > RESERVE_MILLISECONDS
    )
    if reached:
        logger().info("mailings sent", reached=reached)
        count("MailingAccountsReached", reached)
