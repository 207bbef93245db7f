"""What a cancellation gives back, in worked cases (S-7.2.1, S-8.1, S-8.2.1, S-8.2.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmytracks.payments.orders.rules_storage import Mode
from allmytracks.storage.rules_cancelling import Bought, NotCancellable, cancellation
from allmytracks.storage.rules_cover import Facts, Monthly, PaidInFull, Period, Trial, periods


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def running(mode: Mode, paid_at: str, cancelled_at: datetime | None = None) -> Period:
    if mode is Mode.MONTHLY:
        return periods(Facts(monthly=(Monthly("sub", day(paid_at), 30, frozenset({0}), cancelled_at),)))[0]
    return periods(Facts(paid_in_full=(PaidInFull("sub", mode, day(paid_at), 30, cancelled_at=cancelled_at),)))[0]


@pytest.mark.parametrize(
    ("case", "start", "now", "price", "monthly", "given_back", "currency", "refund", "access_until"),
    [
        ("first day", "2026-03-10", "2026-03-10", 9900, 990, 0, "USD", 8910, "2026-04-10"),
        ("last second of a month", "2026-03-10", "2026-04-09T23:59:59", 9900, 990, 0, "USD", 8910, "2026-04-10"),
        ("first second of the next", "2026-03-10", "2026-04-10", 9900, 990, 0, "USD", 7920, "2026-05-10"),
        ("last day", "2026-03-10", "2027-03-09", 9900, 990, 0, "USD", 0, "2027-03-10"),
        ("tenth month: nothing is left", "2026-03-10", "2026-12-10", 9900, 990, 0, "USD", 0, "2027-01-10"),
        ("before a month's end", "2026-01-31", "2026-02-27", 9900, 990, 0, "USD", 8910, "2026-02-28"),
        ("at a month's end", "2026-01-31", "2026-02-28", 9900, 990, 0, "USD", 7920, "2026-03-31"),
        ("after a month's end", "2026-01-31", "2026-03-01", 9900, 990, 0, "USD", 7920, "2026-03-31"),
        ("leap day", "2028-01-30", "2028-02-29", 9900, 990, 0, "USD", 7920, "2028-03-30"),
        ("started on a leap day", "2028-02-29", "2028-03-29", 9900, 990, 0, "USD", 7920, "2028-04-29"),
        ("partial refund before", "2026-03-10", "2026-05-01", 9900, 990, 2000, "USD", 5920, "2026-05-10"),
        ("more given back than is left", "2026-03-10", "2026-05-01", 9900, 990, 9000, "USD", 0, "2026-05-10"),
        ("no minor unit", "2026-03-10", "2026-05-01", 12000, 1200, 0, "JPY", 9600, "2026-05-10"),
        ("no minor unit, odd sums", "2026-03-10", "2026-05-01", 9801, 981, 0, "JPY", 7839, "2026-05-10"),
        ("three decimals", "2026-03-10", "2026-05-01", 29990, 2990, 0, "KWD", 24010, "2026-05-10"),
        ("three decimals, in steps of ten", "2026-03-10", "2026-05-01", 29990, 2995, 5, "KWD", 24000, "2026-05-10"),
        ("three decimals, rounded up", "2026-03-10", "2026-05-01", 29990, 2991, 0, "KWD", 24010, "2026-05-10"),
    ],
)
def test_an_annual_plan_is_counted_by_months_begun(
    *,
    case: str,
    start: str,
    now: str,
    price: int,
    monthly: int,
    given_back: int,
    currency: str,
    refund: int,
    access_until: str,
) -> None:
    bought = Bought(Mode.YEAR, currency, price, monthly, given_back)
    result = cancellation(running(Mode.YEAR, start), bought, day(now))
    assert (result.refund, result.access_until) == (refund, day(access_until)), case
    assert sum(line.amount for line in result.lines) == refund


def test_the_lines_say_how_the_refund_was_reckoned() -> None:
    bought = Bought(Mode.YEAR, "USD", 9900, 990, 9000)
    result = cancellation(running(Mode.YEAR, "2026-03-10"), bought, day("2026-05-01"))
    assert [(line.text, line.amount) for line in result.lines] == [
        ("Price paid", 9900),
        ("2 months begun, at the price of the monthly plan", -1980),
        ("Credits and refunds given before", -9000),
        ("A refund is never below zero", 1080),
    ]


@pytest.mark.parametrize("mode", [Mode.YEAR, Mode.MONTH_ONCE])
def test_before_its_start_the_whole_sum_comes_back(mode: Mode) -> None:
    facts = Facts(Trial("trial", day("2026-03-01")), (PaidInFull("sub", mode, day("2026-03-05"), 30),))
    upcoming = periods(facts)[1]
    result = cancellation(upcoming, Bought(mode, "USD", 9900, 990), upcoming.starts_at - timedelta(seconds=1))
    assert result.refund == 9900
    assert result.access_until == upcoming.starts_at
    assert cancellation(upcoming, Bought(Mode.YEAR, "USD", 9900, 990), upcoming.starts_at).refund == 8910


@pytest.mark.parametrize("mode", [Mode.MONTHLY, Mode.MONTH_ONCE])
def test_a_month_is_not_prorated_and_runs_to_its_end(mode: Mode) -> None:
    result = cancellation(running(mode, "2026-01-31"), Bought(mode, "USD", 1190, 990), day("2026-02-01"))
    assert (result.refund, result.access_until) == (0, day("2026-02-28"))


def test_a_monthly_plan_that_is_past_due_ends_when_it_is_cancelled() -> None:
    now = day("2026-03-02")
    result = cancellation(running(Mode.MONTHLY, "2026-01-31"), Bought(Mode.MONTHLY, "USD", 990, 990), now)
    assert result.access_until == now == running(Mode.MONTHLY, "2026-01-31", now).access_until


def test_what_is_given_back_is_never_rounded_above_what_was_paid() -> None:
    facts = Facts(Trial("trial", day("2026-03-01")), (PaidInFull("sub", Mode.YEAR, day("2026-03-05"), 30),))
    bought = Bought(Mode.YEAR, "KWD", 29990, 2990, 5)
    assert cancellation(periods(facts)[1], bought, day("2026-03-06")).refund == 29985


def test_what_is_cancelled_ended_or_a_trial_is_refused() -> None:
    bought = Bought(Mode.YEAR, "USD", 9900, 990)
    with pytest.raises(NotCancellable):
        cancellation(running(Mode.YEAR, "2026-03-10", day("2026-04-01")), bought, day("2026-04-02"))
    with pytest.raises(NotCancellable):
        cancellation(running(Mode.YEAR, "2026-03-10"), bought, day("2027-03-10"))
    with pytest.raises(NotCancellable):
        cancellation(periods(Facts(Trial("trial", day("2026-03-01"))))[0], bought, day("2026-03-02"))


@given(
    mode=st.sampled_from(Mode),
    after=st.timedeltas(timedelta(0), timedelta(days=27)),
    started=st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - a bound
    months=st.integers(0, 11),
    price=st.integers(1, 10**7),
    monthly=st.integers(1, 10**6),
    given_back=st.integers(0, 10**7),
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
)
def test_the_preview_is_what_the_act_does(
    *,
    mode: Mode,
    after: timedelta,
    started: datetime,
    months: int,
    price: int,
    monthly: int,
    given_back: int,
    currency: str,
) -> None:
    def cover(cancelled_at: datetime | None) -> Period:
        if mode is Mode.MONTHLY:
            paid = frozenset(range(months + 1))
            return periods(Facts(monthly=(Monthly("sub", started, 30, paid, cancelled_at),)))[0]
        return periods(Facts(paid_in_full=(PaidInFull("sub", mode, started, 30, cancelled_at=cancelled_at),)))[0]

    now = started + timedelta(days=30 * (months if mode is not Mode.MONTH_ONCE else 0)) + after
    before = cover(None)
    if now >= before.access_until:
        return
    given_back = min(given_back, price)
    result = cancellation(before, Bought(mode, currency, price, monthly, given_back), now)
    assert cover(now).access_until == result.access_until
    assert 0 <= result.refund <= price - given_back
