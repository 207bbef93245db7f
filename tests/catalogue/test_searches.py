"""What a member searched for is kept with their consent alone; they see and clear it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from allmytracks import wiring
from allmytracks.catalogue.rules_searches import words_of
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.settings import Settings
from allmytracks.foundation.throttling.dynamodb import UncountedClients
from allmytracks.foundation.throttling.use_cases import Throttle
from functions.keep_consents.handler import handle as keep_consents
from functions.keep_searches.handler import handle as keep_searches
from functions.list_tracks.handler import handle as list_tracks
from tests.factories.accounts import account, consent_publication
from tests.factories.catalogue import track
from tests.factories.gateway import call, read
from tests.factories.instants import NOW
from tests.factories.memberships import RIGHTS, period, plans_publication
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.consents import MemoryConsentDecisions
from tests.fakes.foundation import FixedClock
from tests.fakes.memberships import MemoryMemberships
from tests.fakes.publishing import MemoryPublications
from tests.fakes.search_counts import MemorySearchCounts
from tests.fakes.searches import MemoryMemberTokens, MemorySearches
from tests.fakes.track_search import MemoryTrackSearch
from tests.fakes.wiring import put

EVENTS = Path("events")
MINE: Any = json.loads((EVENTS / "keep_searches/get-account-searches.json").read_text())
MEMBER: str = MINE["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]
CLEARING: Any = json.loads((EVENTS / "keep_searches/delete-account-searches.json").read_text())
DECIDING: Any = json.loads((EVENTS / "keep_consents/put-account-consents-id.json").read_text())


class World:
    """The functions over memory."""

    def __init__(self) -> None:
        self.clock, self.decisions = FixedClock(NOW), MemoryConsentDecisions()
        self.searches = MemorySearches(decisions=self.decisions)
        self.counts = MemorySearchCounts()
        self.memberships = MemoryMemberships()
        self.tokens = MemoryMemberTokens({"token-of-a-member": MEMBER})
        services = wiring.Services(Settings({}))
        parts = {
            "foundation.clock": self.clock,
            "foundation.search_throttle": Throttle(UncountedClients, self.clock),
            "publishing.publications": MemoryPublications([consent_publication("search_history"), plans_publication()]),
            "memberships.repository": self.memberships,
            "accounts.consents": self.decisions,
            "accounts.repository": MemoryAccounts({MEMBER: account(MEMBER)}),
            "accounts.member_tokens": self.tokens,
            "catalogue.search": MemoryTrackSearch([track("Sea Breeze")]),
            "catalogue.searches": self.searches,
            "catalogue.search_counts": self.counts,
        }
        put(services, parts)
        wiring.install(services)

    def search(self, q: str, authorization: str | None = "Bearer token-of-a-member", **query: str) -> dict[str, Any]:
        headers = {} if authorization is None else {"authorization": authorization}
        self.clock.advance(minutes=1)
        asked = {"queryStringParameters": {"q": q, **query}, "headers": headers}
        status, body = read(call(list_tracks, "GET /v1/tracks", None, **asked))
        assert status == 200, body
        return body

    def consent(self, *, given: bool) -> None:
        body = json.dumps({"given": given})
        asked = {**DECIDING, "pathParameters": {"id": "search_history"}, "body": body, "isBase64Encoded": False}
        assert keep_consents(asked, None)["statusCode"] == 200

    @property
    def kept(self) -> list[str]:
        return [each["q"] for each in json.loads(str(keep_searches(MINE, None)["body"]))["items"]]


@pytest.fixture
def world() -> Iterator[World]:
    yield World()
    wiring.install(None)


@pytest.mark.clause("P-6.search", "P-15.consent")
def test_words_are_kept_only_with_the_consent_of_who_searched(world: World) -> None:
    world.search("before")
    world.consent(given=True)
    world.search("  night   train ")
    world.search("stranger", authorization=None)
    world.search("forged", authorization="Bearer another")
    world.search("basic", authorization="Basic token-of-a-member")
    world.search("sea")
    assert world.kept == ["sea", "night train"]
    assert set(world.searches.stored) == {MEMBER}
    assert {words: counted[:2] for (_, words), counted in world.counts.counted.items()} == {
        "night train": (1, 1),
        "sea": (1, 0),
    }


@pytest.mark.clause("P-6.search")
def test_looking_around_is_no_search(world: World) -> None:
    world.consent(given=True)
    world.search(" ", kind="music")
    assert world.kept == []
    assert [words_of("sea", cursor) for cursor in (None, "a further page")] == ["sea", None]
    world.search("?!")  # kept as it was written, and no words to count
    assert (world.kept, world.counts.counted) == (["?!"], {})


@pytest.mark.clause("P-6.search")
def test_the_member_clears_them(world: World) -> None:
    world.consent(given=True)
    world.search("sea")
    assert keep_searches(CLEARING, None)["statusCode"] == 204
    assert world.kept == []


@pytest.mark.clause("P-15.consent")
def test_a_withdrawn_consent_ends_what_depends_on_it(world: World) -> None:
    world.consent(given=True)
    world.search("sea")
    world.consent(given=False)
    assert world.kept == []
    world.search("again")
    assert world.kept == []


def test_a_search_succeeds_where_its_words_cannot_be_kept(world: World) -> None:
    world.consent(given=True)
    put(wiring.services(), {"catalogue.searches": Silent()})
    world.search("sea")


@pytest.mark.clause("M-A.rights")
@pytest.mark.parametrize(
    ("plan", "purpose", "right", "found"),
    [
        ("premium", "social_media", "personal", 1),
        ("premium", "ads_promos", "no", 0),
        ("business", "ads_promos", "yes", 1),
        ("business", "offline_venue", "no", 0),
        (None, "ads_promos", "yes", 1),
        (None, "offline_venue", "no", 0),
    ],
)
def test_a_search_for_a_purpose_finds_what_the_plan_permits(
    world: World, plan: str | None, purpose: str, right: str, found: int
) -> None:
    if plan:
        world.memberships.paid[MEMBER] = (period(plan),)
    plans = [each for each in ("premium", "business") if RIGHTS[each][purpose] != "no"]
    answer = world.search("sea", usable_for=purpose)
    assert answer["usable"] == {"purpose": purpose, "plan": plan, "right": right, "plans": plans}
    assert (answer["total"], len(answer["items"])) == (found, found)
    assert world.search("sea")["usable"] is None


def test_a_purpose_that_never_was_is_refused_by_name(world: World) -> None:
    asked = {"queryStringParameters": {"usable_for": "dancing"}, "headers": {}}
    status, body = read(call(list_tracks, "GET /v1/tracks", None, **asked))
    assert (status, [each["field"] for each in body["errors"]]) == (422, ["usable_for"])


class Silent(MemorySearches):
    """Stores nothing for now."""

    def add(self, *_: object) -> None:
        raise Unavailable
