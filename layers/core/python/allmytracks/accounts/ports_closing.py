"""The blocks to closing an account: each capability reports its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from allmytracks.accounts.rules_closing import Block


class ClosingBlocks(Protocol):
    """What one capability has against it (S-6.2, S-6.3)."""

    def __call__(self, account_id: str, now: datetime, *, forfeit: bool) -> Sequence[Block]:
        """Every block; `forfeit`: the member gives up a membership that runs. Raises AccountNotFound, Unavailable."""
        ...


class ReceiptNumbers(Protocol):
    """The number of each account's erasure and of its receipt: random, so that nobody finds it who was not told it.

    Raises Unavailable.
    """

    def of(self, account_id: str) -> str:
        """The account's number; drawn with the first call."""
        ...

    def known(self, account_id: str) -> str | None:
        """The account's number, if one was drawn."""
        ...
