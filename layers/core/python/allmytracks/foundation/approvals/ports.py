"""The requests of acts that need a second operator."""

from __future__ import annotations

from typing import Protocol

from allmytracks.foundation.approvals.rules import Approval
from allmytracks.foundation.paging import Page


class Approvals(Protocol):
    """One request for each act. Everything raises Unavailable."""

    def get(self, approval_id: str) -> Approval | None:
        """The latest request of this id, expired ones too."""
        ...

    def put(self, approval: Approval, *, after: Approval | None) -> bool:
        """Stores a request or its decision if what is stored is still `after`; False otherwise."""
        ...

    def waiting(self, *, limit: int, cursor: str | None) -> Page[Approval]:
        """Requests that wait, oldest first, expired ones too. Raises InvalidFields (cursor)."""
        ...
