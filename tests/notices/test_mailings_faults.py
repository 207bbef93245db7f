"""Each AWS call of a mailing failing before and after it took effect: every account gets it, and one notice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from allmytracks.accounts.rules import Account, AccountKind, AccountStatus
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import Unavailable
from allmytracks.notices.dynamodb import DynamoNotices
from allmytracks.notices.dynamodb_delivery import DynamoMailFailures
from allmytracks.notices.dynamodb_mailings import DynamoMailings
from allmytracks.notices.rules_mailings import Mailing, MailingKind, MailingStatus, Outcome, Selection
from allmytracks.notices.use_cases.send_mailings import LEASE, SendMailings
from tests.factories.instants import NOW
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.foundation import FixedClock, MemoryMailer
from tests.faults.injector import EVERY_FAULT, Fault, FaultInjector, Killed, no_faults

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("P-breach")]
PARTS = (("acc-0", "acc-1"), ("acc-2",))
ACCOUNTS = [account_id for part in PARTS for account_id in part]


class Post:
    """A running mailing to three accounts, in two parts."""

    def __init__(self, table: Table, mailing_id: str) -> None:
        self.mailings, self.notices = DynamoMailings(table), DynamoNotices(table)
        self.mailer, self.clock, self.mailing_id = MemoryMailer(), FixedClock(NOW), mailing_id
        accounts = MemoryAccounts()
        for name in ACCOUNTS:
            kind, email = AccountKind.INDIVIDUAL, f"{name}@example.com"
            accounts.add(Account(name, email, AccountStatus.ACTIVE, kind, None, "HK", minor=False, created_at=NOW), [])
        self.send = SendMailings(
            self.mailings,
            accounts,
            lambda _account_id: False,
            DynamoMailFailures(table),
            self.notices,
            self.mailer,
            self.clock,
            lambda account_id: account_id,
        )
        self.mailings.draft(Mailing(mailing_id, MailingKind.BREACH, "Subject", "Text", Selection(listed=True), NOW))
        for number, part in enumerate(PARTS):
            self.mailings.put_part(mailing_id, number, part)
        self.mailings.set_status(mailing_id, MailingStatus.RUNNING)

    @property
    def done(self) -> bool:
        return self.mailings.get(self.mailing_id).status is MailingStatus.DONE

    def outcomes(self) -> dict[str, Outcome]:
        page = self.mailings.deliveries(self.mailing_id, limit=10, cursor=None)
        return {each.account_id: each.outcome for each in page.items}


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
def test_a_mailing_reaches_everybody_whatever_fails(accounts_table: Table, fault: Fault) -> None:
    injector, calls, failing = FaultInjector(accounts_table.client), 1, 0
    while failing < calls:
        post = Post(accounts_table, f"mlg_{failing}")
        injector.expect(lambda n, _operation, at=failing: fault if n == at else None)  # type: ignore[misc]  # binds the number
        for _ in range(4):
            try:
                post.send(lambda: True)
                calls = max(calls, len(injector.sent))
            except (Unavailable, Killed):
                pass
            injector.expect(no_faults)
            if post.done:
                break
            post.clock.at += LEASE + timedelta(seconds=1)
        assert post.outcomes() == dict.fromkeys(ACCOUNTS, Outcome.MAILED)
        mails = Counter(mail.to for mail in post.mailer.sent)
        # Twice only where its sending was not recorded, as its worker ended in between.
        assert set(mails) == {f"{name}@example.com" for name in ACCOUNTS}
        assert sorted(mails.values())[:2] == [1, 1]
        assert mails.total() <= len(ACCOUNTS) + 1
        failing += 2
    assert calls > 20
    for name in ACCOUNTS:
        found = post.notices.page(name, unread=False, limit=50, cursor=None)
        assert len({each.id for each in found.page.items}) == len(found.page.items)


def test_many_workers_at_once_send_each_mail_once(accounts_table: Table) -> None:
    post = Post(accounts_table, "mlg_race")

    def work(_number: int) -> None:
        while not post.done:
            try:
                post.send(lambda: True)
            except Unavailable:
                continue

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
    assert Counter(mail.to for mail in post.mailer.sent) == {f"{name}@example.com": 1 for name in ACCOUNTS}
    assert post.mailings.get("mlg_race").reached == len(ACCOUNTS)
