"""What the account itself has against its closing (S-6.2, S-6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_sessions import EmailedCodes
from allmytracks.accounts.rules_closing import Block, blocks_of_account, reset_pending
from allmytracks.accounts.rules_codes import CodePurpose


@dataclass(frozen=True)
class ListAccountBlocks:
    """Its age, a dispute about its ownership, a password reset under way. Raises AccountNotFound."""

    accounts: Accounts
    codes: EmailedCodes

    def __call__(self, account_id: str, now: datetime, *, forfeit: bool) -> Sequence[Block]:  # noqa: ARG002 - the port's
        account = self.accounts.get(account_id)
        blocks = blocks_of_account(account, now)
        if self.codes.get(account.email, CodePurpose.PASSWORD_RESET, now) is not None:
            blocks.append(reset_pending())
        return blocks
