"""A member applies to close the account, reads the status, and withdraws (U-II.III.3, S-6.2, S-6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_closing import ClosingBlocks
from allmytracks.accounts.rules_closing import Block
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.closing.ports import Closings
from allmytracks.closing.rules import Closing, ClosingDecided, ClosingStatus, check_reason, require_unblocked
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class ApplyForClosing:
    """All blocks to closing are named at once; the capabilities report them through `blocks`."""

    accounts: Accounts
    closings: Closings
    blocks: Sequence[ClosingBlocks]
    clock: Clock

    def __call__(self, account_id: str, *, forfeit: bool, reason: str | None) -> Closing:
        """The application that waits now; one that waited already is answered unchanged.

        Raises ClosingBlocked, AccountFrozen (it is closed, or about to be), InvalidFields, Unavailable.
        """
        if reason is not None:
            reason = check_reason("reason", reason)
        require_status(self.accounts.get(account_id), Act.CLOSE)
        require_unblocked(self._all(account_id, forfeit=forfeit))
        wanted = Closing(account_id, ClosingStatus.APPLIED, self.clock.now(), forfeit, reason)
        return self.closings.apply(wanted)

    def show(self, account_id: str) -> tuple[Closing | None, Sequence[Block]]:
        """The latest application, and the current blocks to closing. Raises AccountNotFound, Unavailable."""
        closing = self.closings.get(account_id)
        return closing, self._all(account_id, forfeit=closing is not None and closing.forfeit)

    def withdraw(self, account_id: str) -> None:
        """Withdraws an application, if there is one. Raises ClosingDecided, AccountFrozen, Unavailable."""
        require_status(self.accounts.get(account_id), Act.CLOSE)
        if not self.closings.withdraw(account_id):
            raise ClosingDecided("This application was decided already; it cannot be taken back.")

    def _all(self, account_id: str, *, forfeit: bool) -> list[Block]:
        now = self.clock.now()
        return [block for each in self.blocks for block in each(account_id, now, forfeit=forfeit)]
