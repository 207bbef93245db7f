"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from allmytracks.accounts.ports_tokens import MemberTokens
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.memberships.ports import Memberships
    from allmytracks.memberships.use_cases.get_membership import GetMembership
    from allmytracks.memberships.use_cases.judge_purpose import JudgePurpose
    from allmytracks.memberships.use_cases.list_plans import ListPlans
    from allmytracks.publishing.wiring import PublishingServices


class MembershipServices:
    """Memberships and the published plans."""

    def __init__(
        self, foundation: FoundationServices, publishing: PublishingServices, tokens: Callable[[], MemberTokens]
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._tokens = tokens

    @cached_property
    def list_plans(self) -> ListPlans:
        from allmytracks.memberships.use_cases.list_plans import ListPlans

        return ListPlans(self._publishing.publications, self._foundation.clock)

    @cached_property
    def repository(self) -> Memberships:
        from allmytracks.memberships.dynamodb import DynamoMemberships

        return DynamoMemberships(self._foundation.accounts_table)

    @cached_property
    def get(self) -> GetMembership:
        from allmytracks.memberships.use_cases.get_membership import GetMembership

        return GetMembership(self.repository, self._foundation.clock)

    @cached_property
    def judge_purpose(self) -> JudgePurpose:
        from allmytracks.memberships.use_cases.judge_purpose import JudgePurpose

        return JudgePurpose(self.repository, self._publishing.publications, self._tokens, self._foundation.clock)
