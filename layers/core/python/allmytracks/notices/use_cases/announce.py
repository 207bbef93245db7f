"""An operator publishes and withdraws announcements (U-VIII)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.instants import whole_milliseconds
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.mails.rules import Letter
from allmytracks.notices.published import as_publication, published_announcements
from allmytracks.notices.rules_announcements import (
    Announcement,
    AnnouncementNotFound,
    Withdrawal,
    announced,
    announcement_id_of,
)
from allmytracks.publishing.ports import Publications


@dataclass(frozen=True)
class Announce:
    """Idempotent by text. Raises AnnouncementNotFound where what is to be withdrawn is not shown."""

    publications: Publications
    audit: Audit
    clock: Clock
    ids: Ids

    def shown(self) -> Sequence[Announcement]:
        """What everybody sees, newest first."""
        return announced(published_announcements(self.publications))

    def __call__(self, letters: Sequence[Letter], operator: Operator) -> Announcement:
        """Shows it in all languages that there are; English comes first."""
        announcement_id = announcement_id_of(letters)
        existing = self._find(announcement_id)
        if existing is not None:
            return existing
        self.audit(operator, "announced", announcement_id)
        now = whole_milliseconds(self.clock.now())
        first, *others = letters
        announcement = Announcement(announcement_id, first.subject, first.text, now, tuple(others))
        self._publish(announcement)
        return announcement

    def withdraw(self, announcement_id: str, operator: Operator) -> Announcement:
        """Shows an announcement no more; that it was shown stays on record."""
        existing = self._find(announcement_id)
        if existing is None:
            raise AnnouncementNotFound("There is no such announcement, or it was withdrawn.")
        self.audit(operator, "withdrew announcement", announcement_id)
        self._publish(Withdrawal(announcement_id))
        return existing

    def _find(self, announcement_id: str) -> Announcement | None:
        return next((each for each in self.shown() if each.id == announcement_id), None)

    def _publish(self, change: Announcement | Withdrawal) -> None:
        now = whole_milliseconds(self.clock.now())
        self.publications.publish(as_publication(change, self.ids.new("pub"), now))
