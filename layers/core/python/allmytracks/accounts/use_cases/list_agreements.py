"""The agreements in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.accounts.published_agreements import published_agreements
from allmytracks.accounts.rules_agreements import Agreement
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.publishing.ports import Publications


@dataclass(frozen=True)
class ListAgreements:
    """The current version of every agreement (M-0.precedence)."""

    publications: Publications
    clock: Clock

    def __call__(self) -> Sequence[Agreement]:
        return published_agreements(self.publications).in_force(self.clock.now())

    def one(self, agreement_id: str) -> Agreement:
        """Raises AgreementNotFound."""
        return published_agreements(self.publications).current(agreement_id, self.clock.now())
