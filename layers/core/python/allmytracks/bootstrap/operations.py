"""The use cases of operators."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.accounts import AccountServices
from allmytracks.bootstrap.downloads import DownloadServices
from allmytracks.bootstrap.payments import PaymentServices

if TYPE_CHECKING:
    from allmytracks.ports.operations import AuditLog, Imports, OrderOwners, OrdersToSettle
    from allmytracks.ports.payments import DeadLetters
    from allmytracks.ports.tracks import Masters
    from allmytracks.services.audited import Audit
    from allmytracks.services.cancel_membership import CancelMembershipAsOperator
    from allmytracks.services.decide_case import DecideCase
    from allmytracks.services.decline_order import DeclineOrder
    from allmytracks.services.inspect_payments import InspectPayments
    from allmytracks.services.list_orders_to_settle import ListOrdersToSettle
    from allmytracks.services.look_up_account import LookUpAccount
    from allmytracks.services.look_up_order import LookUpOrder
    from allmytracks.services.publish import Publish
    from allmytracks.services.register_track import RegisterTrack
    from allmytracks.services.replay_payments import ReplayPayments
    from allmytracks.services.review_download import ReviewDownload
    from allmytracks.services.rule_on_payment import RuleOnPayment
    from allmytracks.services.run_import import RunImport
    from allmytracks.services.sum_fees import SumFees
    from allmytracks.services.take_measure import TakeMeasure


class OperationServices(AccountServices, PaymentServices, DownloadServices):
    """What the operators' API calls."""

    @cached_property
    def masters(self) -> Masters:
        from allmytracks.adapters.masters import S3Masters

        return S3Masters(self.settings.masters_bucket)

    @cached_property
    def imports(self) -> Imports:
        from allmytracks.adapters.operations import DynamoImports

        return DynamoImports(self.accounts_table)

    @cached_property
    def audit_log(self) -> AuditLog:
        from allmytracks.adapters.operations import DynamoAuditLog

        return DynamoAuditLog(self.accounts_table)

    @cached_property
    def order_owners(self) -> OrderOwners:
        from allmytracks.adapters.operations import DynamoOrderOwners

        return DynamoOrderOwners(self.accounts_table)

    @cached_property
    def audit(self) -> Audit:
        from allmytracks.services.audited import Audit

        return Audit(self.audit_log, self.clock, self.ids)

    @cached_property
    def look_up_account(self) -> LookUpAccount:
        from allmytracks.services.look_up_account import LookUpAccount

        return LookUpAccount(self.accounts, self.identity, self.orders, self.audit)

    @cached_property
    def look_up_order(self) -> LookUpOrder:
        from allmytracks.services.look_up_order import LookUpOrder

        return LookUpOrder(self.order_owners, self.orders, self.audit)

    @cached_property
    def run_import(self) -> RunImport:
        from allmytracks.services.run_import import RunImport

        return RunImport(self.imports, self.tracks, self.audit, self.clock)

    @cached_property
    def register_track(self) -> RegisterTrack:
        from allmytracks.services.register_track import RegisterTrack

        return RegisterTrack(self.tracks, self.masters, self.imports, self.audit, self.clock)

    @cached_property
    def publish(self) -> Publish:
        from allmytracks.services.publish import Publish
        from allmytracks.services.published_agreements import AGREEMENTS, check_agreement
        from allmytracks.services.published_certificates import CERTIFICATES, check_certificates
        from allmytracks.services.published_fraud import FRAUD_RULES, check_fraud_rules
        from allmytracks.services.published_names import NAME_RULES, check_name_rules
        from allmytracks.services.published_plans import PLANS, check_plans
        from allmytracks.services.published_taxes import TAXES, check_taxes

        return Publish(
            self.publications,
            self.audit,
            {
                PLANS: check_plans,
                AGREEMENTS: check_agreement,
                NAME_RULES: check_name_rules,
                FRAUD_RULES: check_fraud_rules,
                TAXES: check_taxes,
                CERTIFICATES: check_certificates,
            },
        )

    @cached_property
    def dead_letters(self) -> DeadLetters:
        from allmytracks.adapters.aws_client import SQS, aws_client
        from allmytracks.adapters.dead_letters import SqsDeadLetters

        return SqsDeadLetters(aws_client(SQS), self.settings.payments_dead_letters_url)

    @cached_property
    def inspect_payments(self) -> InspectPayments:
        from allmytracks.services.inspect_payments import InspectPayments

        return InspectPayments(self.inbox, self.bookkeeping, self.accounts, self.audit)

    @cached_property
    def replay_payments(self) -> ReplayPayments:
        from allmytracks.services.replay_payments import ReplayPayments

        return ReplayPayments(self.inbox, self.payments_queue, self.dead_letters, self.audit, self.ids)

    @cached_property
    def rule_on_payment(self) -> RuleOnPayment:
        from allmytracks.services.rule_on_payment import RuleOnPayment

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
        from allmytracks.services.take_measure import TakeMeasure

        return TakeMeasure(self.accounts, self.standings, self.events, self.audit, self.clock)

    @cached_property
    def review_download(self) -> ReviewDownload:
        from allmytracks.services.review_download import ReviewDownload

        return ReviewDownload(self.downloads, self.issued_links, self.audit, self.clock)

    @cached_property
    def decide_case(self) -> DecideCase:
        from allmytracks.services.decide_case import DecideCase

        return DecideCase(self.cases, self.accounts, self.standings, self.audit, self.clock)

    @cached_property
    def decline_order(self) -> DeclineOrder:
        from allmytracks.services.decline_order import DeclineOrder

        return DeclineOrder(self.order_owners, self.orders, self.end_order, self.audit)

    @cached_property
    def cancel_membership_as_operator(self) -> CancelMembershipAsOperator:
        from allmytracks.services.cancel_membership import CancelMembershipAsOperator

        return CancelMembershipAsOperator(self.accounts, self.cancel_membership, self.audit)

    @cached_property
    def orders_to_settle(self) -> OrdersToSettle:
        from allmytracks.adapters.orders_to_settle import DynamoOrdersToSettle

        return DynamoOrdersToSettle(self.accounts_table)

    @cached_property
    def list_orders_to_settle(self) -> ListOrdersToSettle:
        from allmytracks.services.list_orders_to_settle import ListOrdersToSettle

        return ListOrdersToSettle(self.orders_to_settle, self.audit)

    @cached_property
    def sum_fees(self) -> SumFees:
        from allmytracks.services.sum_fees import SumFees

        return SumFees(self.accounts, self.orders, self.audit)
