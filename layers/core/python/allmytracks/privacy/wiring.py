"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.closing.wiring import ClosingServices
    from allmytracks.disclosures.wiring import DisclosureServices
    from allmytracks.foundation.links import LinkSigner
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.notices.wiring import NoticeServices
    from allmytracks.privacy.ports import Erasures, Exports, Holds, Passes
    from allmytracks.privacy.use_cases.apply_retention import ApplyRetention
    from allmytracks.privacy.use_cases.erase_account import EraseAccount
    from allmytracks.privacy.use_cases.keep_holds import KeepHolds
    from allmytracks.privacy.use_cases.make_export import MakeExport
    from allmytracks.privacy.use_cases.notify_of_export import NotifyOfExport
    from allmytracks.privacy.use_cases.order_erasure import OrderErasure
    from allmytracks.privacy.use_cases.order_export import OrderExport
    from allmytracks.privacy.use_cases.request_export import RequestExport
    from allmytracks.privacy.use_cases.show_retention import ShowRetention
    from allmytracks.signing.wiring import SigningServices


class PrivacyServices:
    """Erasure and export, by the declarations of all records."""

    def __init__(
        self,
        foundation: FoundationServices,
        signing: SigningServices,
        accounts: AccountServices,
        closing: ClosingServices,
        disclosures: DisclosureServices,
        notices: NoticeServices,
    ) -> None:
        self._foundation = foundation
        self._signing = signing
        self._accounts = accounts
        self._closing = closing
        self._disclosures = disclosures
        self._notices = notices

    @cached_property
    def erasures(self) -> Erasures:
        from allmytracks.privacy.dynamodb_erasures import DynamoErasures

        return DynamoErasures(self._foundation.accounts_table)

    @cached_property
    def holds(self) -> Holds:
        from allmytracks.privacy.dynamodb_holds import DynamoHolds

        return DynamoHolds(self._foundation.accounts_table)

    @cached_property
    def erase(self) -> EraseAccount:
        from allmytracks.foundation.records import Store
        from allmytracks.privacy.aws_stores import AwsStores
        from allmytracks.privacy.records import ALL
        from allmytracks.privacy.s3_erasure_marks import S3ErasureMarks
        from allmytracks.privacy.use_cases.erase_account import EraseAccount
        from allmytracks.privacy.use_cases.walk import Walk

        of, settings = self._foundation, self._foundation.settings
        tables = {
            Store.ACCOUNTS: of.accounts_table,
            Store.COUNTERS: of.counters_table,
            Store.RECORDINGS: of.recordings_table,
        }
        buckets = {
            Store.DOCUMENTS: settings.documents_bucket,
            Store.LETTERS: settings.letters_bucket,
            Store.RECORDING_FILES: settings.recordings_bucket,
        }
        stores = AwsStores(tables, buckets, self._accounts.identity)
        return EraseAccount(
            Walk(stores, ALL),
            stores,
            self._accounts.receipt_numbers,
            self.erasures,
            self.holds,
            S3ErasureMarks(settings.documents_bucket),
            self._signing.keys,
            of.clock,
        )

    @cached_property
    def apply_retention(self) -> ApplyRetention:
        from allmytracks.foundation.records import Store
        from allmytracks.privacy.aws_stores import AwsStores
        from allmytracks.privacy.dynamodb_retention import DynamoAllItems
        from allmytracks.privacy.records import ALL
        from allmytracks.privacy.use_cases.apply_retention import ApplyRetention

        of = self._foundation
        table = of.accounts_table
        stores = AwsStores({Store.ACCOUNTS: table}, {Store.DOCUMENTS: of.settings.documents_bucket})
        return ApplyRetention(
            ALL,
            DynamoAllItems(table),
            stores,
            self.passes,
            self.holds,
            self._accounts.receipt_numbers,
            self.erasures,
            of.audit,
            of.clock,
        )

    @cached_property
    def passes(self) -> Passes:
        from allmytracks.privacy.dynamodb_retention import DynamoPasses

        return DynamoPasses(self._foundation.accounts_table)

    @cached_property
    def show_retention(self) -> ShowRetention:
        from allmytracks.privacy.records import ALL
        from allmytracks.privacy.use_cases.show_retention import ShowRetention

        return ShowRetention(ALL, self.passes, self._foundation.audit)

    @cached_property
    def keep_holds(self) -> KeepHolds:
        from allmytracks.privacy.records import ALL
        from allmytracks.privacy.use_cases.keep_holds import KeepHolds

        of = self._foundation
        return KeepHolds(self._accounts.repository, self.holds, ALL, of.events, of.audit, of.clock)

    @cached_property
    def order(self) -> OrderErasure:
        from allmytracks.privacy.use_cases.order_erasure import OrderErasure

        return OrderErasure(
            self._accounts.repository,
            self._closing.decide,
            self._accounts.receipt_numbers,
            self.erasures,
            self._foundation.events,
            self._foundation.audit,
            self._foundation.clock,
        )

    @cached_property
    def exports(self) -> Exports:
        from allmytracks.privacy.dynamodb_exports import DynamoExports

        return DynamoExports(self._foundation.accounts_table)

    @cached_property
    def request_export(self) -> RequestExport:
        from allmytracks.privacy.use_cases.request_export import RequestExport

        of = self._foundation
        return RequestExport(self._accounts.repository, self.exports, self.export_links, of.events, of.clock)

    @cached_property
    def export_links(self) -> LinkSigner:
        from allmytracks.foundation.aws.environment import aws_environment
        from allmytracks.foundation.s3_links import S3LinkSigner

        settings = self._foundation.settings
        return S3LinkSigner(settings.documents_bucket, settings.link_seconds, aws_environment())

    @cached_property
    def notify_of_export(self) -> NotifyOfExport:
        from allmytracks.privacy.use_cases.notify_of_export import NotifyOfExport

        return NotifyOfExport(
            self._accounts.repository,
            self._notices.repository,
            self._foundation.mailer,
            self._foundation.clock,
            self._foundation.settings.site_url,
        )

    @cached_property
    def order_export(self) -> OrderExport:
        from allmytracks.privacy.use_cases.order_export import OrderExport

        of, accounts = self._foundation, self._accounts.repository
        keep = self._disclosures.keep
        return OrderExport(accounts, self.exports, self.export_links, keep, of.events, of.audit, of.clock)

    @cached_property
    def make_export(self) -> MakeExport:
        from allmytracks.documents.s3 import S3Documents
        from allmytracks.foundation.records import Store
        from allmytracks.licenses.packs.dynamodb import S3PackFiles
        from allmytracks.privacy.aws_stores import ListlessStores
        from allmytracks.privacy.records import ALL
        from allmytracks.privacy.rules_exports import followed
        from allmytracks.privacy.use_cases.make_export import MakeExport
        from allmytracks.privacy.use_cases.walk import Walk

        of, settings = self._foundation, self._foundation.settings
        buckets = {Store.DOCUMENTS: settings.documents_bucket, Store.LETTERS: settings.letters_bucket}
        tables = {Store.ACCOUNTS: of.accounts_table, Store.RECORDINGS: of.recordings_table}
        stores = ListlessStores(tables, buckets, self._accounts.identity)
        documents = {store: S3Documents(bucket) for store, bucket in buckets.items()}
        archives = S3PackFiles(settings.documents_bucket)
        return MakeExport(Walk(stores, followed(ALL)), self.exports, documents, archives, of.events, of.clock)
