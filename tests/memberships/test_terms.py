"""Terms are calendar months and years."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmytracks.memberships.rules_terms import end_of_term


@pytest.mark.clause("M-II.5")
@pytest.mark.parametrize(
    ("start", "term", "end"),
    [
        ("2026-01-15T08:30:00+00:00", "month", "2026-02-15T08:30:00+00:00"),
        ("2026-01-31T00:00:00+00:00", "month", "2026-02-28T00:00:00+00:00"),
        ("2028-01-31T00:00:00+00:00", "month", "2028-02-29T00:00:00+00:00"),
        ("2026-12-31T23:59:59+00:00", "month", "2027-01-31T23:59:59+00:00"),
        ("2028-02-29T12:00:00+00:00", "year", "2029-02-28T12:00:00+00:00"),
        ("2026-03-31T05:00:00+00:00", "year", "2027-03-31T05:00:00+00:00"),
    ],
)
def test_a_term_ends_on_the_same_day_or_the_last_of_the_month(start: str, term: str, end: str) -> None:
    assert end_of_term(datetime.fromisoformat(start), term) == datetime.fromisoformat(end)


def test_months_are_counted_in_utc_wherever_the_start_was_written_down() -> None:
    hong_kong = timezone(timedelta(hours=8))

    assert end_of_term(datetime(2026, 2, 1, 3, 0, tzinfo=hong_kong), "month") == datetime(
        2026, 2, 28, 19, 0, tzinfo=UTC
    )


@given(st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds are naive
def test_a_month_lasts_between_28_and_31_days_and_a_year_365_or_366(start: datetime) -> None:
    assert timedelta(days=28) <= end_of_term(start, "month") - start <= timedelta(days=31)
    assert end_of_term(start, "year") - start in {timedelta(days=365), timedelta(days=366)}
