"""The state machine: any history of two accounts, from sign-up to expiry, compared with a naive model."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from msgspec.structs import replace

from allmytracks.downloads.rules import Project, Use
from allmytracks.downloads.use_cases.grant_download import DownloadRequest, Granted
from allmytracks.foundation.errors import DomainError
from allmytracks.memberships.rules_rights import ProjectKind
from tests.factories.memberships import period
from tests.faults.ledger import breaches
from tests.faults.model import Had, Person
from tests.faults.worlds import TRACKS, MemoryWorld, World, license_download

FILM = Use(Project("A film", ProjectKind.PERSONAL), "social_media", "YouTube")
STUDY = Use(Project("A study", ProjectKind.PERSONAL), "academic")
SPOT = Use(Project("A spot", ProjectKind.ENTERPRISE), "ads_promos")
HALF = Use(FILM.project)
USES = [Use(), Use(), Use(), FILM, FILM, STUDY, SPOT, HALF]
STEPS = [
    timedelta(seconds=1),
    timedelta(seconds=1),
    timedelta(minutes=6),
    timedelta(minutes=6),
    timedelta(hours=11),
    timedelta(days=1),
    timedelta(days=2),
    timedelta(days=40),
]

people_ = st.sampled_from(["ann", "bob"])
keys_ = st.sampled_from(["k1", "k2", "k3", "k4", "k5", "k6"])
tracks_ = st.sampled_from(TRACKS)
uses_ = st.sampled_from(USES)


class History(RuleBasedStateMachine):
    """Members send requests; the clock moves; payments, refunds, licences, restrictions, bans happen concurrently."""

    asked = Bundle("asked")

    def __init__(self) -> None:
        super().__init__()
        self.world = self.new_world()
        self.people: dict[str, Person] = {}
        self.numbers = itertools.count(1)

    def new_world(self) -> World:
        return MemoryWorld()

    @initialize()
    def begin(self) -> None:
        for name in ("ann", "bob"):
            self.people[name] = Person()
            self.world.sign_up(self.account(name))
        self.buys("ann", "premium", 30, 3)

    def account(self, name: str) -> str:
        return f"{getattr(self.world, 'prefix', '')}{name}"

    @rule(
        name=people_,
        plan=st.sampled_from(["premium", "business"]),
        days=st.sampled_from([1, 3, 30]),
        limit=st.integers(1, 3),
    )
    def buys(self, name: str, plan: str, days: int, limit: int) -> None:
        person = self.people[name]
        starts_at = max([self.world.clock.at, *(each.ends_at for each in person.periods)])
        person.periods.append(period(plan, starts_at, days, f"ord-{next(self.numbers)}", limit))
        self.fold(name)

    def fold(self, name: str) -> None:
        """The allowance gets the periods that have not ended."""
        now = self.world.clock.at
        running = [each for each in self.people[name].periods if each.ends_at > now]
        self.world.set_periods(self.account(name), running, self.people[name].periods)

    @rule(name=people_)
    def is_refunded(self, name: str) -> None:
        person = self.people[name]
        self.world.clock.at += timedelta(seconds=1)
        now = self.world.clock.at
        person.periods = [
            replace(each, ends_at=min(each.ends_at, now)) for each in person.periods if each.starts_at < now
        ]
        for had in person.had:
            had.paid = False
        self.world.refund(self.account(name))
        self.fold(name)

    @rule(name=people_, banned=st.sampled_from([False, False, True]))
    def is_banned_or_not(self, name: str, *, banned: bool) -> None:
        self.people[name].banned = banned
        self.world.set_standing(self.account(name), "banned" if banned else "active")

    @rule(name=people_, minutes=st.sampled_from([0, 0, 5, 600]))
    def is_restricted(self, name: str, minutes: int) -> None:
        until = self.world.clock.at + timedelta(minutes=minutes)
        self.people[name].restricted_until = until
        self.world.restrict(self.account(name), until)

    @rule(step=st.sampled_from(STEPS))
    def time_passes(self, step: timedelta) -> None:
        self.world.clock.at += step

    @rule(
        target=asked,
        name=people_,
        key=keys_,
        track=tracks_,
        rendition=st.sampled_from(["wav", "wav", "mp3"]),
        use=uses_,
    )
    def asks(self, name: str, key: str, track: str, rendition: str, use: Use) -> tuple[str, str, str, str, Use]:
        self.ask(name, key, track, rendition, use)
        return (name, key, track, rendition, use)

    @rule(again=asked)
    def asks_the_same_again(self, again: tuple[str, str, str, str, Use]) -> None:
        self.ask(*again)

    @rule(again=asked, key=keys_)
    def asks_it_with_another_key(self, again: tuple[str, str, str, str, Use], key: str) -> None:
        name, _, track, rendition, use = again
        self.ask(name, key, track, rendition, use)

    def ask(self, name: str, key: str, track: str, rendition: str, use: Use) -> None:
        person, now = self.people[name], self.world.clock.at
        expected = person.expected(key, track, rendition, use, now)
        answer = self.answer(name, key, track, rendition, use)
        if isinstance(expected, str) and expected != "granted":
            assert answer == expected
            return
        # Of several for the same use, one whose payment went back was found.
        if answer == "download_not_paid" and not isinstance(expected, str) and not all(each.paid for each in expected):
            return
        assert isinstance(answer, Granted), f"{answer} instead of {expected}"
        assert answer.grant.track_id == track
        if isinstance(expected, str):
            assert not answer.replayed
            person.had.append(Had(answer.grant.download_id, key, track, rendition, use, use, now))
        else:
            assert answer.replayed
            (had,) = [each for each in expected if each.name == answer.grant.download_id]
            self.note_link(had, key)

    def note_link(self, had: Had, key: str) -> None:
        """A retry after a lost response counts no link; any other repetition counts one more."""
        if had.key != key or self.world.clock.at >= had.at + timedelta(seconds=300):
            had.links += 1

    def answer(self, name: str, key: str, track: str, rendition: str, use: Use) -> Granted | str:
        request = DownloadRequest(self.account(name), key, track, rendition, use)
        try:
            return self.world.services.downloads.grant(request)
        except DomainError as refusal:
            return refusal.code

    @precondition(lambda self: any(not had.licensed for person in self.people.values() for had in person.had))
    @rule(data=st.data(), use=st.sampled_from([FILM, STUDY, SPOT]))
    def licenses(self, data: st.DataObject, use: Use) -> None:
        there = [(name, had) for name, person in self.people.items() for had in person.had if not had.licensed]
        name, had = data.draw(st.sampled_from(there))
        bound = had.use if had.use.purpose else FILM if had.use == HALF else use
        number = f"{self.account(name)}-{next(self.numbers)}"
        assert license_download(self.world, self.account(name), had.name, had.track, bound, number)
        had.use, had.licensed = bound, True

    @invariant()
    def the_books_are_right_and_hold_what_was_granted(self) -> None:
        for name, person in self.people.items():
            books = self.world.books(self.account(name))
            assert breaches(books, person.periods) == []
            assert {each.download_id for each in books.records} == {had.name for had in person.had}


def play(make_world: Callable[[], World], examples: int, steps: int, *, to_fail: bool = False) -> None:
    """Plays histories and raises AssertionError for the first that goes wrong; one that shall is always the same, and
    is not made shorter.
    """

    class Played(History):
        def new_world(self) -> World:
            return make_world()

    run_state_machine_as_test(
        Played,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            derandomize=True,
            database=None,
            phases=[Phase.generate] if to_fail else [Phase.generate, Phase.shrink],
        ),
    )
