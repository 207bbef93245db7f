"""Every hour: pending leaves enter the register, and its head is signed."""

from collections.abc import Mapping
from typing import Any

from allmytracks.foundation.observability import count, logger
from allmytracks.wiring import services


def handle(_event: Mapping[str, Any], _context: object) -> None:
    """An error fails the invocation and is reported; the next one resumes, and nothing is done twice."""
    for signed in services().register.sign_tree_head():
        logger().info("tree head signed", number=signed.head.number, size=signed.head.size)
        count("TreeHeadsSigned")
