"""Reports documents that could not be printed in full to operators."""

from __future__ import annotations

from collections.abc import Sequence

from allmytracks.foundation.observability import count, logger


def report_unprinted(document: str, order_id: str, characters: Sequence[str]) -> None:
    """Logs and counts a document (`invoice`, `agreement`) whose page shows question marks for `characters`.

    Names the order and the characters' numbers, never the text (P-5.logs).
    """
    if not characters:
        return
    numbers = sorted({f"U+{ord(each):04X}" for each in characters})
    logger().warning("document printed in part", document=document, order_id=order_id, characters=numbers)
    count("PrintedInPart")
