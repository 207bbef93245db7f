"""A desk whose tickets are in DynamoDB, on a table whose calls may fail as planned."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import Unavailable
from allmytracks.tickets.dynamodb import DynamoTickets
from allmytracks.tickets.rules import TicketKind
from allmytracks.tickets.use_cases.check_attachments import CheckAttachments
from allmytracks.tickets.use_cases.open_ticket import OpenTicket, Wanted
from allmytracks.tickets.use_cases.work_desk import WorkDesk
from allmytracks.tickets.use_cases.write_message import WriteMessage
from tests.factories.instants import NOW
from tests.factories.operators import ACCOUNT
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.foundation import CountedIds, FixedClock, MemoryAuditLog, MemoryEvents
from tests.fakes.links import MemoryLinkSigner
from tests.fakes.tickets import MemoryAttachmentFiles
from tests.faults.injector import Fault, FaultInjector, Killed, no_faults

ADA = Operator("arn:ada", "192.0.2.7")
WANTED = Wanted(TicketKind.QUESTION, "An invoice", "Where do I find it?")


class Desk:
    """Tickets on a table whose calls fail as planned."""

    def __init__(self, table: Table) -> None:
        self.injector, self.tickets = FaultInjector(table.client), DynamoTickets(table)
        accounts, clock, ids = MemoryAccounts(), FixedClock(NOW), CountedIds()
        accounts.add(ACCOUNT, [])
        files = MemoryAttachmentFiles()
        self.events = MemoryEvents()
        self.open = OpenTicket(accounts, self.tickets, files, clock, ids)
        self.write = WriteMessage(accounts, self.tickets, clock, ids)
        attachments = CheckAttachments(self.tickets, files, MemoryLinkSigner(), clock)
        self.desk = WorkDesk(self.tickets, attachments, self.events, Audit(MemoryAuditLog(), clock, ids), clock)

    def until_done(self, act: Callable[[], object], fault: Fault, failing: int) -> None:
        """Repeats an act, as clients do, whose call of this number fails the first time."""
        self.injector.expect(lambda n, _operation: fault if n == failing else None)
        for _ in range(4):
            try:
                act()
            except (Unavailable, Killed):
                self.injector.expect(no_faults)
                continue
            self.injector.expect(no_faults)
            return
        pytest.fail("it never ended")
