"""Downloads are counted by track, for the order `most_used`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from allmytracks.catalogue.ports_uses import Uses
from allmytracks.catalogue.rules_uses import is_news


@dataclass(frozen=True)
class CountUses:
    """Counts a batch of downloads, with one write for each of its tracks. Raises Unavailable."""

    uses: Uses

    def __call__(self, track_ids: Iterable[str]) -> None:
        for track_id, downloads in Counter(track_ids).items():
            after = self.uses.add(track_id, downloads)
            if is_news(after - downloads, after):
                self.uses.show(track_id, after)
