"""When a member is notified that a membership ends: seven days before, and at the end (U-VIII)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from allmytracks.memberships.rules import Purchase, stacked

NOTICE_BEFORE = timedelta(days=7)


class End(Struct, frozen=True):
    """The end of an account's last paid period; `due_at`: when the next notice about it is due."""

    account_id: str
    order_id: str
    plan: str
    ends_at: datetime
    due_at: datetime


def end_of(account_id: str, purchases: Sequence[Purchase]) -> End | None:
    """The end to notify of: that of the last period, as a period followed by another has no notice.

    None where the last one was ended early: that had its own notice.
    """
    periods = stacked(purchases)
    if not periods:
        return None
    last = periods[-1]
    by_id = {purchase.order_id: purchase for purchase in purchases}
    if by_id[last.order_id].ended_at == last.ends_at:
        return None
    return End(account_id, last.order_id, last.plan, last.ends_at, last.ends_at - NOTICE_BEFORE)
