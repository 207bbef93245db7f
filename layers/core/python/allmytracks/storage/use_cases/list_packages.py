"""The packages on sale (S-7.2)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.rules_charges import is_charged
from allmytracks.publishing.ports import Publications
from allmytracks.storage.published import published_packages
from allmytracks.storage.rules_packages import PackageList, in_force


@dataclass(frozen=True)
class ListPackages:
    """Returns the list in force with the prices that can be charged; None where nothing is sold. Raises Unavailable."""

    publications: Publications
    clock: Clock

    def __call__(self) -> PackageList | None:
        found = in_force(published_packages(self.publications), self.clock.now())
        return found.offered(is_charged) if found else None
