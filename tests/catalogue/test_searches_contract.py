"""Members' searches: the fake and DynamoDB keep one contract."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb_consents import DynamoConsentDecisions
from allmytracks.accounts.ports_consents import ConsentDecisions
from allmytracks.accounts.rules_consents import ConsentDecision
from allmytracks.catalogue.dynamodb_searches import DynamoSearches
from allmytracks.catalogue.ports_searches import Searches
from allmytracks.catalogue.rules_searches import Search
from allmytracks.foundation.errors import InvalidFields
from tests.factories.instants import NOW
from tests.fakes.consents import MemoryConsentDecisions
from tests.fakes.searches import MemorySearches

GIVEN = ConsentDecision("search_history", given=True, version="1", changed_at=NOW, source_ip="192.0.2.7")


class Shelves(NamedTuple):
    """Searches, and the decisions on keeping them."""

    searches: Searches
    decisions: ConsentDecisions

    def consent(self, *accounts: str) -> Searches:
        for each in accounts:
            assert self.decisions.record(each, GIVEN, after=None)
        return self.searches


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def shelves(request: pytest.FixtureRequest) -> Shelves:
    if request.param == "memory":
        memory = MemoryConsentDecisions()
        return Shelves(MemorySearches(decisions=memory), memory)
    table = request.getfixturevalue("accounts_table")
    return Shelves(DynamoSearches(table), DynamoConsentDecisions(table))


def made(number: int) -> Search:
    return Search(f"words {number}", NOW + timedelta(minutes=number))


@pytest.mark.clause("P-6.search")
def test_each_member_sees_their_own_newest_first_page_by_page(shelves: Shelves) -> None:
    searches = shelves.consent("acc-1", "acc-2")
    for number in range(5):
        searches.add("acc-1", made(number), GIVEN)
    searches.add("acc-1", made(4), GIVEN)
    searches.add("acc-2", made(9), GIVEN)
    first = searches.page("acc-1", limit=3, cursor=None)
    assert first.items == [made(4), made(3), made(2)]
    second = searches.page("acc-1", limit=3, cursor=first.next_cursor)
    assert (second.items, second.next_cursor) == ([made(1), made(0)], None)
    with pytest.raises(InvalidFields):
        searches.page("acc-1", limit=3, cursor="nonsense")


@pytest.mark.clause("P-6.search")
def test_clearing_forgets_all_of_one_member(shelves: Shelves) -> None:
    searches = shelves.consent("acc-1", "acc-2")
    for number in range(60):
        searches.add("acc-1", made(number), GIVEN)
    searches.add("acc-2", made(1), GIVEN)
    for _ in range(2):
        searches.clear("acc-1")
        assert searches.page("acc-1", limit=100, cursor=None).items == []
    assert searches.page("acc-2", limit=100, cursor=None).items == [made(1)]


@pytest.mark.clause("P-15.consent")
def test_nothing_is_kept_by_a_decision_that_is_not_the_last(shelves: Shelves) -> None:
    searches, withdrawn = shelves.searches, replace(GIVEN, given=False, changed_at=NOW + timedelta(minutes=1))
    searches.add("acc-1", made(0), GIVEN)
    assert shelves.consent("acc-1").page("acc-1", limit=9, cursor=None).items == []
    assert shelves.decisions.record("acc-1", withdrawn, after=GIVEN)
    searches.add("acc-1", made(1), GIVEN)
    searches.add("acc-1", made(1), withdrawn)
    assert searches.page("acc-1", limit=9, cursor=None).items == []
    anew = replace(GIVEN, changed_at=NOW + timedelta(minutes=2))
    assert shelves.decisions.record("acc-1", anew, after=withdrawn)
    searches.add("acc-1", made(2), GIVEN)
    assert searches.page("acc-1", limit=9, cursor=None).items == []
    searches.add("acc-1", made(2), anew)
    assert searches.page("acc-1", limit=9, cursor=None).items == [made(2)]
