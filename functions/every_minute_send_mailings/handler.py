"""Every minute: goes on with the mailings that run, until they are done or the time is up."""

from collections.abc import Mapping
from typing import Any

from allmytracks.foundation.aws.time_left import LambdaContext, before_the_time_out, seconds_left
from allmytracks.foundation.observability import count, logger
from allmytracks.wiring import services

# More than one part of a list takes.
RESERVE_SECONDS = 120.0


def handle(_event: Mapping[str, Any], context: LambdaContext | None) -> None:
    """An error fails the run after the other mailings went on; the next one repeats that part, each account once."""
    with before_the_time_out(context):
        reached = services().notices.send_mailings(lambda: seconds_left() > RESERVE_SECONDS)
    if reached:
        logger().info("mailings sent", reached=reached)
        count("MailingAccountsReached", reached)
