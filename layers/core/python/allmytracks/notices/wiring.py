"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.memberships.wiring import MembershipServices
    from allmytracks.notices.dynamodb import DynamoNotices
    from allmytracks.notices.dynamodb_delivery import DynamoMailFailures
    from allmytracks.notices.dynamodb_mailings import DynamoMailings
    from allmytracks.notices.use_cases.announce import Announce
    from allmytracks.notices.use_cases.keep_mail_failures import KeepMailFailures
    from allmytracks.notices.use_cases.keep_mailings import KeepMailings
    from allmytracks.notices.use_cases.maintain import Maintain
    from allmytracks.notices.use_cases.notify import Notify
    from allmytracks.notices.use_cases.notify_of_access import NotifyOfAccess
    from allmytracks.notices.use_cases.notify_of_license import NotifyOfLicense
    from allmytracks.notices.use_cases.notify_of_measure import NotifyOfMeasure
    from allmytracks.notices.use_cases.notify_of_order import NotifyMember
    from allmytracks.notices.use_cases.remind_members import RemindMembers
    from allmytracks.notices.use_cases.send_mailings import SendMailings
    from allmytracks.notices.use_cases.show_service import ShowService
    from allmytracks.notices.use_cases.tell_of_agreement import TellOfAgreement
    from allmytracks.notices.use_cases.tell_of_end import TellOfEnd
    from allmytracks.notices.use_cases.tell_of_purpose import TellOfPurpose
    from allmytracks.notices.use_cases.unsubscribe import Unsubscribe
    from allmytracks.payments.orders.wiring import OrderServices
    from allmytracks.publishing.wiring import PublishingServices


