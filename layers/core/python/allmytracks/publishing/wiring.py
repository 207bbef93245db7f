"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.publishing.ports import Publications


class PublishingServices:
    """Publications: versioned data such as price lists, agreements and rules."""

    def __init__(self, foundation: FoundationServices) -> None:
        self._foundation = foundation

    @cached_property
    def publications(self) -> Publications:
        from allmytracks.publishing.dynamodb import CachedPublications, DynamoPublications

        return CachedPublications(DynamoPublications(self._foundation.catalog_table), self._foundation.clock)

    @cached_property
    def fresh_publications(self) -> Publications:
        """Uncached, where the exact instant of a publication matters."""
        from allmytracks.publishing.dynamodb import DynamoPublications

        return DynamoPublications(self._foundation.catalog_table)
