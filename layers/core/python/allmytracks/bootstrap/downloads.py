"""The use cases of downloads and the allowance."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.base import SharedAdapters

if TYPE_CHECKING:
    from datetime import datetime

    from allmytracks.accounts.rules import Account
    from allmytracks.downloads.ports_allowances import Allowances, KnownCounts
    from allmytracks.downloads.ports_links import IssuedLinks
    from allmytracks.downloads.use_cases.get_allowance import GetAllowance
    from allmytracks.downloads.use_cases.grant_download import GrantDownload
    from allmytracks.downloads.use_cases.issue_link import IssueLink
    from allmytracks.downloads.use_cases.list_downloads import ListDownloads
    from allmytracks.downloads.use_cases.record_link import LinkRequest, RecordLink
    from allmytracks.foundation.links import LinkSigner


class DownloadServices(SharedAdapters):
    """What the functions of downloads and the allowance call."""

    @cached_property
    def allowances(self) -> Allowances:
        from allmytracks.downloads.dynamodb_allowances import DynamoAllowances

        return DynamoAllowances(self.counters_table, self.accounts_table)

    @cached_property
    def known_counts(self) -> KnownCounts:
        from allmytracks.downloads.known_counts import ProcessCounts

        return ProcessCounts()

    @cached_property
    def links(self) -> LinkSigner:
        from allmytracks.downloads.s3_links import S3LinkSigner
        from allmytracks.foundation.aws.environment import aws_environment

        return S3LinkSigner(self.settings.masters_bucket, self.settings.link_seconds, aws_environment())

    @cached_property
    def grant_download(self) -> GrantDownload:
        from allmytracks.downloads.use_cases.grant_download import GrantDownload

        return GrantDownload(
            allowances=self.allowances,
            known=self.known_counts,
            tracks=self.tracks,
            account=self._account,
            publications=self.publications,
            links=self.links,
            record=self._record_link,
            clock=self.clock,
            zone=self.settings.day_time_zone,
            anti_fraud=self.settings.anti_fraud,
        )

    def _account(self, account_id: str) -> Account:
        """As `accounts.get`, made only where it is needed: a grant asks for whoever has no membership."""
        return self.accounts.get(account_id)

    def _record_link(self, request: LinkRequest, now: datetime) -> None:
        """As `record_link`, made only where it is needed: a grant needs it for what was granted before."""
        self.record_link(request, now)

    @cached_property
    def get_allowance(self) -> GetAllowance:
        from allmytracks.downloads.use_cases.get_allowance import GetAllowance

        return GetAllowance(self.allowances, self.clock, self.settings.day_time_zone)

    @cached_property
    def issued_links(self) -> IssuedLinks:
        from allmytracks.downloads.dynamodb_links import DynamoIssuedLinks

        return DynamoIssuedLinks(self.accounts_table)

    @cached_property
    def record_link(self) -> RecordLink:
        from allmytracks.downloads.use_cases.record_link import RecordLink

        return RecordLink(self.downloads, self.orders, self.issued_links, self.cases, self.publications, self.ids)

    @cached_property
    def issue_link(self) -> IssueLink:
        from allmytracks.downloads.use_cases.issue_link import IssueLink

        return IssueLink(
            downloads=self.downloads,
            accounts=self.accounts,
            restrictions=self.standings,
            record=self.record_link,
            links=self.links,
            clock=self.clock,
        )

    @cached_property
    def list_downloads(self) -> ListDownloads:
        from allmytracks.downloads.use_cases.list_downloads import ListDownloads

        return ListDownloads(self.downloads)
