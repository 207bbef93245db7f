"""Members' searches: the fake and DynamoDB keep one contract."""

from __future__ import annotations

from datetime import timedelta

import pytest

from allmytracks.catalogue.dynamodb_searches import DynamoSearches
from allmytracks.catalogue.ports_searches import Searches
from allmytracks.catalogue.rules_searches import Search
from allmytracks.foundation.errors import InvalidFields
from tests.factories.instants import NOW
from tests.fakes.searches import MemorySearches


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def searches(request: pytest.FixtureRequest) -> Searches:
    if request.param == "memory":
        return MemorySearches()
    return DynamoSearches(request.getfixturevalue("accounts_table"))


def made(number: int) -> Search:
    return Search(f"words {number}", NOW + timedelta(minutes=number))


@pytest.mark.clause("P-6.search")
def test_each_member_sees_their_own_newest_first_page_by_page(searches: Searches) -> None:
    for number in range(5):
        searches.add("acc-1", made(number))
    searches.add("acc-1", made(4))
    searches.add("acc-2", made(9))
    first = searches.page("acc-1", limit=3, cursor=None)
    assert first.items == [made(4), made(3), made(2)]
    second = searches.page("acc-1", limit=3, cursor=first.next_cursor)
    assert (second.items, second.next_cursor) == ([made(1), made(0)], None)
    with pytest.raises(InvalidFields):
        searches.page("acc-1", limit=3, cursor="nonsense")


@pytest.mark.clause("P-6.search")
def test_clearing_forgets_all_of_one_member(searches: Searches) -> None:
    for number in range(60):
        searches.add("acc-1", made(number))
    searches.add("acc-2", made(1))
    for _ in range(2):
        searches.clear("acc-1")
        assert searches.page("acc-1", limit=100, cursor=None).items == []
    assert searches.page("acc-2", limit=100, cursor=None).items == [made(1)]
