"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.timeline.ports import Histories, Refusals


class TimelineServices:
    """The timelines of accounts."""

    def __init__(self, foundation: FoundationServices) -> None:
        self._foundation = foundation

    @cached_property
    def histories(self) -> Histories:
        from allmytracks.timeline.dynamodb import DynamoHistories

        return DynamoHistories(self._foundation.accounts_table)

    @cached_property
    def refusals(self) -> Refusals:
        from allmytracks.timeline.dynamodb_refusals import DynamoRefusals

        return DynamoRefusals(self._foundation.accounts_table)
