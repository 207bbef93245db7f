"""What the suites hold against an implementation, right or wrong: each verdict lists what went wrong, empty is good."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from allmytracks.memberships.rules import Period
from tests.factories.memberships import period
from tests.fakes.foundation import FixedClock
from tests.faults.injector import Fault, Plan, no_faults
from tests.faults.ledger import Books, breaches
from tests.faults.races import Race, Wish


class Calls(Protocol):
    """Calls to AWS that can be made to fail."""

    sent: list[str]

    def expect(self, plan: Plan) -> None: ...


class BooksReader(Protocol):
    """See Ledger."""

    def books(self, account_id: str) -> Books: ...


class Site(Protocol):
    """An implementation of POST /v1/downloads with a patient client; see DownloadSite."""

    clock: FixedClock

    @property
    def injector(self) -> Calls: ...
    @property
    def ledger(self) -> BooksReader: ...
    def new_member(self, *periods: Period) -> str: ...
    def start(self) -> None: ...
    def ask(self, account_id: str, key: str, **form: object) -> dict[str, Any]: ...


def failing(faults: dict[int, Fault]) -> Plan:
    """A plan that fails requests by their number."""
    return lambda number, _operation: faults.get(number)


def under_faults(site: Site, faults: dict[int, Fault]) -> tuple[list[str], list[str]]:
    """A download under faults: what was wrong at the end, and the calls until the client had its response."""
    account_id = site.new_member(period())
    site.start()
    site.injector.expect(failing(faults))
    first = site.ask(account_id, "the key")
    sent = site.injector.sent
    site.injector.expect(no_faults)
    again = site.ask(account_id, "the key")
    books = site.ledger.books(account_id)
    wrong = breaches(books, [period()])
    if first["status"] not in (200, 201) or again["status"] != 200:
        wrong.append(f"answers {first} and {again}")
    names = [record.download_id for record in books.records]
    if names != [first.get("download_id")] or again.get("download_id") != first.get("download_id"):
        wrong.append(f"granted {names}, answered {first.get('download_id')} and {again.get('download_id')}")
    if [*books.counts.values(), first["allowance"]["used"], again["allowance"]["used"]] != [1, 1, 1]:
        wrong.append(f"counted {books.counts}, answered {first['allowance']} and {again['allowance']}")
    planned = {number: str(fault) for number, fault in faults.items()}
    return [f"{planned} in {sent}: {each}" for each in wrong], sent


def key_for_another_track(site: Site, faults: dict[int, Fault]) -> list[str]:
    """A key that was used must be refused for another track, cost nothing and change nothing."""
    account_id = site.new_member(period())
    first = site.ask(account_id, "the key", track_id="trk-1")
    site.injector.expect(failing(faults))
    other = site.ask(account_id, "the key", track_id="trk-2")
    site.injector.expect(no_faults)
    books = site.ledger.books(account_id)
    wrong = breaches(books, [period()])
    if other.get("code") != "idempotency_key_reused":
        wrong.append(f"the other track was answered {other}")
    if [(each.download_id, each.track_id) for each in books.records] != [(first["download_id"], "trk-1")]:
        wrong.append(f"on record are {books.records}")
    return wrong


def after_race(books: Books, periods: Iterable[Period], race: Race) -> list[str]:
    """The items are right after a race, and match exactly the responses."""
    wrong = breaches(books, periods)
    unanswered = {record.download_id for record in books.records} ^ set(race.granted)
    return [*wrong, *(f"{each} is in the books or was answered, not both" for each in sorted(unanswered))]


def a_race(site: Site, race: Race, account_id: str, wishes: list[Wish], held: Period) -> list[str]:
    """A race of one account that uses up its day exactly."""
    race.run(wishes)
    books = site.ledger.books(account_id)
    wrong = after_race(books, [held], race)
    if books.counts.get(max(books.counts)) != held.daily_limit:
        wrong.append(f"the day counts {books.counts}")
    return wrong
