"""The allowance in responses: fields, and headers of draft-ietf-httpapi-ratelimit-headers."""

from __future__ import annotations

import math
from datetime import datetime

from allmytracks.downloads.rules_allowance import Allowance
from allmytracks.downloads.schemas import AllowanceAnswer
from allmytracks.foundation.instants import rfc3339

DAY_SECONDS = 86_400


def allowance_answer(allowance: Allowance) -> AllowanceAnswer:
    """The fields."""
    until = allowance.restricted_until
    return AllowanceAnswer(
        limit=allowance.limit,
        used=allowance.used,
        remaining=allowance.remaining,
        resets_at=rfc3339(allowance.resets_at),
        restricted_until=rfc3339(until) if until else None,
    )


def rate_limit_headers(allowance: Allowance, now: datetime) -> dict[str, str]:
    """The headers: the day's limit, what remains of it, and the seconds until the next day."""
    seconds = max(0, math.ceil((allowance.resets_at - now).total_seconds()))
    return {
        "RateLimit-Policy": f'"downloads";q={allowance.limit};w={DAY_SECONDS}',
        "RateLimit": f'"downloads";r={allowance.remaining};t={seconds}',
    }
