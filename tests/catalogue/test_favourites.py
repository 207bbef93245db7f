"""Favourites: a member's own list, by the routes, on the fake and on DynamoDB."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from allmytracks import wiring
from allmytracks.accounts.rules import AccountStatus
from allmytracks.catalogue.dynamodb_favourites import DynamoFavourites
from allmytracks.catalogue.ports_favourites import Favourites
from allmytracks.catalogue.rules_favourites import Favourite
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.settings import Settings
from functions.keep_searches.handler import handle
from tests.factories.accounts import account
from tests.factories.catalogue import NOW, later, origin, track
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.favourites import MemoryFavourites
from tests.fakes.foundation import FixedClock
from tests.fakes.wiring import put

MEMBER = "7e1d9a54-3c1b-4f0e-9d3b-0f6f2f0a4c11"
EVENTS = Path(__file__).parents[2] / "events" / "keep_searches"


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def favourites(request: pytest.FixtureRequest) -> Favourites:
    if request.param == "memory":
        return MemoryFavourites()
    return DynamoFavourites(request.getfixturevalue("accounts_table"))


def test_each_member_has_a_list_of_their_own(favourites: Favourites) -> None:
    for number in range(5):
        favourites.put("acc-1", Favourite(f"trk_{number}", later(number)))
    favourites.put("acc-1", Favourite("trk_4", later(99)))
    favourites.put("acc-2", Favourite("trk_9", NOW))
    first = favourites.page("acc-1", limit=3, cursor=None)
    assert [each.track_id for each in first.items] == ["trk_0", "trk_1", "trk_2"]
    rest = favourites.page("acc-1", limit=3, cursor=first.next_cursor)
    assert (rest.items, rest.next_cursor) == ([Favourite("trk_3", later(3)), Favourite("trk_4", later(4))], None)
    for _ in range(2):
        favourites.remove("acc-1", "trk_3")
    assert len(favourites.page("acc-1", limit=9, cursor=None).items) == 4
    assert len(favourites.page("acc-2", limit=9, cursor=None).items) == 1
    with pytest.raises(InvalidFields):
        favourites.page("acc-1", limit=3, cursor="x")


@pytest.fixture
def tracks() -> Iterator[MemoryTracks]:
    made = MemoryTracks()
    for name in ("One", "Two"):
        made.add(track(name), origin(name))
    services = wiring.Services(Settings({}))
    kept = {"catalogue.tracks": made, "catalogue.favourites": MemoryFavourites()}
    accounts = MemoryAccounts({MEMBER: account(MEMBER)})
    put(services, {**kept, "accounts.repository": accounts, "foundation.clock": FixedClock(NOW)})
    wiring.install(services)
    yield made
    wiring.install(None)


def asked(sample: str, track_id: str = "") -> tuple[int, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{sample}.json").read_text())
    event["pathParameters"] = {"id": track_id}
    answer: Any = handle(event, None)
    return answer["statusCode"], json.loads(answer["body"]) if answer.get("body") else None


def test_a_withdrawn_track_leaves_the_list_until_it_is_restored(tracks: MemoryTracks) -> None:
    one = track("One")
    assert asked("put-favourites-id", one.id)[0] == 204
    assert asked("put-favourites-id", track("Two").id)[0] == 204
    assert {each["title"] for each in asked("get-favourites")[1]["items"]} == {"One", "Two"}
    tracks.withdraw(one.id, NOW)
    assert [each["title"] for each in asked("get-favourites")[1]["items"]] == ["Two"]
    assert asked("put-favourites-id", one.id)[1]["code"] == "track_not_found"
    tracks.restore(one.id)
    assert len(asked("get-favourites")[1]["items"]) == 2
    for _ in range(2):
        assert asked("delete-favourites-id", one.id)[0] == 204
    assert [each["title"] for each in asked("get-favourites")[1]["items"]] == ["Two"]


@pytest.mark.clause("S-6.5")
def test_nothing_is_kept_for_an_account_that_was_closed(tracks: MemoryTracks) -> None:
    services = wiring.services()
    put(services, {"accounts.repository": MemoryAccounts({MEMBER: account(MEMBER, AccountStatus.CLOSED)})})
    assert asked("put-favourites-id", tracks.get(track("One").id).id)[1]["code"] == "account_frozen"
    assert not asked("get-favourites")[1]["items"]


@pytest.mark.usefixtures("tracks")
def test_a_track_that_does_not_exist_is_no_favourite() -> None:
    assert asked("put-favourites-id", "trk_unknown")[1]["code"] == "track_not_found"
