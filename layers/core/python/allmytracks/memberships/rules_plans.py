"""Plans and their price lists: published data, never code (M-I.2, M-II.7, M-II.9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import astuple, replace

from allmytracks.foundation.errors import FieldProblem, InvalidFields, NotFound
from allmytracks.memberships.rules_platforms import DIGITAL_PLATFORM, GROUPS, UNGROUPED, Platform
from allmytracks.memberships.rules_rights import ProjectKind, Purpose, Right, known_audience, permits, right_of
from allmytracks.memberships.rules_terms import Term, months_of


class PlanNotFound(NotFound):
    """The price list in force has no such plan."""

    code = "plan_not_found"


class Price(Struct, frozen=True):
    """What one term of a plan costs; `amount` in the currency's minor unit."""

    term: Term
    currency: str
    amount: int


class Conditions(Struct, frozen=True):
    """What a row of the rights says besides: whether the resulting work may earn money, the music may be edited, and
    its artist must be named. Each is `yes` or `no`.
    """

    monetisation: str
    editing: str
    attribution: str


class Plan(Struct, frozen=True):
    """One plan of one price list; values unknown to this version of the code are kept as published.

    `terms_id` identifies this plan in this list permanently (its id, `@` and the list's version): a membership keeps
    the terms that it was bought under (M-II.4), and the allowance's condition compares them. `agreements` are the ids
    of the agreements that its buyer accepts (M-0.accept). `conditions` are of the rows that have some.
    """

    id: str
    terms_id: str
    name: str
    audience: str
    daily_downloads: int
    prices: tuple[Price, ...]
    rights: Mapping[Purpose, str]
    agreements: tuple[str, ...]
    conditions: Mapping[Purpose, Conditions] = field(default_factory=dict)

    @property
    def price_list(self) -> str:
        """The version of the price list that it is in."""
        return self.terms_id.partition("@")[2]

    def conditions_of(self, purpose: Purpose) -> Conditions | None:
        """What its row says besides; None where the list was published without conditions. An unknown value is "no"."""
        said = self.conditions.get(purpose)
        if said is None:
            return None
        return Conditions(*("yes" if value == "yes" else "no" for value in astuple(said)))

    def permits_project(self, kind: ProjectKind | None) -> bool:
        """Whether the audience has projects of this kind (M-II.1, U-II.III.1.4); an unknown one has none."""
        audience = known_audience(self.audience)
        return audience is not None and (kind is None or kind is audience)

    def right(self, purpose: Purpose) -> Right:
        """The plan's right for a purpose; "no" where it has no row."""
        return right_of(self.rights, purpose)

    def permits(self, purpose: Purpose | None, kind: ProjectKind | None) -> bool:
        """Whether this plan permits a purpose for a project of `kind`; None means not declared yet."""
        if not self.permits_project(kind):
            return False
        return purpose is None or permits(self.right(purpose), kind)


class PriceList(Struct, frozen=True):
    """All plans as published at one instant."""

    version: str
    effective_at: datetime
    plans: tuple[Plan, ...]
    platforms: tuple[Platform, ...] = ()
    groups: Mapping[Purpose, str] = field(default_factory=lambda: GROUPS)

    def needs_platform(self, purpose: Purpose) -> bool:
        """Whether a licence for this purpose names its one platform (M-III.6.2)."""
        return self.groups.get(purpose) == DIGITAL_PLATFORM

    @property
    def purposes(self) -> Mapping[Purpose, str]:
        """Every purpose in the list, with its group."""
        rows = {purpose: UNGROUPED for plan in self.plans for purpose in plan.rights}
        return {**self.groups, **{purpose: group for purpose, group in rows.items() if purpose not in self.groups}}

    def offered(self, is_charged: Callable[[str], bool]) -> PriceList:
        """The plans that can be sold: of a known audience, in known terms and currencies that are charged."""
        plans = (
            replace(plan, prices=tuple(p for p in plan.prices if months_of(p.term) and is_charged(p.currency)))
            for plan in self.plans
            if known_audience(plan.audience) is not None
        )
        return replace(self, plans=tuple(plans))

    def serving(self, kind: ProjectKind) -> Plan | None:
        """The list's first plan for projects of a kind."""
        return next((plan for plan in self.plans if plan.permits_project(kind)), None)

    def plan(self, plan_id: str) -> Plan:
        """The plan with this id. Raises PlanNotFound."""
        for plan in self.plans:
            if plan.id == plan_id:
                return plan
        raise PlanNotFound(f"There is no plan {plan_id}.")


class PriceLists(Struct, frozen=True):
    """Every price list ever published, in order of its time."""

    lists: tuple[PriceList, ...]

    def at(self, now: datetime) -> PriceList:
        """The list in force. Raises PlanNotFound before the first one."""
        in_force = [each for each in self.lists if each.effective_at <= now]
        if not in_force:
            raise PlanNotFound("No price list has been published.")
        return max(in_force, key=lambda each: each.effective_at)

    @property
    def newest(self) -> PriceList | None:
        """The list with the latest instant; None before the first one."""
        return max(self.lists, key=lambda each: each.effective_at, default=None)

    def serving(self, kind: ProjectKind) -> str | None:
        """The id of the newest list's first plan for projects of a kind."""
        found = self.newest.serving(kind) if self.newest else None
        return found.id if found else None

    def knows(self, purpose: Purpose) -> bool:
        """Whether any list has a row of this purpose."""
        return any(purpose in each.purposes for each in self.lists)

    def by_terms(self, terms_id: str) -> Plan:
        """The plan as it was when bought. Raises PlanNotFound."""
        for plan in self._every_plan():
            if plan.terms_id == terms_id:
                return plan
        raise PlanNotFound(f"There never was a plan {terms_id}.")

    def terms_permitting(self, purpose: Purpose | None, kind: ProjectKind | None) -> tuple[str, ...]:
        """The `terms_id` of every plan, past or present, that permits this use."""
        return tuple(plan.terms_id for plan in self._every_plan() if plan.permits(purpose, kind))

    def _every_plan(self) -> tuple[Plan, ...]:
        return tuple(plan for each in self.lists for plan in each.plans)


def unknown_purpose(plans: PriceLists) -> InvalidFields:
    """The refusal of a purpose that was never in a price list."""
    newest = plans.newest
    known = ", ".join(newest.purposes) if newest else ""
    return InvalidFields([FieldProblem("purpose", "unknown", f"There is no such purpose. Send one of {known}.")])
