"""What an account may still download today, and the reasons of refusals (M-A.quota).

The grant's write condition decides; `refusal` explains exactly that condition.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_states import account_restricted, refusal_of
from allmytracks.downloads.rules import Use
from allmytracks.enforcement.rules_fraud import Burst
from allmytracks.foundation.errors import DomainError, Forbidden, LimitReached, Unavailable
from allmytracks.memberships.rules import Period, period_at
from allmytracks.memberships.rules_plans import PriceLists, unknown_purpose
from allmytracks.memberships.rules_rights import ProjectKind, Purpose, known_audience


class MembershipRequired(Forbidden):
    """No paid membership is running (M-II.3)."""

    code = "membership_required"


class PlanNotForEnterprise(Forbidden):
    """The plan serves personal projects only; an enterprise project needs one for enterprises (M-II.1)."""

    code = "plan_not_for_enterprise"


class PlanNotForPersonal(Forbidden):
    """The plan serves the enterprise's projects only (U-II.III.1.4)."""

    code = "plan_not_for_personal"


class PurposeNotPermitted(Forbidden):
    """The rights matrix forbids this purpose (M-A.rights)."""

    code = "purpose_not_permitted"


class DownloadingTooFast(LimitReached):
    """Too many downloads within minutes; slower ones are granted (M-III.5.fraud)."""

    code = "downloading_too_fast"


class AllowanceExhausted(LimitReached):
    """The day's downloads are used up (M-A.quota)."""

    code = "allowance_exhausted"


class Day(Struct, frozen=True):
    """One day of the allowance: its number (proleptic, counting from year 1) and the instant at which it ends."""

    number: int
    ends_at: datetime


def day_at(now: datetime, zone: ZoneInfo) -> Day:
    """The day that `now` belongs to in `zone`; correct across changes of daylight-saving time."""
    today = now.astimezone(zone).date()
    midnight = datetime.combine(today + timedelta(days=1), time.min, tzinfo=zone)
    return Day(today.toordinal(), midnight.astimezone(UTC))


class Counted(Struct, frozen=True):
    """How many downloads of a day are used, of how many."""

    used: int
    limit: int


class Standing(Struct, frozen=True):
    """The allowance item of one account: `used` counts the grants of the day in question.

    `restriction` is the reason code; `recent` are the instants of the newest grants, newest first, as many as the
    slow-down reads.
    """

    standing: str
    restricted_until: datetime
    periods: tuple[Period, ...]
    used: int
    newest_day: int
    restriction: str | None = None
    recent: tuple[datetime, ...] = ()

    def counted(self, now: datetime) -> Counted | None:
        """The count of the day in question; None where no period is in force."""
        period = period_at(self.periods, now)
        return Counted(self.used, period.daily_limit) if period else None

    def period_index(self, now: datetime) -> int | None:
        """The index of the period in force."""
        return next((index for index, period in enumerate(self.periods) if period.covers(now)), None)


class Allowance(Struct, frozen=True):
    """What is left of a day; zero of zero where no membership runs."""

    limit: int
    used: int
    resets_at: datetime
    restricted_until: datetime | None = None

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)


def allowance_of(standing: Standing | None, day: Day, now: datetime) -> Allowance:
    """The allowance of a standing."""
    period = period_at(standing.periods, now) if standing else None
    if standing is None or period is None:
        return Allowance(0, 0, day.ends_at)
    restricted = standing.restricted_until if standing.restricted_until > now else None
    return Allowance(period.daily_limit, standing.used, day.ends_at, restricted)


def refusal(
    standing: Standing | None, use: Use, plans: PriceLists, day: Day, now: datetime, burst: Burst | None = None
) -> DomainError | None:
    """Why a grant is refused; None where it would be granted (now)."""
    if standing is None:
        return MembershipRequired("Downloads need a running membership.")
    if standing.standing != "active":
        return refusal_of(AccountStatus(standing.standing))
    period = period_at(standing.periods, now)
    if period is None:
        return MembershipRequired("Downloads need a running membership.")
    if standing.restricted_until > now:
        return account_restricted(standing.restricted_until, standing.restriction)
    exhausted = _exhausted(period, standing, day)
    return use_refusal(use, period.terms_id, plans) or exhausted or _too_fast(standing, burst, now)


def use_refusal(use: Use, terms_id: str, plans: PriceLists) -> DomainError | None:
    """Why the plan bought under `terms_id` does not permit a use, or None where it does (M-II.1, M-A.rights)."""
    plan = plans.by_terms(terms_id)
    kind = use.project.kind if use.project else None
    if not plan.permits_project(None):
        return Unavailable(f"{plan.name} cannot be used at the moment. Try again later.")
    if not plan.permits_project(kind):
        if kind is ProjectKind.ENTERPRISE:
            return PlanNotForEnterprise(f"{plan.name} is for personal projects only.", needed_plan=plans.serving(kind))
        return PlanNotForPersonal(
            f"{plan.name} is for enterprise projects only.", needed_plan=plans.serving(ProjectKind.PERSONAL)
        )
    if use.purpose is None or plan.permits(use.purpose, kind):
        return None
    return purpose_refusal(use.purpose, kind, plans)


ASK_FOR_SPECIAL = (
    "For any other use you can ask for a special licence: write us a ticket of the kind `question` with the subject "
    "`Special licence`, with the music, the use and who it is for."
)


def purpose_refusal(purpose: Purpose, kind: ProjectKind | None, plans: PriceLists) -> PurposeNotPermitted:
    """The refusal for a purpose, with its row of the newest rights matrix and the plans that permit it."""
    newest = plans.newest
    on_sale = newest.plans if newest else ()
    permitting = [plan.id for plan in on_sale if plan.permits(purpose, known_audience(plan.audience))]
    who = f"Permitted by: {', '.join(permitting)}." if permitting else "No plan permits it."
    return PurposeNotPermitted(
        f"This plan does not permit the purpose {purpose}. {who} {ASK_FOR_SPECIAL}",
        purpose=purpose,
        rights={plan.id: plan.right(purpose).value for plan in on_sale},
        permitted_by=permitting,
        project_kind=kind,
    )


def nobody_permits(use: Use, plans: PriceLists) -> DomainError:
    """The refusal for a use that no plan, past or present, permits."""
    if use.purpose is None or not plans.lists:
        return MembershipRequired("Downloads need a running membership, and no plan is on sale.")
    if not plans.knows(use.purpose):
        return unknown_purpose(plans)
    return purpose_refusal(use.purpose, use.project.kind if use.project else None, plans)


def _too_fast(standing: Standing, burst: Burst | None, now: datetime) -> DownloadingTooFast | None:
    if burst is None or len(standing.recent) < burst.downloads:
        return None
    until = standing.recent[burst.downloads - 1] + timedelta(minutes=burst.minutes)
    if until <= now:
        return None
    return DownloadingTooFast(
        f"More than {burst.downloads} downloads within {burst.minutes} minutes; please go on a little later.",
        until=until,
        limit=burst.downloads,
        window_minutes=burst.minutes,
    )


def _exhausted(period: Period, standing: Standing, day: Day) -> AllowanceExhausted | None:
    if standing.used < period.daily_limit:
        return None
    return AllowanceExhausted(
        f"All {period.daily_limit} downloads of today are used.",
        until=day.ends_at,
        resets_at=day.ends_at,
        limit=period.daily_limit,
    )
