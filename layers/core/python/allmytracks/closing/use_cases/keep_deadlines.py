"""Does what is due on accounts: each deadline by the use case of its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from allmytracks.accounts.ports_deadlines import Deadlines
from allmytracks.accounts.rules import AccountNotFound
from allmytracks.accounts.rules_deadlines import Deadline, DeadlineKind
from allmytracks.accounts.rules_states import StateConflict
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.time_and_ids import Clock

# Does what is due, and answers the next deadline; None where nothing is waited for any more.
OnDue = Callable[[Deadline], Deadline | None]


@dataclass(frozen=True)
class KeepDeadlines:
    """Resumable: a deadline is removed or moved once its act is done, and every act may be repeated.

    A failed one does not block the others. Raises Unavailable where one failed: the next run retries.
    """

    deadlines: Deadlines
    acts: Mapping[DeadlineKind, OnDue]
    clock: Clock

    def __call__(self) -> int:
        """How many were due."""
        looked_at, failed = 0, 0
        for deadline in self.deadlines.due(self.clock.now()):
            looked_at += 1
            try:
                self._keep(deadline)
            except (Unavailable, StateConflict):  # the account was moved in between: looked at again
                failed += 1
        if failed:
            raise Unavailable(f"{failed} of {looked_at} deadlines could not be kept.")
        return looked_at

    def _keep(self, listed: Deadline) -> None:
        deadline = self.deadlines.get(listed.account_id, listed.kind, listed.reference)
        if deadline is None or deadline.at > self.clock.now():
            return  # the index lags
        try:
            after = self.acts[deadline.kind](deadline)
        except AccountNotFound:
            after = None
        if after is None:
            self.deadlines.remove(deadline)
        else:
            self.deadlines.put(after)
