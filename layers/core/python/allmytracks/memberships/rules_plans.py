"""Plans and their price lists: data with a time of publication, never code (M-I.2, M-II.7, M-II.9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from allmytracks.foundation.errors import NotFound
from allmytracks.memberships.rules_platforms import DIGITAL_PLATFORM, GROUPS, Platform
from allmytracks.memberships.rules_rights import ProjectKind, Purpose, Right, permits


class Term(StrEnum):
    """How long a membership lasts."""

    MONTH = "month"
    YEAR = "year"


class PlanNotFound(NotFound):
    """The price list in force has no such plan, term or currency."""

    code = "plan_not_found"


@dataclass(frozen=True, slots=True)
class Price:
    """What one term of a plan costs; `amount` in the currency's minor unit."""

    term: Term
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan as one price list describes it.

    `terms_id` names this plan in this list for good (`premium@2026-11-01`): a membership keeps the terms that it was
    bought under (M-II.4), and the allowance's condition compares them.
    """

    id: str
    terms_id: str
    name: str
    audience: ProjectKind
    daily_downloads: int
    prices: tuple[Price, ...]
    rights: Mapping[Purpose, Right]

    def price(self, term: Term, currency: str) -> Price:
        """The price of one term. Raises PlanNotFound."""
        for price in self.prices:
            if price.term is term and price.currency == currency:
                return price
        raise PlanNotFound(f"{self.name} is not sold by the {term} in {currency}.")

    def permits_project(self, kind: ProjectKind | None) -> bool:
        """Premium serves personal projects only, Business enterprise projects only (M-II.1, U-II.III.1.4)."""
        return kind is None or kind is self.audience

    def permits(self, purpose: Purpose | None, kind: ProjectKind | None) -> bool:
        """Whether this plan permits a purpose for a project of `kind`; None stands for not declared yet."""
        if not self.permits_project(kind):
            return False
        return purpose is None or permits(self.rights[purpose], kind)


@dataclass(frozen=True, slots=True)
class PriceList:
    """All plans as published at one instant."""

    version: str
    effective_at: datetime
    plans: tuple[Plan, ...]
    platforms: tuple[Platform, ...] = ()
    groups: Mapping[Purpose, str] = field(default_factory=lambda: GROUPS)

    def needs_platform(self, purpose: Purpose) -> bool:
        """Whether a licence for this purpose names its one platform (M-III.6.2)."""
        return self.groups[purpose] == DIGITAL_PLATFORM

    def plan(self, plan_id: str) -> Plan:
        """The plan with this id. Raises PlanNotFound."""
        for plan in self.plans:
            if plan.id == plan_id:
                return plan
        raise PlanNotFound(f"There is no plan {plan_id}.")


@dataclass(frozen=True, slots=True)
class PriceLists:
    """Every price list ever published, in order of its time."""

    lists: tuple[PriceList, ...]

    def at(self, now: datetime) -> PriceList:
        """The list in force. Raises PlanNotFound before the first one."""
        in_force = [each for each in self.lists if each.effective_at <= now]
        if not in_force:
            raise PlanNotFound("No price list has been published.")
        return max(in_force, key=lambda each: each.effective_at)

    def by_terms(self, terms_id: str) -> Plan:
        """The plan as it stood when it was bought. Raises PlanNotFound."""
        for plan in self._every_plan():
            if plan.terms_id == terms_id:
                return plan
        raise PlanNotFound(f"There never was a plan {terms_id}.")

    def terms_permitting(self, purpose: Purpose | None, kind: ProjectKind | None) -> tuple[str, ...]:
        """The `terms_id` of every plan, past or present, that permits this use."""
        return tuple(plan.terms_id for plan in self._every_plan() if plan.permits(purpose, kind))

    def _every_plan(self) -> tuple[Plan, ...]:
        return tuple(plan for each in self.lists for plan in each.plans)
