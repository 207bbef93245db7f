"""Files that arrived are checked by their content before anybody gets them."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from allmytracks.foundation.links import Link, LinkSigner
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.tickets.ports import AttachmentFiles, Tickets
from allmytracks.tickets.rules import Ticket
from allmytracks.tickets.rules_attachments import (
    LARGEST,
    Attachment,
    AttachmentNotFound,
    AttachmentStatus,
    checked,
)
from allmytracks.tickets.use_cases.change_ticket import change_ticket


@dataclass(frozen=True)
class CheckAttachments:
    """Raises TicketNotFound, Unavailable."""

    tickets: Tickets
    files: AttachmentFiles
    links: LinkSigner
    clock: Clock

    def __call__(self, ticket: Ticket) -> Ticket:
        """The ticket, with the files checked that have arrived meanwhile."""
        found: dict[str, AttachmentStatus] = {}
        for each in ticket.attachments:
            if each.status is AttachmentStatus.AWAITING_UPLOAD:
                content = self.files.content(each.key(ticket.account_id, ticket.number), LARGEST)
                if content is not None:
                    found[each.id] = checked(each, content)
        if not found:
            return ticket
        return change_ticket(self.tickets, ticket.number, lambda now: _with(now, found))

    def link(self, ticket: Ticket, attachment_id: str) -> Link:
        """A short-lived link to a file that was checked. Raises AttachmentNotFound for all others."""
        file = next((each for each in ticket.attachments if each.id == attachment_id), None)
        if file is None or file.status is not AttachmentStatus.CHECKED:
            raise AttachmentNotFound("There is no such file, or it has not arrived, or its content was refused.")
        return self.links.sign(file.key(ticket.account_id, ticket.number), file.name, file.media_type, self.clock.now())


def _with(ticket: Ticket, found: dict[str, AttachmentStatus]) -> Ticket:
    def after(file: Attachment) -> Attachment:
        first = file.status is AttachmentStatus.AWAITING_UPLOAD and file.id in found
        return replace(file, status=found[file.id]) if first else file

    files = tuple(after(each) for each in ticket.attachments)
    return ticket if files == ticket.attachments else replace(ticket, attachments=files)
