"""Stream of the accounts table: counts downloads by track, and watches them and issued links for fraud."""

from collections.abc import Mapping
from typing import Any

from allmytracks.downloads.streams import by_account, tracks_of
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.observability import logger
from allmytracks.wiring import services


def handle(event: Mapping[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    """Each account separately; failed records are redelivered; counting or watching one twice changes nothing."""
    _count(tracks_of(event["Records"]))
    watch = services().enforcement.watch_downloads
    failed: list[dict[str, str]] = []
    if watch is None:
        return {"batchItemFailures": failed}
    for records in by_account(event["Records"]):
        try:
            findings = watch(records.account_id, records.seen)
        except Unavailable:
            logger().warning("downloads not watched", account_id=records.account_id, exc_info=True)
            failed.append({"itemIdentifier": records.first})
            continue
        for finding in findings:
            logger().info(
                "suspicion",
                account_id=records.account_id,
                suspicion=finding.suspicion,
                seen=finding.seen,
                restricts=finding.restricts,
            )
    return {"batchItemFailures": failed}


def _count(track_of: Mapping[str, str]) -> None:
    """For the order of the search alone: what cannot be counted is left."""
    try:
        services().catalogue.count_uses(track_of)
    except Unavailable:
        logger().warning("downloads not counted", downloads=len(track_of), exc_info=True)
