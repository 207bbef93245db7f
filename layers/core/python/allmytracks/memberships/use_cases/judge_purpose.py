"""Whether the caller's plan permits a purpose: the filter `usable_for` of a search (M-A.rights)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts.ports_tokens import MemberTokens
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.memberships.ports import Memberships
from allmytracks.memberships.published import published_price_lists
from allmytracks.memberships.rules import period_at
from allmytracks.memberships.rules_plans import Plan, PriceLists
from allmytracks.memberships.rules_rights import Purpose, Right
from allmytracks.publishing.ports import Publications

_BEST_FIRST = (Right.YES, Right.PERSONAL)


class Judged(Struct, frozen=True):
    """What is permitted for a purpose: by the plan of the caller's running membership, or, where `plan` is None, by the
    best plan on sale. `plans` are the ids of those on sale that permit it at all.
    """

    purpose: Purpose
    plan: str | None
    right: Right
    plans: tuple[str, ...]


@dataclass(frozen=True)
class JudgePurpose:
    """The rights are those of the terms that the membership was bought under (M-II.4), and hold for every track.

    Raises InvalidFields of a purpose that was never in a price list, PlanNotFound, Unavailable.
    """

    memberships: Memberships
    publications: Publications
    tokens: Callable[[], MemberTokens]
    clock: Clock

    def __call__(self, purpose: Purpose, token: str | None) -> Judged:
        lists, now = published_price_lists(self.publications), self.clock.now()
        on_sale = lists.at(now)
        if not lists.knows(purpose):
            known = ", ".join(on_sale.purposes)
            raise InvalidFields([FieldProblem("usable_for", "unknown", f"Send one of {known}.")])
        permitting = tuple(each for each in on_sale.plans if each.permits(purpose, None))
        plan = self._plan_of(token, lists)
        rights = [plan.right(purpose)] if plan else [each.right(purpose) for each in permitting]
        right = next((each for each in _BEST_FIRST if each in rights), Right.NO)
        return Judged(purpose, plan.id if plan else None, right, tuple(each.id for each in permitting))

    def _plan_of(self, token: str | None, lists: PriceLists) -> Plan | None:
        account_id = self.tokens().account_of(token) if token is not None else None
        if account_id is None:
            return None
        period = period_at(self.memberships.periods(account_id), self.clock.now())
        return lists.by_terms(period.terms_id) if period else None
