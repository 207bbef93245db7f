"""No monthly plan renews for a month that outlasts the announced end of the service (U-III.III.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from allmytracks.accounts.rules_reasons import Reason
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.notices.use_cases.notify_each import notify_each
from allmytracks.payments.ledger.rules_subscriptions import RENEWAL_NOTICE_BEFORE
from allmytracks.payments.orders.published import announced_end
from allmytracks.payments.ports import Subscriptions
from allmytracks.publishing.ports import Publications
from allmytracks.storage.use_cases.end_renewals import EndRenewals

# Before the notice of the renewal is due, which would be wrong.
LOOK_AHEAD = RENEWAL_NOTICE_BEFORE + timedelta(days=1)


@dataclass(frozen=True)
class EndWithService:
    """Cancels the plans that renew soon, once an end is announced; a renewal is an order that would outlast it.

    A failed one does not block those of other accounts. Raises Unavailable where one failed: the next run retries.
    """

    publications: Publications
    subscriptions: Subscriptions
    end_renewals: EndRenewals
    clock: Clock

    def __call__(self) -> int:
        """How many accounts were looked at; none before an end is announced."""
        ends_at = announced_end(self.publications)
        if ends_at is None:
            return 0
        end = partial(self.end_renewals, reason=Reason.END_OF_SERVICE, outlasting=ends_at)
        renewing = self.subscriptions.due(self.clock.now() + LOOK_AHEAD)
        return notify_each(partial(end, each.account_id) for each in renewing)
