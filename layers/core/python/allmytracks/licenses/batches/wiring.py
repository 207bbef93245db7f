"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.downloads.wiring import DownloadServices
    from allmytracks.enforcement.wiring import EnforcementServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.licenses.batches.ports import BatchQueue, LicenseBatches
    from allmytracks.licenses.batches.use_cases.request_license_batch import RequestLicenseBatch
    from allmytracks.licenses.batches.use_cases.work_license_batch import WorkLicenseBatch
    from allmytracks.licenses.wiring import LicenseServices
    from allmytracks.publishing.wiring import PublishingServices


class LicenseBatchServices:
    """License batches."""

    def __init__(
        self,
        foundation: FoundationServices,
        publishing: PublishingServices,
        accounts: AccountServices,
        enforcement: EnforcementServices,
        downloads: DownloadServices,
        licenses: LicenseServices,
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._accounts = accounts
        self._enforcement = enforcement
        self._downloads = downloads
        self._licenses = licenses

    @cached_property
    def repository(self) -> LicenseBatches:
        from allmytracks.licenses.batches.dynamodb import DynamoLicenseBatches

        return DynamoLicenseBatches(self._foundation.accounts_table)

    @cached_property
    def queue(self) -> BatchQueue:
        from allmytracks.foundation.aws.client import SQS, aws_client
        from allmytracks.licenses.batches.sqs import SqsBatchQueue

        return SqsBatchQueue(aws_client(SQS), self._foundation.settings.license_batches_queue_url)

    @cached_property
    def request(self) -> RequestLicenseBatch:
        from allmytracks.licenses.batches.use_cases.request_license_batch import RequestLicenseBatch

        return RequestLicenseBatch(
            accounts=self._accounts.repository,
            restrictions=self._enforcement.standings,
            publications=self._publishing.publications,
            batches=self.repository,
            queue=self.queue,
            clock=self._foundation.clock,
        )

    @cached_property
    def work(self) -> WorkLicenseBatch:
        from dataclasses import replace

        from allmytracks.licenses.batches.use_cases.work_license_batch import WorkLicenseBatch

        return WorkLicenseBatch(
            batches=self.repository,
            grant=replace(self._downloads.grant, record=lambda _request, _now: None),
            issue=self._licenses.issue,
            queue=self.queue,
            publications=self._publishing.publications,
            clock=self._foundation.clock,
            anti_fraud=self._foundation.settings.anti_fraud,
        )
