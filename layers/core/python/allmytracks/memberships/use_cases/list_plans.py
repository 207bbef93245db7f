"""The plans on sale, with the purposes and platforms of their licences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from allmytracks.foundation.time_and_ids import Clock
from allmytracks.memberships.published import published_price_lists
from allmytracks.memberships.rules_plans import PriceList
from allmytracks.publishing.ports import Publications


@dataclass(frozen=True)
class ListPlans:
    """What can be sold of the price list in force (M-II.7). Raises PlanNotFound where none was published."""

    publications: Publications
    clock: Clock

    def __call__(self, is_charged: Callable[[str], bool]) -> PriceList:
        """`is_charged` tells whether the payment provider charges in a currency."""
        return published_price_lists(self.publications).at(self.clock.now()).offered(is_charged)
