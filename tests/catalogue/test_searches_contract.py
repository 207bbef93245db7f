"""Members' searches: the fake and DynamoDB keep one contract."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb_consents import DynamoConsentDecisions
from allmytracks.accounts.ports_consents import ConsentDecisions
from allmytracks.accounts.rules_consents import ConsentDecision
from allmytracks.catalogue.dynamodb_searches import DynamoSearches
from allmytracks.catalogue.dynamodb_statistics import DynamoSearchCounts
from allmytracks.catalogue.ports_searches import Searches
from allmytracks.catalogue.ports_statistics import SearchCounts
from allmytracks.catalogue.rules_searches import Search
from allmytracks.catalogue.rules_statistics import LEAST_MEMBERS, SearchCount, compared, mark_of, statistics_of
from allmytracks.foundation.aws.tables import Table, pages
from allmytracks.foundation.errors import InvalidFields
from tests.factories.instants import NOW
from tests.fakes.consents import MemoryConsentDecisions
from tests.fakes.search_counts import MemorySearchCounts
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


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def counts(request: pytest.FixtureRequest) -> SearchCounts:
    if request.param == "memory":
        return MemorySearchCounts()
    return DynamoSearchCounts(request.getfixturevalue("catalog_table"))


@pytest.mark.clause("P-6.search")
def test_words_are_counted_for_operators_only_where_enough_members_searched(counts: SearchCounts) -> None:
    for _ in range(9):
        counts.add("my name", "acc-1", NOW, vain=True)
    for number in range(4):
        counts.add("sea", f"acc-{number}", NOW, vain=number == 0)
    assert counts.shown("2026-11") == []
    for account_id in ("acc-8", "acc-8"):
        counts.add("sea", account_id, NOW, vain=False)
    counts.add("sea", "acc-1", NOW + timedelta(days=31), vain=False)
    assert counts.shown("2026-11") == [SearchCount("sea", 6, 1)]
    assert counts.shown("2026-12") == []


@pytest.mark.dynamodb
@pytest.mark.clause("P-6.search")
def test_of_what_few_searched_for_neither_words_nor_members_can_be_read(catalog_table: Table) -> None:
    counts = DynamoSearchCounts(catalog_table)
    for number in range(LEAST_MEMBERS):
        counts.add("sea", f"acc-{number}", NOW, vain=False)
    counts.add("my name", "acc-1", NOW, vain=False)
    scanned = pages(catalog_table.client, "Scan", {"TableName": catalog_table.name})
    items = [item for page in scanned for item in page["Items"]]
    assert "my name" not in str(items)
    assert "acc-" not in str(items)
    shown = {"words" in item: sorted(item) for item in items}
    assert shown[True] == ["expires_at", "pk", "searches", "sk", "vain", "words"]
    kept = {"words" in item: datetime.fromtimestamp(int(item["expires_at"]["N"]), UTC) - NOW for item in items}
    assert kept == {True: timedelta(days=400), False: timedelta(days=35)}


@pytest.mark.dynamodb
def test_a_search_that_others_made_enough_meanwhile_is_counted(catalog_table: Table) -> None:
    class Overtaken(DynamoSearchCounts):
        def _updated(self, *arguments: Any) -> Any:
            found = super()._updated(*arguments)
            others, self.others = self.others, 0
            for number in range(others):
                self.add("sea", f"acc-{number}", NOW, vain=False)
            return found

        others = LEAST_MEMBERS

    counts = Overtaken(catalog_table)
    counts.add("sea", "acc-9", NOW, vain=True)
    assert counts.shown("2026-11") == [SearchCount("sea", LEAST_MEMBERS + 1, 1)]


@pytest.mark.dynamodb
@pytest.mark.clause("P-6.search")
def test_a_search_goes_after_a_year(accounts_table: Table) -> None:
    shelves = Shelves(DynamoSearches(accounts_table), DynamoConsentDecisions(accounts_table))
    shelves.consent("acc-1").add("acc-1", made(0), GIVEN)
    scanned = pages(accounts_table.client, "Scan", {"TableName": accounts_table.name})
    (item,) = [each for page in scanned for each in page["Items"] if each["sk"]["S"].startswith("SEARCH#")]
    assert datetime.fromtimestamp(int(item["expires_at"]["N"]), UTC) == made(0).at + timedelta(days=365)


def test_the_lists_begin_with_the_most_frequent() -> None:
    counted = [SearchCount("sea", 9, 0), SearchCount("wind", 12, 3), SearchCount("yodel", 6, 6)]
    told = statistics_of("2026-11", counted)
    assert [each.words for each in told.most_searched] == ["wind", "sea", "yodel"]
    assert [each.words for each in told.found_nothing] == ["yodel", "wind"]
    told_apart = {mark_of(*each) for each in (("2026-11", "sea", "acc-1"), ("2026-12", "sea", "acc-1"))}
    told_apart |= {mark_of("2026-11", "wind", "acc-1"), mark_of("2026-11", "sea", "acc-2")}
    assert len(told_apart) == 4
    many = [SearchCount(f"{number}", number, number) for number in range(1, 200)]
    told = statistics_of("2026-11", many)
    assert (len(told.most_searched), len(told.found_nothing)) == (100, 100)
    assert compared("  Sea,  SEA Café ") == "sea cafe"
