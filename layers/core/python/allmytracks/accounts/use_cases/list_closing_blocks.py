"""What the account itself has against its closing (S-6.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules_closing import Block, blocks_of_account


@dataclass(frozen=True)
class ListAccountBlocks:
    """Its age, and a dispute about its ownership. Raises AccountNotFound."""

    accounts: Accounts

    def __call__(self, account_id: str, now: datetime, *, forfeit: bool) -> Sequence[Block]:  # noqa: ARG002 - the port's
        return blocks_of_account(self.accounts.get(account_id), now)
