"""A member has the words that they searched for forgotten (P-6.search)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.catalogue.ports_searches import Searches


@dataclass(frozen=True)
class ClearSearches:
    """Forgets all of an account. Raises AccountFrozen (it is closed), AccountNotFound, Unavailable."""

    accounts: Accounts
    searches: Searches

    def __call__(self, account_id: str) -> None:
        require_status(self.accounts.get(account_id), Act.CONSENT)
        self.searches.clear(account_id)
