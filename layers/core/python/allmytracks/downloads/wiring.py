"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from allmytracks.accounts.rules import Account
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.catalogue.wiring import CatalogueServices
    from allmytracks.downloads.ports import Downloads
    from allmytracks.downloads.ports_allowances import Allowances, KnownCounts
    from allmytracks.downloads.ports_links import IssuedLinks
    from allmytracks.downloads.use_cases.get_allowance import GetAllowance
    from allmytracks.downloads.use_cases.grant_download import GrantDownload
    from allmytracks.downloads.use_cases.issue_link import IssueLink
    from allmytracks.downloads.use_cases.list_downloads import ListDownloads
    from allmytracks.downloads.use_cases.list_projects import ListProjects
    from allmytracks.downloads.use_cases.record_link import LinkRequest, RecordLink
    from allmytracks.downloads.use_cases.review_download import ReviewDownload
    from allmytracks.enforcement.wiring import EnforcementServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.payments.orders.wiring import OrderServices
    from allmytracks.publishing.wiring import PublishingServices


class DownloadServices:
    """Downloads, their links, and the allowance."""

    def __init__(
        self,
        foundation: FoundationServices,
        publishing: PublishingServices,
        accounts: AccountServices,
        catalogue: CatalogueServices,
        orders: OrderServices,
        enforcement: EnforcementServices,
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._accounts = accounts
        self._catalogue = catalogue
        self._orders = orders
        self._enforcement = enforcement

    @cached_property
    def repository(self) -> Downloads:
        from allmytracks.downloads.dynamodb import DynamoDownloads

        return DynamoDownloads(self._foundation.accounts_table)

    @cached_property
    def allowances(self) -> Allowances:
        from allmytracks.downloads.dynamodb_allowances import DynamoAllowances

        return DynamoAllowances(self._foundation.counters_table, self._foundation.accounts_table)

    @cached_property
    def known_counts(self) -> KnownCounts:
        from allmytracks.downloads.known_counts import ProcessCounts

        return ProcessCounts()

    @cached_property
    def grant(self) -> GrantDownload:
        from allmytracks.downloads.use_cases.grant_download import GrantDownload

        return GrantDownload(
            allowances=self.allowances,
            known=self.known_counts,
            tracks=self._catalogue.tracks,
            account=self._account,
            publications=self._publishing.publications,
            links=self._catalogue.links,
            record=self._record_link,
            clock=self._foundation.clock,
            zone=self._foundation.settings.day_time_zone,
            anti_fraud=self._foundation.settings.anti_fraud,
        )

    def _account(self, account_id: str) -> Account:
        """As `accounts.get`, made late: a grant reads the account only where there is no membership."""
        return self._accounts.repository.get(account_id)

    def _record_link(self, request: LinkRequest, now: datetime) -> None:
        """As `record_link`, made late: a grant needs it only where the download exists already."""
        self.record_link(request, now)

    @cached_property
    def get_allowance(self) -> GetAllowance:
        from allmytracks.downloads.use_cases.get_allowance import GetAllowance

        return GetAllowance(self.allowances, self._foundation.clock, self._foundation.settings.day_time_zone)

    @cached_property
    def issued_links(self) -> IssuedLinks:
        from allmytracks.downloads.dynamodb_links import DynamoIssuedLinks

        return DynamoIssuedLinks(self._foundation.accounts_table)

    @cached_property
    def record_link(self) -> RecordLink:
        from allmytracks.downloads.use_cases.record_link import RecordLink

        return RecordLink(
            self.repository,
            self._orders.repository,
            self.issued_links,
            self._enforcement.cases,
            self._publishing.publications,
            self._foundation.ids,
        )

    @cached_property
    def issue_link(self) -> IssueLink:
        from allmytracks.downloads.use_cases.issue_link import IssueLink

        return IssueLink(
            downloads=self.repository,
            accounts=self._accounts.repository,
            restrictions=self._enforcement.standings,
            record=self.record_link,
            links=self._catalogue.links,
            clock=self._foundation.clock,
        )

    @cached_property
    def list_downloads(self) -> ListDownloads:
        from allmytracks.downloads.use_cases.list_downloads import ListDownloads

        return ListDownloads(self.repository)

    @cached_property
    def list_projects(self) -> ListProjects:
        from allmytracks.downloads.use_cases.list_projects import ListProjects

        return ListProjects(self.repository)

    @cached_property
    def review(self) -> ReviewDownload:
        from allmytracks.downloads.use_cases.review_download import ReviewDownload

        return ReviewDownload(
            self.repository, self.issued_links, self._foundation.events, self._foundation.audit, self._foundation.clock
        )
