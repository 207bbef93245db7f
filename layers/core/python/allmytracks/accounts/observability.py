"""Reports refusals of the identity service that nobody foresaw to operators."""

from __future__ import annotations

from allmytracks.foundation.observability import count, logger


def report_unknown_refusal(code: str) -> None:
    """Logs and counts a refusal by its code; its message could repeat what a person sent (P-5.logs)."""
    logger().error("identity service refused for an unknown reason", refusal=code)
    count("IdentityRefusedUnknown")
