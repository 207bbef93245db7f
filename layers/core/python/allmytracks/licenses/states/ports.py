"""The published status list, and corrections that wait for a second operator."""

from __future__ import annotations

from typing import Protocol

from allmytracks.licenses.states.rules_corrections import Proposal


class StatusLists(Protocol):
    """The current status list; a newer one replaces it."""

    def put(self, jws: str) -> None:
        """Publishes a signed list. Raises Unavailable."""
        ...

    def get(self) -> str:
        """The current signed list. Raises NoStatusList, Unavailable."""
        ...


class Corrections(Protocol):
    """Proposed corrections of names; one for each letter, stored with its account."""

    def propose(self, proposal: Proposal) -> None:
        """Stores a proposal, replacing an earlier one that was not approved. Idempotent.

        Raises AlreadySuperseded where the earlier one was approved, Unavailable.
        """
        ...

    def get(self, account_id: str, number: str) -> Proposal:
        """The proposal for a letter. Raises CorrectionNotProposed."""
        ...

    def approve(self, proposal: Proposal) -> Proposal:
        """Records the approval, by whom and when; returns the recorded one, which may be an earlier approval.

        Raises CorrectionNotProposed where another proposal replaced it, Unavailable.
        """
        ...