class NoticeServices:
    """Notices to members."""

    def __init__(
        self,
        foundation: FoundationServices,
        publishing: PublishingServices,
        accounts: AccountServices,
        memberships: MembershipServices,
        orders: OrderServices,
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._accounts = accounts
        self._memberships = memberships
        self._orders = orders

    @cached_property
    def notify(self) -> Notify:
        from allmytracks.notices.use_cases.notify import Notify

        return Notify(self.notify_of_order, self.notify_of_measure, self.notify_of_license, self.notify_of_access)

    @cached_property
    def notify_of_access(self) -> NotifyOfAccess:
        from allmytracks.notices.use_cases.notify_of_access import NotifyOfAccess

        return NotifyOfAccess(
            self._accounts.repository,
            self.repository,
            self._foundation.mailer,
            self._foundation.clock,
            self._foundation.settings.site_url,
        )

    @cached_property
    def notify_of_license(self) -> NotifyOfLicense:
        from allmytracks.notices.use_cases.notify_of_license import NotifyOfLicense

        return NotifyOfLicense(
            self._accounts.repository,
            self.repository,
            self._foundation.mailer,
            self._foundation.clock,
            self._foundation.settings.site_url,
        )

    @cached_property
    def repository(self) -> DynamoNotices:
        from allmytracks.notices.dynamodb import DynamoNotices

        return DynamoNotices(self._foundation.accounts_table)

    @cached_property
    def notify_of_order(self) -> NotifyMember:
        from allmytracks.notices.use_cases.notify_of_order import NotifyMember

        return NotifyMember(
            accounts=self._accounts.repository,
            orders=self._orders.repository,
            memberships=self._memberships.repository,
            notices=self.repository,
            mailer=self._foundation.mailer,
            clock=self._foundation.clock,
            site_url=self._foundation.settings.site_url,
        )

    @cached_property
    def notify_of_measure(self) -> NotifyOfMeasure:
        from allmytracks.notices.use_cases.notify_of_measure import NotifyOfMeasure

        return NotifyOfMeasure(
            self._accounts.repository,
            self.repository,
            self._foundation.mailer,
            self._foundation.clock,
            self._foundation.settings.site_url,
        )

    @cached_property
    def remind_members(self) -> RemindMembers:
        from allmytracks.memberships.dynamodb_ends import DynamoEnds
        from allmytracks.notices.use_cases.remind_members import RemindMembers

        return RemindMembers(
            ends=DynamoEnds(self._foundation.accounts_table),
            memberships=self._memberships.repository,
            accounts=self._accounts.repository,
            orders=self._orders.repository,
            notices=self.repository,
            mailer=self._foundation.mailer,
            clock=self._foundation.clock,
            site_url=self._foundation.settings.site_url,
        )

    @cached_property
    def keep_mail_failures(self) -> KeepMailFailures:
        from allmytracks.notices.use_cases.keep_mail_failures import KeepMailFailures

        return KeepMailFailures(self.mail_failures, self._accounts.repository, self._foundation.audit)

    @cached_property
    def mail_failures(self) -> DynamoMailFailures:
        from allmytracks.notices.dynamodb_delivery import DynamoMailFailures

        return DynamoMailFailures(self._foundation.accounts_table)

    @cached_property
    def mailings(self) -> DynamoMailings:
        from allmytracks.notices.dynamodb_mailings import DynamoMailings

        return DynamoMailings(self._foundation.accounts_table)

    @cached_property
    def keep_mailings(self) -> KeepMailings:
        from allmytracks.notices.use_cases.keep_mailings import KeepMailings

        base, publications = self._foundation, self._publishing.fresh_publications
        return KeepMailings(self.mailings, publications, base.audit, base.clock, base.settings.site_url)

    @cached_property
    def unsubscribe(self) -> Unsubscribe:
        from allmytracks.notices.use_cases.unsubscribe import Unsubscribe

        return Unsubscribe(
            self._accounts.repository,
            self._accounts.keep_consents,
            self._accounts.address_key,
            self._foundation.settings.public_url,
        )

    @cached_property
    def send_mailings(self) -> SendMailings:
        from allmytracks.accounts.rules_consents import MARKETING_MAIL
        from allmytracks.notices.use_cases.send_mailings import SendMailings

        return SendMailings(
            mailings=self.mailings,
            accounts=self._accounts.repository,
            consents=lambda account_id: self._accounts.keep_consents.given(account_id, MARKETING_MAIL),
            failures=self.mail_failures,
            notices=self.repository,
            mailer=self._foundation.mailer,
            clock=self._foundation.clock,
            unsubscribing_link=self.unsubscribe.link,
        )

    @cached_property
    def tell_of_agreement(self) -> TellOfAgreement:
        from allmytracks.notices.use_cases.tell_of_agreement import TellOfAgreement

        return TellOfAgreement(
            self._publishing.fresh_publications, self.announce, self.keep_mailings, self._foundation.settings.site_url
        )

    @cached_property
    def tell_of_end(self) -> TellOfEnd:
        from allmytracks.notices.use_cases.tell_of_end import TellOfEnd

        return TellOfEnd(self.announce, self.keep_mailings, self._foundation.settings.site_url)

    @cached_property
    def tell_of_purpose(self) -> TellOfPurpose:
        from allmytracks.notices.use_cases.tell_of_purpose import TellOfPurpose

        return TellOfPurpose(
            self._publishing.fresh_publications, self.announce, self.keep_mailings, self._foundation.settings.site_url
        )

    @cached_property
    def announce(self) -> Announce:
        from allmytracks.notices.use_cases.announce import Announce

        foundation = self._foundation
        return Announce(self._publishing.fresh_publications, foundation.audit, foundation.clock, foundation.ids)

    @cached_property
    def maintain(self) -> Maintain:
        from allmytracks.notices.use_cases.maintain import Maintain

        foundation, publications = self._foundation, self._publishing.fresh_publications
        return Maintain(publications, self.announce, foundation.audit, foundation.clock, foundation.ids)

    @cached_property
    def show_service(self) -> ShowService:
        from allmytracks.notices.use_cases.show_service import ShowService

        return ShowService(self._publishing.publications, self._foundation.clock)
