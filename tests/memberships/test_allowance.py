"""Days of the allowance, and why a grant is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmytracks.downloads.rules import Project, Use
from allmytracks.downloads.rules_allowance import (
    Standing,
    allowance_of,
    day_at,
    refusal,
    use_refusal,
)
from allmytracks.memberships.rules import Period
from allmytracks.memberships.rules_rights import ProjectKind
from tests.factories.instants import NOW
from tests.factories.memberships import BUSINESS_ONLY, NOBODY, PERSONAL_ONLY, period, price_lists

ZONES = [
    ZoneInfo(name) for name in ("Asia/Hong_Kong", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC")
]
EPOCH = datetime.fromtimestamp(0, UTC)


def standing(*periods: Period, used: int = 0, restricted_until: datetime = EPOCH, standing: str = "active") -> Standing:
    return Standing(standing, restricted_until, periods, used, 0)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)), st.sampled_from(ZONES))  # noqa: DTZ001 - hypothesis adds the zone
def test_a_day_holds_its_instant_and_ends_where_the_next_begins(now: datetime, zone: ZoneInfo) -> None:
    day = day_at(now, zone)
    assert now < day.ends_at <= now + timedelta(hours=25)
    assert day_at(day.ends_at, zone).number == day.number + 1
    assert day_at(day.ends_at - timedelta(microseconds=1), zone).number == day.number


def test_the_day_of_hong_kong_ends_at_sixteen_hours_utc() -> None:
    assert day_at(NOW, ZONES[0]).ends_at == datetime(2026, 11, 22, 16, tzinfo=UTC)


def test_a_day_of_25_hours_where_the_clock_is_put_back() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)  # midnight of the 25th there
    assert day_at(start, berlin).ends_at - start == timedelta(hours=25)


DAY = day_at(NOW, ZONES[0])


def code(given: Standing | None, use: Use | None = None) -> str | None:
    found = refusal(given, use or Use(), price_lists(), DAY, NOW)
    return found.code if found else None


@pytest.mark.clause("M-II.3")
def test_without_a_running_period_a_membership_is_required() -> None:
    past, future = period(days=1), period(starts_at=NOW + timedelta(days=1))
    assert [code(None), code(standing()), code(standing(past)), code(standing(future))] == ["membership_required"] * 4


@pytest.mark.clause("M-A.quota")
def test_the_last_download_passes_and_the_next_is_refused_until_midnight() -> None:
    assert code(standing(period(), used=29)) is None
    refused = refusal(standing(period(), used=30), Use(), price_lists(), DAY, NOW)
    assert refused is not None
    assert refused.code == "allowance_exhausted"
    assert refused.extra["resets_at"] == DAY.ends_at


def test_standing_and_restriction_come_before_the_count() -> None:
    assert code(standing(period(), used=30, standing="banned")) == "account_frozen"
    assert code(standing(period(), used=30, restricted_until=NOW + timedelta(seconds=1))) == "account_restricted"
    assert code(standing(period(), restricted_until=NOW)) is None


@pytest.mark.clause("M-II.1")
def test_an_enterprise_project_on_premium_names_business() -> None:
    enterprise = Use(Project("Spot", ProjectKind.ENTERPRISE))
    refused = use_refusal(enterprise, "premium@v1", price_lists())
    assert refused is not None
    assert (refused.code, refused.extra["needed_plan"]) == ("plan_not_for_enterprise", "business")
    assert use_refusal(enterprise, "business@v1", price_lists()) is None


@pytest.mark.clause("U-II.III.1.4")
def test_a_personal_project_on_business_is_refused() -> None:
    refused = use_refusal(Use(Project("Holiday", ProjectKind.PERSONAL)), "business@v1", price_lists())
    assert refused is not None
    assert refused.code == "plan_not_for_personal"


@pytest.mark.clause("M-A.rights")
@pytest.mark.parametrize("purpose", [*PERSONAL_ONLY, *BUSINESS_ONLY, *NOBODY])
@pytest.mark.parametrize(("plan_id", "kind"), [("premium", "personal"), ("business", "enterprise")])
def test_every_cell_of_the_rights_matrix(purpose: str, plan_id: str, kind: str) -> None:
    use = Use(Project("The project", ProjectKind(kind)), purpose)
    refused = use_refusal(use, f"{plan_id}@v1", price_lists())
    permitted = purpose in PERSONAL_ONLY or (plan_id == "business" and purpose in BUSINESS_ONLY)
    assert (refused is None) == permitted
    if refused is not None:
        assert refused.code == "purpose_not_permitted"
        assert refused.extra["permitted_by"] == (["business"] if purpose in BUSINESS_ONLY else [])
        assert refused.extra["rights"] == {
            "premium": "no",
            "business": "yes" if purpose in BUSINESS_ONLY else "no",
        }


def test_without_a_membership_the_allowance_is_zero_of_zero() -> None:
    shown = allowance_of(None, DAY, NOW)
    assert (shown.limit, shown.used, shown.remaining, shown.resets_at) == (0, 0, 0, DAY.ends_at)


def test_the_allowance_shows_limit_use_and_restriction() -> None:
    until = NOW + timedelta(hours=1)
    shown = allowance_of(standing(period("business"), used=7, restricted_until=until), DAY, NOW)
    assert (shown.limit, shown.used, shown.remaining, shown.restricted_until) == (50, 7, 43, until)
