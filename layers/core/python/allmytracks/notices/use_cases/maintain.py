"""An operator plans, starts and ends maintenance; everybody can ask for the state of the service (M-VI.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from allmytracks.documents.rules_dates import day_and_time
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.errors import Conflict
from allmytracks.foundation.instants import whole_milliseconds
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.mails.rules import Catalogue, Letter
from allmytracks.mails.rules_catalogues import in_every_language
from allmytracks.notices.published import published_windows, window_publication
from allmytracks.notices.rules_maintenance import Window, current_window, require_sensible
from allmytracks.notices.use_cases.announce import Announce
from allmytracks.publishing.ports import Publications


class NoMaintenance(Conflict):
    """No maintenance is planned or running."""

    code = "no_maintenance"


@dataclass(frozen=True)
class Maintain:
    """One window at a time: what is planned later replaces what was planned before.

    What is planned for later is announced as well. Raises InvalidFields, NoMaintenance.
    """

    publications: Publications
    announce: Announce
    audit: Audit
    clock: Clock
    ids: Ids

    def current(self) -> Window | None:
        """What is planned or running."""
        return current_window(published_windows(self.publications), self.clock.now())

    def plan(
        self,
        starts_at: datetime | None,
        ends_at: datetime,
        text: str,
        operator: Operator,
        translations: Mapping[str, str] | None = None,
    ) -> Window:
        """Closes the paid routes from `starts_at` (now, where it is None) to `ends_at`."""
        now = whole_milliseconds(self.clock.now())
        window = Window(whole_milliseconds(starts_at or now), whole_milliseconds(ends_at), text, translations or {})
        require_sensible(window, now)
        if window == self.current():
            return window
        span = f"{window.starts_at:%Y-%m-%dT%H:%MZ}/{window.ends_at:%Y-%m-%dT%H:%MZ}"
        self.audit(operator, "planned maintenance", span)
        if window.starts_at > now:
            self.announce(in_every_language(partial(_letter, window)), operator)
        self._publish(window, now)
        return window

    def end(self, operator: Operator) -> Window:
        """Opens the paid routes, or calls off what was planned."""
        window, now = self.current(), whole_milliseconds(self.clock.now())
        if window is None:
            raise NoMaintenance("No maintenance is planned or running.")
        self.audit(operator, "ended maintenance", f"{window.starts_at:%Y-%m-%dT%H:%MZ}")
        ended = replace(window, starts_at=min(window.starts_at, now), ends_at=now)
        self._publish(ended, now)
        return ended

    def _publish(self, window: Window, now: datetime) -> None:
        self.publications.publish(window_publication(window, self.ids.new("pub"), now))


def _letter(window: Window, words: Catalogue) -> Letter:
    starts, ends = (day_and_time(each, words.language) for each in (window.starts_at, window.ends_at))
    told = window.translations.get(words.language, window.text)
    return words.letter("Maintenance", words=told, day=starts, starts=starts, ends=ends)
