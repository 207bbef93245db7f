"""Where the status list is published, and where corrections wait for a second operator."""

from __future__ import annotations

from typing import Protocol

from allmytracks.licenses.states.rules_corrections import Proposal


class StatusLists(Protocol):
    """The one list that holds; a newer one takes its place."""

    def put(self, jws: str) -> None:
        """Publishes a signed list. Raises Unavailable."""
        ...

    def get(self) -> str:
        """The signed list that holds. Raises NoStatusList, Unavailable."""
        ...


class Corrections(Protocol):
    """Corrections of names that were proposed; one for each letter, kept with its account."""

    def propose(self, proposal: Proposal) -> None:
        """Stores a proposal, replacing an earlier one that was not approved; the same again changes nothing.

        Raises AlreadySuperseded where the earlier one was approved, Unavailable.
        """
        ...

    def get(self, account_id: str, number: str) -> Proposal:
        """What was proposed for a letter. Raises CorrectionNotProposed."""
        ...

    def approve(self, proposal: Proposal) -> Proposal:
        """Puts on record who approved it, when; returns what is on record, which may be an earlier approval.

        Raises CorrectionNotProposed where another proposal took its place, Unavailable.
        """
        ...
