"""The plans on sale, and what their licences can be for."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.time_and_ids import Clock
from allmytracks.memberships.published import published_price_lists
from allmytracks.memberships.rules_plans import PriceList
from allmytracks.publishing.ports import Publications


@dataclass(frozen=True)
class ListPlans:
    """The price list in force (M-II.7). Raises PlanNotFound where none was published."""

    publications: Publications
    clock: Clock

    def __call__(self) -> PriceList:
        return published_price_lists(self.publications).at(self.clock.now())
