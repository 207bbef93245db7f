"""In-memory fakes: notices."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from allmytracks.foundation.errors import Unavailable
from allmytracks.notices.dynamodb import BEING_SENT, CLAIM_LIFETIME
from allmytracks.payments.ports import Notice


@dataclass
class MemoryNotices:
    """Notices in memory, each with when it was sent; `claimed` has when those were taken that were not sent yet."""

    stored: dict[tuple[str, str, datetime], datetime | None] = field(default_factory=dict)
    claimed: dict[tuple[str, str, datetime], datetime] = field(default_factory=dict)

    def claim(self, notice: Notice, now: datetime) -> bool:
        key = self._key(notice)
        if self.stored.get(key) is not None:
            return False
        if key in self.stored and self.claimed[key] > now - CLAIM_LIFETIME:
            raise Unavailable(BEING_SENT)
        self.stored[key], self.claimed[key] = None, now
        return True

    def release(self, notice: Notice) -> None:
        self.stored.pop(self._key(notice), None)

    def mark_sent(self, notice: Notice, sent_at: datetime) -> None:
        self.stored[self._key(notice)] = sent_at

    @staticmethod
    def _key(notice: Notice) -> tuple[str, str, datetime]:
        return (notice.account_id, notice.id, notice.at)
