"""The use cases of operators."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.accounts import AccountServices
from allmytracks.bootstrap.downloads import DownloadServices
from allmytracks.bootstrap.payments import PaymentServices

if TYPE_CHECKING:
    from allmytracks.catalogue.ports import Masters
    from allmytracks.catalogue.ports_imports import Imports
    from allmytracks.catalogue.use_cases.register_track import RegisterTrack
    from allmytracks.catalogue.use_cases.run_import import RunImport
    from allmytracks.downloads.use_cases.review_download import ReviewDownload
    from allmytracks.enforcement.use_cases.decide_case import DecideCase
    from allmytracks.enforcement.use_cases.take_measure import TakeMeasure
    from allmytracks.foundation.audit.ports import AuditLog
    from allmytracks.foundation.audit.use_cases import Audit
    from allmytracks.operations.use_cases.look_up_account import LookUpAccount
    from allmytracks.operations.use_cases.look_up_order import LookUpOrder
    from allmytracks.payments.ledger.use_cases.cancel_membership import CancelMembershipAsOperator
    from allmytracks.payments.ledger.use_cases.decline_order import DeclineOrder
    from allmytracks.payments.ledger.use_cases.inspect_payments import InspectPayments
    from allmytracks.payments.ledger.use_cases.replay_payments import ReplayPayments
    from allmytracks.payments.ledger.use_cases.rule_on_payment import RuleOnPayment
    from allmytracks.payments.orders.use_cases.list_orders_to_settle import ListOrdersToSettle
    from allmytracks.payments.orders.use_cases.sum_fees import SumFees
    from allmytracks.payments.ports import DeadLetters, OrderOwners, OrdersToSettle
    from allmytracks.publishing.use_cases import Publish


class OperationServices(AccountServices, PaymentServices, DownloadServices):
    """What the operators' API calls."""

    @cached_property
    def masters(self) -> Masters:
        from allmytracks.catalogue.s3 import S3Masters

        return S3Masters(self.settings.masters_bucket)

    @cached_property
    def imports(self) -> Imports:
        from allmytracks.catalogue.dynamodb_imports import DynamoImports

        return DynamoImports(self.accounts_table)

    @cached_property
    def audit_log(self) -> AuditLog:
        from allmytracks.foundation.audit.dynamodb import DynamoAuditLog

        return DynamoAuditLog(self.accounts_table)

    @cached_property
    def order_owners(self) -> OrderOwners:
        from allmytracks.payments.orders.dynamodb_owners import DynamoOrderOwners

        return DynamoOrderOwners(self.accounts_table)

    @cached_property
    def audit(self) -> Audit:
        from allmytracks.foundation.audit.use_cases import Audit

        return Audit(self.audit_log, self.clock, self.ids)

    @cached_property
    def look_up_account(self) -> LookUpAccount:
        from allmytracks.operations.use_cases.look_up_account import LookUpAccount

        return LookUpAccount(self.accounts, self.addresses, self.orders, self.audit, self.clock)

    @cached_property
    def look_up_order(self) -> LookUpOrder:
        from allmytracks.operations.use_cases.look_up_order import LookUpOrder

        return LookUpOrder(self.order_owners, self.orders, self.audit)

    @cached_property
    def run_import(self) -> RunImport:
        from allmytracks.catalogue.use_cases.run_import import RunImport

        return RunImport(self.imports, self.tracks, self.audit, self.clock)

    @cached_property
    def register_track(self) -> RegisterTrack:
        from allmytracks.catalogue.use_cases.register_track import RegisterTrack

        return RegisterTrack(self.tracks, self.masters, self.imports, self.audit, self.clock)

    @cached_property
    def publish(self) -> Publish:
        from allmytracks.accounts.published_agreements import AGREEMENTS, check_agreement
        from allmytracks.accounts.published_names import NAME_RULES, check_name_rules
        from allmytracks.enforcement.published import FRAUD_RULES, check_fraud_rules
        from allmytracks.memberships.published import PLANS
        from allmytracks.payments.orders.published import TAXES, check_price_list, check_taxes
        from allmytracks.publishing.use_cases import Publish
        from allmytracks.signing.published import CERTIFICATES, check_certificates

        return Publish(
            self.publications,
            self.audit,
            {
                PLANS: check_price_list,
                AGREEMENTS: check_agreement,
                NAME_RULES: check_name_rules,
                FRAUD_RULES: check_fraud_rules,
                TAXES: check_taxes,
                CERTIFICATES: check_certificates,
            },
        )

    @cached_property
    def dead_letters(self) -> DeadLetters:
        from allmytracks.foundation.aws.client import SQS, aws_client
        from allmytracks.payments.ledger.sqs_dead_letters import SqsDeadLetters

        return SqsDeadLetters(aws_client(SQS), self.settings.payments_dead_letters_url)

    @cached_property
    def inspect_payments(self) -> InspectPayments:
        from allmytracks.payments.ledger.use_cases.inspect_payments import InspectPayments

        return InspectPayments(self.inbox, self.bookkeeping, self.accounts, self.audit)

    @cached_property
    def replay_payments(self) -> ReplayPayments:
        from allmytracks.payments.ledger.use_cases.replay_payments import ReplayPayments

        return ReplayPayments(self.inbox, self.payments_queue, self.dead_letters, self.audit, self.ids)

    @cached_property
    def rule_on_payment(self) -> RuleOnPayment:
        from allmytracks.payments.ledger.use_cases.rule_on_payment import RuleOnPayment

        return RuleOnPayment(
            inbox=self.inbox,
            queue=self.payments_queue,
            owners=self.order_owners,
            accounts=self.accounts,
            audit=self.audit,
            clock=self.clock,
            ids=self.ids,
        )

    @cached_property
    def take_measure(self) -> TakeMeasure:
        from allmytracks.enforcement.use_cases.take_measure import TakeMeasure

        return TakeMeasure(self.accounts, self.standings, self.events, self.audit, self.clock)

    @cached_property
    def review_download(self) -> ReviewDownload:
        from allmytracks.downloads.use_cases.review_download import ReviewDownload

        return ReviewDownload(self.downloads, self.issued_links, self.events, self.audit, self.clock)

    @cached_property
    def decide_case(self) -> DecideCase:
        from allmytracks.enforcement.use_cases.decide_case import DecideCase

        return DecideCase(self.cases, self.accounts, self.standings, self.audit, self.clock)

    @cached_property
    def decline_order(self) -> DeclineOrder:
        from allmytracks.payments.ledger.use_cases.decline_order import DeclineOrder

        return DeclineOrder(self.order_owners, self.orders, self.end_order, self.audit)

    @cached_property
    def cancel_membership_as_operator(self) -> CancelMembershipAsOperator:
        from allmytracks.payments.ledger.use_cases.cancel_membership import CancelMembershipAsOperator

        return CancelMembershipAsOperator(self.accounts, self.cancel_membership, self.audit)

    @cached_property
    def orders_to_settle(self) -> OrdersToSettle:
        from allmytracks.payments.orders.dynamodb_to_settle import DynamoOrdersToSettle

        return DynamoOrdersToSettle(self.accounts_table)

    @cached_property
    def list_orders_to_settle(self) -> ListOrdersToSettle:
        from allmytracks.payments.orders.use_cases.list_orders_to_settle import ListOrdersToSettle

        return ListOrdersToSettle(self.orders_to_settle, self.audit)

    @cached_property
    def sum_fees(self) -> SumFees:
        from allmytracks.payments.orders.use_cases.sum_fees import SumFees

        return SumFees(self.accounts, self.orders, self.audit)
