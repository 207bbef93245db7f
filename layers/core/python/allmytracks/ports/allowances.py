"""The one write that grants a download (design, section 6.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from allmytracks.domain.allowance import Day, Standing
from allmytracks.domain.downloads import Grant


@dataclass(frozen=True, slots=True)
class NotGranted:
    """Why the write was refused: what the items held at that instant.

    `existing` is the grant that has this download's name already; `standing` is the allowance as it was, None where the
    account never had one.
    """

    existing: Grant | None
    standing: Standing | None


class Allowances(Protocol):
    """The daily allowances of all accounts."""

    def grant(
        self, grant: Grant, terms_permitting: Sequence[str], day: Day, now: datetime, period_index: int
    ) -> NotGranted | None:
        """Counts one download and records it, both or neither; None says that it is granted.

        Granted only if the account is active and not restricted, the period at `period_index` covers `now` and was
        bought under one of `terms_permitting`, the day's count is below its limit, no later day was counted, and no
        download has this name. Raises Unavailable: then the same call may be repeated.
        """
        ...

    def standing(self, account_id: str, day: Day) -> Standing | None:
        """The account's allowance as it is now, consistently read. Raises Unavailable."""
        ...
