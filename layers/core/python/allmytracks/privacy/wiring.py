"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.closing.wiring import ClosingServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.privacy.ports import Erasures, Holds
    from allmytracks.privacy.use_cases.erase_account import EraseAccount
    from allmytracks.privacy.use_cases.keep_holds import KeepHolds
    from allmytracks.privacy.use_cases.order_erasure import OrderErasure
    from allmytracks.signing.wiring import SigningServices


class PrivacyServices:
    """Erasure, by the declarations of all records."""

    def __init__(
        self,
        foundation: FoundationServices,
        signing: SigningServices,
        accounts: AccountServices,
        closing: ClosingServices,
    ) -> None:
        self._foundation = foundation
        self._signing = signing
        self._accounts = accounts
        self._closing = closing

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
        from allmytracks.privacy.use_cases.erase_account import EraseAccount
        from allmytracks.privacy.use_cases.walk import Walk

        of, settings = self._foundation, self._foundation.settings
        tables = {Store.ACCOUNTS: of.accounts_table, Store.COUNTERS: of.counters_table}
        buckets = {Store.DOCUMENTS: settings.documents_bucket, Store.LETTERS: settings.letters_bucket}
        stores = AwsStores(tables, buckets, self._accounts.identity)
        return EraseAccount(Walk(stores, ALL), stores, self.erasures, self.holds, self._signing.keys, of.clock)

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
            self.erasures,
            self._foundation.events,
            self._foundation.audit,
            self._foundation.clock,
        )
