"""A member changes particulars of the account (P-3.profile, U-II.III.2.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.published_names import published_name_rules
from allmytracks.accounts.rules import Account, stale
from allmytracks.accounts.rules_particulars import checked
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.publishing.ports import Publications

_TAG = re.compile(r'"([0-9]{1,9})"')


@dataclass(frozen=True)
class ChangeParticulars:
    """Raises InvalidFields (every field), PreconditionFailed, AccountNotFound, AccountFrozen."""

    accounts: Accounts
    publications: Publications
    clock: Clock

    def __call__(self, account_id: str, changes: Mapping[str, str | None], if_match: str) -> Account:
        """`if_match` is the ETag of the account that was read, or `*`."""
        account = self.accounts.get(account_id)
        require_status(account, Act.PARTICULARS)
        kept = checked(changes, published_name_rules(self.publications), self.clock.now().date())
        found = _TAG.fullmatch(if_match)
        if found is None and if_match != "*":
            raise stale()
        return self.accounts.change_particulars(account_id, kept, None if found is None else int(found[1]))
