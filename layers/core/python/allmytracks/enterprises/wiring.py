"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.enterprises.ports import Enterprises
    from allmytracks.enterprises.use_cases.keep_enterprise import KeepEnterprise
    from allmytracks.enterprises.use_cases.review_letter import ReviewLetter
    from allmytracks.enterprises.use_cases.send_letter import CheckLetter, SendLetter
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.publishing.wiring import PublishingServices
    from allmytracks.tickets.wiring import TicketServices


class EnterpriseServices:
    """The enterprises that accounts act for."""

    def __init__(
        self,
        foundation: FoundationServices,
        publishing: PublishingServices,
        accounts: AccountServices,
        tickets: TicketServices,
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._accounts = accounts
        self._tickets = tickets

    @cached_property
    def repository(self) -> Enterprises:
        from allmytracks.enterprises.dynamodb import DynamoEnterprises

        return DynamoEnterprises(self._foundation.accounts_table)

    @cached_property
    def check(self) -> CheckLetter:
        from allmytracks.enterprises.use_cases.send_letter import CheckLetter

        return CheckLetter(self.repository, self._tickets.files)

    @cached_property
    def keep(self) -> KeepEnterprise:
        from allmytracks.enterprises.use_cases.keep_enterprise import KeepEnterprise

        return KeepEnterprise(
            self.repository,
            self._accounts.repository,
            self._publishing.publications,
            self.check,
            self._foundation.clock,
        )

    @cached_property
    def send_letter(self) -> SendLetter:
        from allmytracks.enterprises.use_cases.send_letter import SendLetter

        return SendLetter(
            self.repository,
            self._accounts.repository,
            self._tickets.files,
            self._foundation.clock,
            self._foundation.ids,
        )

    @cached_property
    def review_letter(self) -> ReviewLetter:
        from allmytracks.enterprises.use_cases.review_letter import ReviewLetter

        return ReviewLetter(
            self.repository,
            self.keep,
            self.check,
            self._tickets.links,
            self._foundation.events,
            self._foundation.audit,
            self._foundation.clock,
        )
