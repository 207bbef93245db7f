"""The suites catch the classic mistakes: each verdict passes a correct version and fails one with just that mistake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.factories.memberships import period
from tests.fakes.foundation import FixedClock
from tests.faults import broken
from tests.faults.clocks import PassingClock
from tests.faults.injector import EVERY_FAULT
from tests.faults.ledger import ZONE, breaches
from tests.faults.races import Race, wishes
from tests.faults.verdicts import a_race, key_for_another_track, under_faults

Verdict = Callable[[broken.Rightly], list[str]]
MIDNIGHT = datetime(2026, 11, 23, tzinfo=ZONE)


def racing(site: broken.Rightly) -> list[str]:
    """One thread is blocked until the others have used the day up."""
    account_id = site.new_member(period())
    race = Race(site.name, act=site.resume.set, act_after=30)
    return a_race(site, race, account_id, wishes(account_id), period())


def racing_on_a_new_day(site: broken.Rightly) -> list[str]:
    """One thread is blocked until others were granted on the new day."""
    account_id = site.new_member(period())
    site.resume.set()
    granted_yesterday = site.name(wishes(account_id, 1)[0])
    site.resume.clear()
    site._stopped.clear()
    site.clock.advance(days=1)
    race = Race(site.name, act=site.resume.set, granted=[granted_yesterday])
    return a_race(site, race, account_id, wishes(account_id)[1:], period())


def with_faults(site: broken.Rightly) -> list[str]:
    return [wrong for number in range(2) for fault in EVERY_FAULT for wrong in under_faults(site, {number: fault})[0]]


def with_a_key_for_another_track(site: broken.Rightly) -> list[str]:
    return key_for_another_track(site, {})


def at_midnight(site: broken.Rightly) -> list[str]:
    wrong = []
    for after in range(4):
        site.clock = PassingClock(MIDNIGHT, after)
        account_id = site.new_member(period())
        site.name(wishes(account_id, 1)[0])
        wrong += breaches(site.books(account_id), [period()])
    site.clock = FixedClock(MIDNIGHT)
    return wrong


VERDICTS: list[Verdict] = [racing, racing_on_a_new_day, with_faults, with_a_key_for_another_track, at_midnight]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_what_is_right_passes(verdict: Verdict) -> None:
    assert verdict(broken.Rightly()) == []


@pytest.mark.parametrize(
    ("mistake", "verdict", "words"),
    [
        (broken.ChecksThenWrites, racing, "is number 31 of 30"),
        (broken.ResetsAtMidnight, racing_on_a_new_day, "counted"),
        (broken.CountsFirst, with_faults, "2 counted, 1 on record"),
        (broken.TrustsTheKey, with_a_key_for_another_track, "the other track was answered"),
        (broken.ForgetsTheKey, with_faults, "granted"),
        (broken.ReadsTheClockTwice, at_midnight, "1 counted, 0 on record"),
    ],
)
def test_a_classic_mistake_is_caught(mistake: type[broken.Rightly], verdict: Verdict, words: str) -> None:
    assert any(words in wrong for wrong in verdict(mistake()))
