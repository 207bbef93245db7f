"""No order outlasts the announced end of the service (U-III.III.1)."""

from __future__ import annotations

from datetime import datetime

from allmytracks.foundation.errors import Conflict
from allmytracks.foundation.instants import rfc3339
from allmytracks.memberships.rules_terms import Term, end_of_term


class ServiceEnds(Conflict):
    """The service ends before what is ordered would; `ends_at` says when."""

    code = "service_ends"


def require_no_longer(ends_at: datetime | None, starts_at: datetime, term: Term) -> None:
    """Checks that a period ends no later than the service. Raises ServiceEnds."""
    if ends_at is not None and end_of_term(starts_at, term) > ends_at:
        message = f"The service ends on {ends_at:%Y-%m-%d}; choose a shorter term, if there is one."
        raise ServiceEnds(message, ends_at=rfc3339(ends_at))
