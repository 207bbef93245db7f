"""The plans on sale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.domain.plans import Plan
from allmytracks.ports.publications import Publications
from allmytracks.ports.time_and_ids import Clock
from allmytracks.services.published_plans import published_price_lists


@dataclass(frozen=True)
class ListPlans:
    """The plans of the price list in force (M-II.7). Raises PlanNotFound where none was published."""

    publications: Publications
    clock: Clock

    def __call__(self) -> Sequence[Plan]:
        return published_price_lists(self.publications).at(self.clock.now()).plans
