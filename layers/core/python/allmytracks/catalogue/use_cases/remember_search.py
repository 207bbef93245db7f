"""A signed-in member's search is kept and counted with their consent (P-6.search)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports_tokens import MemberTokens
from allmytracks.accounts.rules_consents import SEARCH_HISTORY
from allmytracks.accounts.use_cases.keep_consents import KeepConsents
from allmytracks.catalogue.ports_searches import Searches
from allmytracks.catalogue.ports_statistics import SearchCounts
from allmytracks.catalogue.rules_searches import Search, words_of
from allmytracks.catalogue.rules_statistics import compared
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class RememberSearch:
    """Keeps the words of a search whose sender is signed in and consented; a withdrawal meanwhile wins.

    For the operators' statistics it counts what was searched for, without whom. Raises Unavailable.
    """

    searches: Searches
    tokens: MemberTokens
    consents: KeepConsents
    counts: SearchCounts
    clock: Clock

    def __call__(self, token: str, q: str, cursor: str | None, *, vain: bool) -> None:
        """`vain`: nothing was found."""
        words = words_of(q, cursor)
        if words is None:
            return
        account_id = self.tokens.account_of(token)
        consented = self.consents.decision_to_use(account_id, SEARCH_HISTORY) if account_id is not None else None
        if account_id is None or consented is None:
            return
        now = self.clock.now()
        self.searches.add(account_id, Search(words, now), consented)
        if compared(q):
            self.counts.add(compared(q), account_id, now, vain=vain)
