"""Letters sent and reviewed at once: one is the last, and no finding is of another one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from allmytracks.accounts.rules_reasons import LetterReason
from allmytracks.enterprises.dynamodb import DynamoEnterprises
from allmytracks.enterprises.rules_authority import LetterNotFound, LetterStatus
from allmytracks.enterprises.use_cases.keep_enterprise import KeepEnterprise
from allmytracks.enterprises.use_cases.review_letter import ReviewLetter
from allmytracks.enterprises.use_cases.send_letter import CheckLetter, SendLetter
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import Unavailable
from tests.factories.enterprises import a_letter
from tests.factories.instants import NOW
from tests.factories.operators import ACCOUNT
from tests.factories.tickets import PDF
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.foundation import CountedIds, FixedClock, MemoryAuditLog, MemoryEvents
from tests.fakes.links import MemoryLinkSigner
from tests.fakes.publishing import MemoryPublications
from tests.fakes.tickets import MemoryAttachmentFiles
from tests.faults.injector import EVERY_FAULT, Fault, FaultInjector, Killed, no_faults

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("U-II.III.1.4.consent")]
THREADS = 12
ADA = Operator("arn:ada", "192.0.2.7")


class Desk:
    """Letters on a table whose calls may fail as planned."""

    def __init__(self, table: Table) -> None:
        self.injector, self.enterprises = FaultInjector(table.client), DynamoEnterprises(table)
        accounts, clock, ids = MemoryAccounts(), FixedClock(NOW), CountedIds()
        accounts.add(ACCOUNT, [])
        self.files, self.events = MemoryAttachmentFiles(), MemoryEvents()
        check = CheckLetter(self.enterprises, self.files)
        keep = KeepEnterprise(self.enterprises, accounts, MemoryPublications(), check, clock)
        self.send = SendLetter(self.enterprises, accounts, self.files, clock, ids)
        audit = Audit(MemoryAuditLog(), clock, ids)
        self.review = ReviewLetter(self.enterprises, keep, check, MemoryLinkSigner(), self.events, audit, clock)

    def put(self, content: bytes = PDF) -> str:
        """Announces a letter and puts its file; returns its id."""
        file = a_letter().file
        upload = self.send("acc-1", file)
        self.files.stored[upload.url.removeprefix("memory://")] = content
        return upload.attachment.id

    def accept_last(self) -> None:
        """Accepts the letter that is the last now."""
        letter = self.enterprises.letter("acc-1")
        assert letter is not None
        self.review("acc-1", letter.file.id, LetterReason.AUTHORITY_SHOWN, ADA)

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


def test_findings_are_of_the_letter_that_was_looked_at(accounts_table: Table) -> None:
    desk = Desk(accounts_table)

    def act(place: int) -> None:
        try:
            if place % 2:
                desk.put()
            else:
                letter = desk.enterprises.letter("acc-1")
                if letter is not None:
                    desk.review("acc-1", letter.file.id, LetterReason.NOT_SIGNED, ADA)
        except (Unavailable, LetterNotFound):
            return  # others were faster

    desk.put()
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(act, range(36)))
    letter = desk.enterprises.letter("acc-1")
    assert letter is not None
    reviewed = {each.letter_id for each in letter.earlier}
    assert len(reviewed) == len(letter.earlier), "each finding is on record once"
    assert letter.file.id not in reviewed
    assert (letter.status is LetterStatus.REFUSED) == (letter.reason is not None)


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
def test_a_letter_lives_through_every_fault_once(accounts_table: Table, fault: Fault) -> None:
    for failing in range(4):
        desk = Desk(accounts_table)
        desk.until_done(desk.put, fault, failing)
        desk.until_done(desk.accept_last, fault, failing)
        letter = desk.enterprises.letter("acc-1")
        assert letter is not None
        assert letter.status is LetterStatus.ACCEPTED
        assert len(set(desk.events.published)) == 1
