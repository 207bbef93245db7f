"""The agreements in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.accounts.published_agreements import published_agreements
from allmytracks.accounts.published_processors import published_processors
from allmytracks.accounts.rules_agreements import Agreement
from allmytracks.accounts.rules_processors import ProcessorList, list_in_force
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.publishing.ports import Publications


@dataclass(frozen=True)
class ListAgreements:
    """The current version of every agreement (M-0.precedence)."""

    publications: Publications
    clock: Clock

    def __call__(self) -> Sequence[Agreement]:
        return published_agreements(self.publications).in_force(self.clock.now())

    def one(self, agreement_id: str, version: str | None = None) -> Agreement:
        """The current version, or another one that came into force (P-update). Raises AgreementNotFound."""
        agreements, now = published_agreements(self.publications), self.clock.now()
        if version is None:
            return agreements.current(agreement_id, now)
        return agreements.version(agreement_id, version, now)

    def versions(self, agreement_id: str) -> Sequence[Agreement]:
        """Every version that came into force, newest first. Raises AgreementNotFound."""
        return published_agreements(self.publications).begun(agreement_id, self.clock.now())

    def processors(self, version: str | None = None) -> ProcessorList:
        """Who processes personal data: the list in force, or an earlier one. Raises ProcessorsNotFound."""
        return list_in_force(published_processors(self.publications), self.clock.now(), version)
