"""Routes that require a recent sign-in (U-II.III.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from allmytracks.foundation.errors import FreshSignInRequired
from allmytracks.foundation.http.requests import Request

FRESH = timedelta(minutes=15)


def is_fresh(request: Request, now: datetime) -> bool:
    """Whether the session's sign-in is at most 15 minutes old; refreshed tokens keep its time."""
    signed_in_at = request.signed_in_at
    return signed_in_at is not None and now - signed_in_at <= FRESH


def require_fresh(request: Request) -> None:
    """Checks that the caller signed in recently. Raises Unauthenticated (no token), FreshSignInRequired."""
    _ = request.account_id
    if not is_fresh(request, datetime.now(UTC)):
        minutes = int(FRESH.total_seconds()) // 60
        raise FreshSignInRequired(
            f"This needs a sign-in of the last {minutes} minutes: sign in again with your password, then repeat it."
        )
