"""A process's cache of counts: by account and day, used as guesses while these are mostly right."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from allmytracks.downloads.known_counts import TRIED_AGAIN_EVERY, ProcessCounts
from allmytracks.downloads.rules_allowance import Counted, day_at
from tests.factories.instants import NOW

ZONE = ZoneInfo("Asia/Hong_Kong")
TODAY, TOMORROW = day_at(NOW, ZONE), day_at(NOW + timedelta(days=1), ZONE)


def test_nothing_is_guessed_before_anything_was_seen() -> None:
    assert ProcessCounts().expected("acc-1", TODAY) is None


def test_an_account_is_expected_as_it_was_left_and_a_new_day_at_nothing() -> None:
    known = ProcessCounts()
    known.learn("acc-1", TODAY, Counted(7, 30), right=None)
    assert known.expected("acc-1", TODAY) == Counted(7, 30)
    assert known.expected("acc-1", TOMORROW) == Counted(0, 30)
    known.learn("acc-2", TODAY, Counted(1, 50), right=None)
    assert known.expected("acc-3", TODAY) == Counted(0, 50), "the limit that was met last"


def test_wrong_guesses_end_the_guessing_and_it_is_tried_again_now_and_then() -> None:
    known = ProcessCounts()
    known.learn("acc-1", TODAY, Counted(1, 30), right=None)
    for _ in range(8):
        known.learn("acc-1", TODAY, Counted(1, 30), right=False)
    guesses = [known.expected("acc-1", TODAY) for _ in range(TRIED_AGAIN_EVERY * 2)]
    assert sum(each is not None for each in guesses) == 2
    assert known.expected("acc-2", TODAY) is not None, "accounts that are new here are another matter"
    for _ in range(32):
        known.learn("acc-1", TODAY, Counted(1, 30), right=True)
    assert known.expected("acc-1", TODAY) is not None


def test_the_accounts_served_longest_ago_are_forgotten() -> None:
    known = ProcessCounts(size=2)
    for n in (1, 2, 3):
        known.learn(f"acc-{n}", TODAY, Counted(n, 30), right=None)
    assert [known.expected(f"acc-{n}", TODAY) for n in (1, 2, 3)] == [Counted(0, 30), Counted(2, 30), Counted(3, 30)]
