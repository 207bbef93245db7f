"""What everybody can know of the service: announcements and maintenance (U-VIII, M-VI.6)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.paging import Page, PageQuery, page_of
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.notices.published import published_announcements, published_windows
from allmytracks.notices.rules_announcements import Announcement, announced
from allmytracks.notices.rules_maintenance import Window, current_window, require_open
from allmytracks.publishing.ports import Publications


@dataclass(frozen=True)
class ShowService:
    """Reads publications cached for half a minute, so that every process sees a change within that time.

    The check before a download sends no request to AWS, but the one in 30 seconds that renews them.
    """

    publications: Publications
    clock: Clock

    def announcements(self, query: PageQuery) -> Page[Announcement]:
        """Those that are shown, newest first. Raises InvalidFields for a cursor that is invalid."""
        return page_of(announced(published_announcements(self.publications)), lambda each: each.id, query)

    def maintenance(self) -> Window | None:
        """What is planned or running."""
        return current_window(published_windows(self.publications), self.clock.now())

    def require_open(self) -> None:
        """Refuses paid requests while maintenance runs. Raises UnderMaintenance."""
        require_open(published_windows(self.publications), self.clock.now())
