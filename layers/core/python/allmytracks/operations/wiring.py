"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.downloads.wiring import DownloadServices
    from allmytracks.enforcement.wiring import EnforcementServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.memberships.wiring import MembershipServices
    from allmytracks.notices.wiring import NoticeServices
    from allmytracks.operations.ports import StoredItems
    from allmytracks.operations.use_cases.look_up_account import LookUpAccount
    from allmytracks.operations.use_cases.look_up_order import LookUpOrder
    from allmytracks.operations.use_cases.upgrade_items import UpgradeItems
    from allmytracks.payments.orders.wiring import OrderServices
    from allmytracks.publishing.use_cases import Publish
    from allmytracks.publishing.wiring import PublishingServices


class OperationServices:
    """Operators' look-ups and publications, across capabilities."""

    def __init__(
        self,
        foundation: FoundationServices,
        publishing: PublishingServices,
        accounts: AccountServices,
        orders: OrderServices,
        memberships: MembershipServices,
        enforcement: EnforcementServices,
        downloads: DownloadServices,
        notices: NoticeServices,
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._accounts = accounts
        self._orders = orders
        self._memberships = memberships
        self._enforcement = enforcement
        self._downloads = downloads
        self._notices = notices

    @cached_property
    def look_up_account(self) -> LookUpAccount:
        from allmytracks.operations.use_cases.look_up_account import LookUpAccount

        return LookUpAccount(
            self._accounts.repository,
            self._accounts.addresses,
            self._orders.repository,
            self._memberships.get,
            self._downloads.get_allowance,
            self._enforcement.standings,
            self._notices.mail_failures,
            self._accounts.keep_consents.all,
            self._foundation.audit,
            self._foundation.clock,
        )

    @cached_property
    def look_up_order(self) -> LookUpOrder:
        from allmytracks.operations.use_cases.look_up_order import LookUpOrder

        return LookUpOrder(self._orders.owners, self._orders.repository, self._foundation.audit)

    @cached_property
    def items(self) -> StoredItems:
        from allmytracks.operations.dynamodb_items import DynamoItems

        return DynamoItems(self._foundation.accounts_table)

    @cached_property
    def upgrade_items(self) -> UpgradeItems:
        from allmytracks.operations.use_cases.upgrade_items import UpgradeItems
        from allmytracks.privacy.records import ALL

        return UpgradeItems(ALL, self.items, self._foundation.audit)

    @cached_property
    def publish(self) -> Publish:
        from allmytracks.accounts.published_agreements import AGREEMENTS, check_agreement
        from allmytracks.accounts.published_consents import CONSENTS, check_consent
        from allmytracks.accounts.published_names import NAME_RULES, check_name_rules
        from allmytracks.accounts.published_processors import PROCESSORS, CheckProcessors
        from allmytracks.catalogue.published import SYNONYMS, check_synonyms
        from allmytracks.enforcement.published import FRAUD_RULES, check_fraud_rules
        from allmytracks.memberships.published import PLANS
        from allmytracks.payments.orders.published import (
            END_OF_SERVICE,
            TAXES,
            check_end_of_service,
            check_price_list,
            check_taxes,
        )
        from allmytracks.publishing.use_cases import Publish
        from allmytracks.signing.published import CERTIFICATES, check_certificates
        from allmytracks.storage.published import PACKAGES, check_packages

        return Publish(
            self._publishing.publications,
            self._foundation.audit,
            {
                PLANS: check_price_list,
                AGREEMENTS: check_agreement,
                CONSENTS: check_consent,
                PROCESSORS: CheckProcessors(self._publishing.fresh_publications, self._foundation.clock),
                NAME_RULES: check_name_rules,
                FRAUD_RULES: check_fraud_rules,
                TAXES: check_taxes,
                END_OF_SERVICE: check_end_of_service,
                CERTIFICATES: check_certificates,
                PACKAGES: check_packages,
                SYNONYMS: check_synonyms,
            },
            {
                AGREEMENTS: self._notices.tell_of_agreement,
                CONSENTS: self._notices.tell_of_purpose,
                PROCESSORS: self._notices.tell_of_purpose,
                END_OF_SERVICE: self._notices.tell_of_end,
            },
        )
