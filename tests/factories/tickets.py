"""Tickets, and the desk at which they are worked."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allmytracks.accounts.rules import Account
from allmytracks.foundation.settings import Settings
from allmytracks.foundation.throttling.dynamodb import UncountedClients
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.tickets.events import TicketAnswered
from allmytracks.tickets.rules import Author, Message, Ticket, TicketKind, TicketStatus
from allmytracks.wiring import Services
from functions.keep_tickets.handler import handle as keep_tickets
from functions.work_notices.handler import handle as work_notices
from tests.factories.gateway import call, read
from tests.factories.instants import NOW
from tests.factories.operators import ACCOUNT
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.foundation import CountedIds, FixedClock, MemoryAuditLog, MemoryEvents, MemoryMailer
from tests.fakes.links import MemoryLinkSigner
from tests.fakes.notices import MemoryNotices
from tests.fakes.tickets import MemoryAttachmentFiles, MemoryTickets
from tests.fakes.wiring import put

PDF = b"%PDF-1.7\n...\n%%EOF\n"
QUESTION = {"kind": "question", "subject": "An invoice", "text": "Where do I find it?"}


def a_ticket(number: str = "T-0000-0000-0001", account_id: str | None = "acc-1", **changes: Any) -> Ticket:
    """A question that was asked now."""
    fields: dict[str, Any] = {
        "number": number,
        "kind": TicketKind.QUESTION,
        "status": TicketStatus.OPEN,
        "subject": "An invoice",
        "opened_at": NOW,
        "changed_at": NOW,
        "due_at": NOW + timedelta(days=15),
        "messages": (Message("1", Author.MEMBER, "Where do I find it?", NOW),),
        "asked": "digest",
        "account_id": account_id,
    }
    return Ticket(**{**fields, **changes})


def a_file(content: bytes = PDF, **changes: object) -> dict[str, object]:
    """A file as it is announced."""
    announced = {
        "name": "passport.pdf",
        "media_type": "application/pdf",
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return {**announced, **changes}


@dataclass
class TicketWorld:
    """Members who ask, with everything in memory."""

    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    accounts: MemoryAccounts = field(default_factory=MemoryAccounts)
    tickets: MemoryTickets = field(default_factory=MemoryTickets)
    files: MemoryAttachmentFiles = field(default_factory=MemoryAttachmentFiles)
    events: MemoryEvents = field(default_factory=MemoryEvents)
    mailer: MemoryMailer = field(default_factory=MemoryMailer)
    notices: MemoryNotices = field(default_factory=MemoryNotices)

    def __post_init__(self) -> None:
        self.member(ACCOUNT)

    def services(self) -> Services:
        made = Services(Settings({"SITE_URL": "https://site.example"}))
        put(
            made,
            {
                "foundation.clock": self.clock,
                "foundation.ids": CountedIds(),
                "foundation.audit_log": MemoryAuditLog(),
                "foundation.events": self.events,
                "foundation.mailer": self.mailer,
                "foundation.throttle": Throttle(UncountedClients, self.clock),
                "accounts.repository": self.accounts,
                **self.parts(),
            },
        )
        return made

    def parts(self) -> dict[str, object]:
        """The adapters that are of tickets alone."""
        return {
            "tickets.repository": self.tickets,
            "tickets.files": self.files,
            "tickets.links": MemoryLinkSigner(),
            "notices.repository": self.notices,
        }

    def member(self, account: Account) -> None:
        self.accounts.add(account, [])

    def ask(
        self, body: object, key: str | None = None, account_id: str = "acc-1", **path: str
    ) -> tuple[int, dict[str, Any]]:
        """Opens a ticket, or writes to the one of `number`."""
        route = "POST /v1/tickets/{number}/messages" if path else "POST /v1/tickets"
        headers = {"idempotency-key": key} if key else {}
        values = {"body": json.dumps(body), "headers": headers, "pathParameters": path}
        return read(call(keep_tickets, route, account_id, **values))

    def look(self, number: str, account_id: str = "acc-1") -> tuple[int, dict[str, Any]]:
        return read(call(keep_tickets, "GET /v1/tickets/{number}", account_id, pathParameters={"number": number}))

    def list(self, account_id: str = "acc-1", **query: str) -> tuple[int, dict[str, Any]]:
        return read(call(keep_tickets, "GET /v1/tickets", account_id, queryStringParameters=query))

    def deliver(self) -> int:
        """Delivers the events to the worker of notices; returns the number of failed messages."""
        records = [
            {
                "messageId": str(n),
                "receiptHandle": "handle",
                "body": json.dumps({"detail-type": each.name, "detail": each.detail()}),
                "attributes": {},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:ap-east-1:123456789012:notices",
                "awsRegion": "ap-east-1",
            }
            for n, each in enumerate(self.events.published)
            if isinstance(each, TicketAnswered)
        ]
        return len(work_notices({"Records": records}, None)["batchItemFailures"])
