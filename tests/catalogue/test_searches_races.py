"""A consent that is withdrawn while searches are being recorded: the withdrawal wins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from allmytracks.accounts.dynamodb_consents import DynamoConsentDecisions
from allmytracks.accounts.use_cases.keep_consents import KeepConsents
from allmytracks.catalogue.dynamodb_searches import DynamoSearches
from allmytracks.catalogue.use_cases.remember_search import RememberSearch
from allmytracks.foundation.aws.tables import Table
from allmytracks.foundation.errors import Unavailable
from tests.factories.accounts import account, consent_publication
from tests.factories.instants import NOW
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.foundation import FixedClock
from tests.fakes.publishing import MemoryPublications
from tests.fakes.search_counts import MemorySearchCounts
from tests.fakes.searches import MemoryMemberTokens

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("P-15.consent")]
ID = "search_history"


def test_a_withdrawal_among_searches_leaves_none(accounts_table: Table) -> None:
    clock, searches = FixedClock(NOW), DynamoSearches(accounts_table)
    publications = MemoryPublications([consent_publication(ID)])
    accounts, decisions = MemoryAccounts({"acc-1": account()}), DynamoConsentDecisions(accounts_table)
    consents = KeepConsents(accounts, decisions, publications, clock, {ID: searches.clear})
    remember = RememberSearch(searches, MemoryMemberTokens({"token": "acc-1"}), consents, MemorySearchCounts(), clock)
    consents.decide("acc-1", ID, given=True, shown=None, source_ip="192.0.2.7")

    def act(place: int) -> None:
        if place == 20:
            consents.decide("acc-1", ID, given=False, shown=None, source_ip="192.0.2.7")
            return
        clock.advance(seconds=1)
        try:
            remember("token", f"words {place}", None, vain=False)
        except Unavailable:
            return  # a search succeeds where its words cannot be kept

    remember("token", "before", None, vain=False)
    assert len(searches.page("acc-1", limit=99, cursor=None).items) == 1
    with ThreadPoolExecutor(12) as threads:
        list(threads.map(act, range(40)))
    assert searches.page("acc-1", limit=99, cursor=None).items == []
    remember("token", "after", None, vain=False)
    assert searches.page("acc-1", limit=99, cursor=None).items == []
