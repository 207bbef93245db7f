"""When a device is covered: worked cases, and an independent naive model (S-7.1, S-7.2.1, S-7.2.2, S-8.1)."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmytracks.payments.orders.rules_storage import Mode
from allmytracks.storage.rules_cover import (
    GRACE,
    TRIAL_RETENTION_DAYS,
    CoverStatus,
    Facts,
    Monthly,
    PaidInFull,
    Period,
    Status,
    Trial,
    cover_at,
    is_bound,
    months_begun,
    periods,
    retention_at,
)

SECOND = timedelta(seconds=1)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def year(name: str, paid_at: str, *, at_once: bool = False, cancelled_at: str | None = None) -> PaidInFull:
    cancelled = day(cancelled_at) if cancelled_at else None
    return PaidInFull(name, Mode.YEAR, day(paid_at), 30, at_once=at_once, cancelled_at=cancelled)


def of(facts: Facts, name: str) -> Period:
    return next(each for each in periods(facts) if each.subscription_id == name)


def test_a_trial_lasts_fourteen_days_to_the_second_and_keeps_seven_days() -> None:
    facts = Facts(trial=Trial("trial", day("2026-02-20T10:30:15")))
    end = day("2026-03-06T10:30:15")
    assert cover_at(facts, end - SECOND).status is CoverStatus.TRIAL
    assert cover_at(facts, end - SECOND).ends_at == end
    assert retention_at(facts, end - SECOND) == TRIAL_RETENTION_DAYS == 7
    assert cover_at(facts, end).status is CoverStatus.ENDED
    assert retention_at(facts, end) is None
    assert of(facts, "trial").status(end) is Status.ENDED


def test_a_year_bought_during_a_trial_starts_when_the_trial_ends_or_at_once_if_the_buyer_says_so() -> None:
    trial = Trial("trial", day("2026-03-01"))
    after = Facts(trial, (year("paid", "2026-03-05"),))
    assert of(after, "paid").starts_at == day("2026-03-15")
    assert of(after, "paid").status(day("2026-03-05")) is Status.UPCOMING
    assert cover_at(after, day("2026-03-05")).ends_at == day("2027-03-15"), "the cover has no gap"
    now = Facts(trial, (year("paid", "2026-03-05", at_once=True),))
    assert of(now, "paid").starts_at == of(now, "trial").access_until == day("2026-03-05")
    twice = Facts(trial, (*now.paid_in_full, year("again", "2026-03-07", at_once=True)))
    assert of(twice, "trial").access_until == day("2026-03-05"), "the first purchase that gives it up ends it"


def test_of_a_trial_and_a_plan_beside_it_the_better_counts() -> None:
    plan = Monthly("monthly", day("2026-03-05"), 30, frozenset({0}))
    facts = Facts(Trial("trial", day("2026-03-01")), monthly=(plan,))
    at = day("2026-03-06")
    assert (cover_at(facts, at).status, retention_at(facts, at)) == (CoverStatus.ACTIVE, 30)
    assert retention_at(facts, day("2026-03-04")) == TRIAL_RETENTION_DAYS


def test_what_was_given_back_ends_at_once_and_before_its_start_covers_nothing() -> None:
    returned = PaidInFull("second", Mode.YEAR, day("2026-06-01"), 30, ended_at=day("2026-07-01"))
    second = of(Facts(paid_in_full=(year("first", "2026-01-31"), returned)), "second")
    assert (second.starts_at, second.access_until) == (day("2027-01-31"), day("2027-01-31"))
    assert second.status(day("2026-07-01")) is Status.ENDED
    ended = Monthly("monthly", day("2026-03-05"), 30, frozenset({0}), ended_at=day("2026-03-10"))
    period = of(Facts(monthly=(ended,)), "monthly")
    assert (period.access_until, period.renews) == (day("2026-03-10"), False)


def test_what_is_paid_in_full_runs_on_payment_and_after_what_runs() -> None:
    facts = Facts(paid_in_full=(year("z-first", "2026-01-31"), year("a-second", "2026-06-01")))
    assert of(facts, "z-first").starts_at == day("2026-01-31")
    assert (of(facts, "a-second").starts_at, of(facts, "a-second").ends_at) == (day("2027-01-31"), day("2028-01-31"))
    assert of(facts, "a-second").status(day("2027-01-31") - SECOND) is Status.UPCOMING
    assert of(facts, "a-second").status(day("2027-01-31")) is Status.ACTIVE


def test_one_cancelled_before_its_start_covers_nothing_and_what_follows_moves_up() -> None:
    facts = Facts(
        paid_in_full=(
            year("first", "2026-01-31"),
            year("second", "2026-06-01", cancelled_at="2026-07-01"),
            year("third", "2026-06-02"),
        )
    )
    assert of(facts, "second").status(day("2026-07-01")) is Status.CANCELLED
    assert not of(facts, "second").covers(day("2027-01-31"))
    assert of(facts, "second").status(day("2027-02-01")) is Status.CANCELLED
    assert of(facts, "third").starts_at == day("2027-01-31")


def test_a_cancelled_year_has_access_to_the_end_of_the_month_begun() -> None:
    facts = Facts(paid_in_full=(year("paid", "2026-01-31", cancelled_at="2026-02-28T00:00:01"),))
    assert of(facts, "paid").access_until == day("2026-03-31")
    assert of(facts, "paid").status(day("2026-03-30")) is Status.CANCELLED
    assert cover_at(facts, day("2026-03-31")).status is CoverStatus.ENDED


@pytest.mark.parametrize(
    ("anchor", "months", "until"),
    [
        ("2027-01-31", 1, "2027-02-28"),
        ("2027-01-31", 2, "2027-03-31"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-01-30", 1, "2028-02-29"),
        ("2028-01-30", 2, "2028-03-30"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-12-31T23:59:59", 2, "2027-02-28T23:59:59"),
    ],
)
def test_months_are_counted_from_the_anchors_day(anchor: str, months: int, until: str) -> None:
    plan = Monthly("monthly", day(anchor), 30, frozenset(range(months)))
    assert plan.paid_until == day(until)
    elsewhere = Monthly("monthly", day(anchor).astimezone(timezone(timedelta(hours=9))), 30, plan.paid_months)
    assert elsewhere.paid_until == day(until), "a time zone does not move the day"


def test_a_monthly_plan_goes_on_for_a_grace_while_its_payment_is_retried_and_then_ends() -> None:
    facts = Facts(monthly=(Monthly("monthly", day("2026-01-31"), 30, frozenset({0})),))
    due = day("2026-02-28")
    assert of(facts, "monthly").status(due - SECOND) is Status.ACTIVE
    assert of(facts, "monthly").status(due) is Status.PAST_DUE
    assert cover_at(facts, due + GRACE - SECOND).status is CoverStatus.ACTIVE
    assert of(facts, "monthly").status(due + GRACE) is Status.ENDED
    assert of(facts, "monthly").renews


@pytest.mark.parametrize(
    ("cancelled_at", "access_until"),
    [
        ("2026-02-01", "2026-02-28"),
        ("2026-02-28", "2026-02-28"),
        ("2026-03-02", "2026-03-02"),
        ("2026-04-01", "2026-03-07"),
    ],
)
def test_a_cancelled_monthly_plan_has_access_to_the_end_of_what_is_paid(cancelled_at: str, access_until: str) -> None:
    plan = Monthly("monthly", day("2026-01-31"), 30, frozenset({0}), cancelled_at=day(cancelled_at))
    facts = Facts(monthly=(plan,))
    assert of(facts, "monthly").access_until == day(access_until)
    assert not of(facts, "monthly").renews


def test_a_monthly_plan_without_a_payment_covers_nothing() -> None:
    facts = Facts(monthly=(Monthly("monthly", day("2026-01-31"), 30),))
    assert cover_at(facts, day("2026-01-31")).status is CoverStatus.NONE


def test_a_device_is_bound_while_something_runs_or_is_paid_and_yet_to_start() -> None:
    trial = Facts(trial=Trial("trial", day("2026-03-01")))
    assert is_bound(trial, day("2026-03-15") - SECOND)
    assert not is_bound(trial, day("2026-03-15"))
    upcoming = Facts(trial.trial, (year("paid", "2026-03-05"),))
    assert is_bound(upcoming, day("2027-03-14"))
    cancelled = Facts(trial.trial, (year("paid", "2026-03-05", cancelled_at="2026-03-06"),))
    assert not is_bound(cancelled, day("2026-03-15"))
    assert not is_bound(Facts(), day("2026-03-15"))


INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - a bound


@given(start=INSTANTS, at=INSTANTS)
def test_months_begun_are_counted_as_by_a_naive_calendar(start: datetime, at: datetime) -> None:
    if at < start:
        start, at = at, start
    begun, month, in_year = 0, start.month, start.year
    while start.replace(year=in_year, month=month, day=min(start.day, monthrange(in_year, month)[1])) <= at:
        begun += 1
        in_year, month = (in_year, month + 1) if month < 12 else (in_year + 1, 1)
    assert months_begun(start, at) == begun


@st.composite
def histories(draw: st.DrawFn) -> Facts:
    """What one member can do with one device in four years: a trial, packages one after another, cancellations."""
    trial = draw(st.none() | st.builds(Trial, st.just("trial"), INSTANTS))
    bought = []
    for name, paid_at in enumerate(sorted(draw(st.lists(INSTANTS, max_size=5, unique=True)))):
        mode = draw(st.sampled_from([Mode.YEAR, Mode.MONTH_ONCE]))
        after = draw(st.none() | st.timedeltas(timedelta(0), timedelta(days=500)))
        cancelled_at = paid_at + after if after is not None else None
        at_once = draw(st.booleans())
        # Ids in the other order than payments.
        bought.append(PaidInFull(f"paid{9 - name}", mode, paid_at, 30, at_once=at_once, cancelled_at=cancelled_at))
    return Facts(trial, tuple(draw(st.permutations(bought))))


def naive_cover(facts: Facts, now: datetime) -> bool:
    """A walk through the purchases, in the order of their payments, that keeps the spans taken so far."""

    def later(start: datetime, months: int) -> datetime:
        years, month = divmod(start.month - 1 + months, 12)
        last = monthrange(start.year + years, month + 1)[1]
        return start.replace(year=start.year + years, month=month + 1, day=min(start.day, last))

    spans: list[tuple[datetime, datetime]] = []
    ordered = sorted(facts.paid_in_full, key=lambda each: each.paid_at)
    if facts.trial:
        begin, end = facts.trial.started_at, facts.trial.started_at + timedelta(days=14)
        ending = [each.paid_at for each in ordered if each.at_once and begin <= each.paid_at < end]
        spans.append((begin, ending[0] if ending else end))
    for each in ordered:
        begin = each.paid_at
        while inside := [span for span in spans if span[0] <= begin < span[1]]:
            begin = inside[0][1]
        length = 12 if each.mode is Mode.YEAR else 1
        end = later(begin, length)
        if each.cancelled_at is not None and each.mode is Mode.YEAR:
            end = next((later(begin, n) for n in range(1, 12) if each.cancelled_at < later(begin, n)), end)
        if each.cancelled_at is None or each.cancelled_at >= begin:
            spans.append((begin, end))
    return any(begin <= now < end for begin, end in spans)


@given(facts=histories(), now=INSTANTS)
def test_cover_is_that_of_the_naive_model_in_any_order_of_facts(facts: Facts, now: datetime) -> None:
    covered = cover_at(facts, now).status in {CoverStatus.TRIAL, CoverStatus.ACTIVE}
    assert covered == naive_cover(facts, now)
    assert covered == (retention_at(facts, now) is not None)
    assert not covered or is_bound(facts, now)


@given(
    months=st.lists(st.integers(0, 30), min_size=1),
    anchor=INSTANTS,
    now=st.datetimes(datetime(2026, 1, 1), datetime(2033, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - a bound
)
def test_a_monthly_plan_is_one_state_whatever_the_order_and_the_duplicates_of_its_payments(
    months: list[int], anchor: datetime, now: datetime
) -> None:
    seen: set[int] = set()
    for month in months:
        seen.add(month)
    facts = Facts(monthly=(Monthly("monthly", anchor, 30, frozenset(seen)),))
    end = anchor
    for length in range(1, max(months) + 2):
        year_, month = divmod(anchor.year * 12 + anchor.month - 1 + length, 12)
        end = anchor.replace(year=year_, month=month + 1, day=min(anchor.day, monthrange(year_, month + 1)[1]))
    covered = cover_at(facts, now).status is CoverStatus.ACTIVE
    assert covered == (anchor <= now < end + timedelta(days=7))
