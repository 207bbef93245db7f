"""An operator has a new search index built beside the one in force, step by step."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.catalogue.ports import ReindexableIndex, Tracks
from allmytracks.catalogue.rules_search import Reindexing
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.errors import Conflict


class SearchIsEmbedded(Conflict):
    """The embedded engine's index is rebuilt at once, by its writer."""

    code = "search_is_embedded"


@dataclass(frozen=True)
class ReindexSearch:
    """Takes one step and says how far the new index is; idempotent. `index` is None with the embedded engine.

    Raises SearchIsEmbedded, Unavailable.
    """

    index: ReindexableIndex | None
    tracks: Tracks
    audit: Audit

    def __call__(self, operator: Operator) -> Reindexing:
        if self.index is None:
            raise SearchIsEmbedded("This deployment has the embedded search engine: ask for a rebuild instead.")
        self.audit(operator, "search_reindexed", "catalogue")
        return self.index.reindex(self.tracks)
