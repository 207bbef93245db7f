"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.foundation.links import LinkSigner
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.notices.wiring import NoticeServices
    from allmytracks.tickets.ports import AttachmentFiles, Tickets
    from allmytracks.tickets.use_cases.check_attachments import CheckAttachments
    from allmytracks.tickets.use_cases.notify_of_ticket import NotifyOfTicket
    from allmytracks.tickets.use_cases.open_ticket import OpenTicket
    from allmytracks.tickets.use_cases.prove_ownership import ProveOwnership
    from allmytracks.tickets.use_cases.report_misuse import ReportMisuse
    from allmytracks.tickets.use_cases.request_support import RequestSupport
    from allmytracks.tickets.use_cases.work_desk import WorkDesk
    from allmytracks.tickets.use_cases.write_message import WriteMessage


class TicketServices:
    """Tickets."""

    def __init__(self, foundation: FoundationServices, accounts: AccountServices, notices: NoticeServices) -> None:
        self._foundation = foundation
        self._accounts = accounts
        self._notices = notices

    @cached_property
    def repository(self) -> Tickets:
        from allmytracks.tickets.dynamodb import DynamoTickets

        return DynamoTickets(self._foundation.accounts_table)

    @cached_property
    def files(self) -> AttachmentFiles:
        from allmytracks.tickets.s3 import S3AttachmentFiles

        return S3AttachmentFiles(self._foundation.settings.documents_bucket)

    @cached_property
    def links(self) -> LinkSigner:
        from allmytracks.foundation.aws.environment import aws_environment
        from allmytracks.foundation.s3_links import S3LinkSigner

        return S3LinkSigner(
            self._foundation.settings.documents_bucket, self._foundation.settings.link_seconds, aws_environment()
        )

    @cached_property
    def open(self) -> OpenTicket:
        from allmytracks.tickets.use_cases.open_ticket import OpenTicket

        return OpenTicket(
            self._accounts.repository, self.repository, self.files, self._foundation.clock, self._foundation.ids
        )

    @cached_property
    def report_misuse(self) -> ReportMisuse:
        from allmytracks.tickets.use_cases.report_misuse import ReportMisuse

        return ReportMisuse(self._accounts.addresses, self.repository, self.files, self._foundation.clock)

    @cached_property
    def request_support(self) -> RequestSupport:
        from allmytracks.tickets.use_cases.request_support import RequestSupport

        return RequestSupport(self._accounts.addresses, self.repository, self.files, self._foundation.clock)

    @cached_property
    def prove_ownership(self) -> ProveOwnership:
        from allmytracks.tickets.use_cases.prove_ownership import ProveOwnership

        return ProveOwnership(
            self._accounts.repository,
            self.repository,
            self._foundation.mailer,
            self._foundation.throttle,
            self._foundation.clock,
            self._foundation.ids,
        )

    @cached_property
    def write(self) -> WriteMessage:
        from allmytracks.tickets.use_cases.write_message import WriteMessage

        return WriteMessage(self._accounts.repository, self.repository, self._foundation.clock, self._foundation.ids)

    @cached_property
    def attachments(self) -> CheckAttachments:
        from allmytracks.tickets.use_cases.check_attachments import CheckAttachments

        return CheckAttachments(self.repository, self.files, self.links, self._foundation.clock)

    @cached_property
    def desk(self) -> WorkDesk:
        from allmytracks.tickets.use_cases.work_desk import WorkDesk

        return WorkDesk(
            self.repository, self.attachments, self._foundation.events, self._foundation.audit, self._foundation.clock
        )

    @cached_property
    def notify(self) -> NotifyOfTicket:
        from allmytracks.tickets.use_cases.notify_of_ticket import NotifyOfTicket

        return NotifyOfTicket(
            self.repository,
            self._accounts.repository,
            self._notices.repository,
            self._foundation.mailer,
            self._foundation.clock,
            self._foundation.settings.site_url,
        )
