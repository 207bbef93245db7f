"""Notices of cloud storage: seven days before a renewal, and what becomes of payments and cancellations (U-VIII)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from allmytracks.documents.rules_dates import day
from allmytracks.notices.use_cases.notify_of_order import NotifyMember
from allmytracks.notices.use_cases.remind_of_renewals import RemindOfRenewals
from allmytracks.payments.events import RenewalFailed, SubscriptionCancelled, SubscriptionPaid
from allmytracks.payments.orders.rules_storage import Mode, renewal_id
from allmytracks.payments.rules import FactKind
from allmytracks.storage.use_cases.end_renewals import EndRenewals
from tests.factories.storage_desk import StorageDesk
from tests.factories.subscriptions import month_fact
from tests.fakes.foundation import MemoryMailer
from tests.fakes.notices import MemoryNotices

WEEK = timedelta(days=7)


class Post(StorageDesk):
    """A monthly plan that runs, and the hourly run."""

    def __init__(self) -> None:
        super().__init__()
        self.mailer, self.notices = MemoryMailer(), MemoryNotices()
        self.remind = RemindOfRenewals(
            self.books.subscriptions, self.accounts, self.notices, self.mailer, self.clock, "https://site.example"
        )
        self.notify = NotifyMember(
            self.accounts, self.orders, self.books, self.notices, self.mailer, self.clock, "https://site.example"
        )
        self.plan = self.order(Mode.MONTHLY)
        self.start = self.clock.now()
        self.take(month_fact(self.plan, self.start, self.start, first=True))

    def mails(self) -> list[str]:
        """Two runs now; returns the mails."""
        before = len(self.mailer.sent)
        for _ in range(2):
            self.remind()
        return [mail.text for mail in self.mailer.sent[before:]]

    def told(self, name: str, order_id: str) -> str:
        """The text of the notice of an event."""
        before = len(self.mailer.sent)
        self.notify(name, "acc-1", order_id)
        return "\n".join(mail.text for mail in self.mailer.sent[before:])


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.mark.clause("S-7.2.2", "U-VIII")
def test_a_member_is_notified_once_seven_days_before_each_renewal(post: Post) -> None:
    (plan,) = post.books.subscriptions.of("acc-1")
    assert plan.renews_at is not None
    post.clock.at = plan.renews_at - WEEK - timedelta(seconds=1)
    assert post.mails() == []
    post.clock.at = plan.renews_at - WEEK
    (text,) = post.mails()
    assert f"renews on {day(plan.renews_at)}" in text
    assert "9.90" in text
    assert post.mailer.sent[-1].subject == "Your AllMyTracks cloud storage renews soon"
    post.take(month_fact(post.plan, plan.renews_at, plan.renews_at))
    (renewed,) = post.books.subscriptions.of("acc-1")
    assert renewed.renews_at is not None
    post.clock.at = renewed.renews_at - WEEK
    assert len(post.mails()) == 1


def test_a_plan_that_was_cancelled_or_whose_account_is_closed_has_no_notice(post: Post) -> None:
    post.clock.advance(days=1)
    post.cancel(post.plan)
    post.clock.advance(days=29)
    assert post.mails() == []
    other = Post()
    account = other.accounts.stored["acc-1"]
    other.accounts.stored["acc-1"] = replace(account, status=AccountStatus.CLOSED)
    other.clock.advance(days=29)
    assert other.mails() == []


@pytest.mark.clause("S-8.1")
def test_payments_failures_and_cancellations_are_told_with_their_sums(post: Post) -> None:
    assert "9.90" in post.told(SubscriptionPaid.__name__, post.plan.id)
    end = post.start + timedelta(days=31)
    post.take(month_fact(post.plan, end, end, FactKind.PAYMENT_FAILED))
    failed = renewal_id(post.plan.id, f"in_{post.plan.id}_{end:%Y%m}")
    assert "could not be charged" in post.told(RenewalFailed.__name__, failed)
    other = post.order(Mode.YEAR, device_id=post.home.claim(serial="CAM-2").device_id)
    post.pay(other)
    post.cancel(other)
    assert "89.10" in post.told(SubscriptionCancelled.__name__, other.id)


@pytest.mark.clause("S-6.5")
def test_the_plans_of_a_closed_account_end_and_the_provider_charges_no_more(post: Post) -> None:
    end = EndRenewals(post.books.subscriptions, post.services.payments.ledger.take_in_fact, post.clock)
    for _ in range(2):
        end("acc-1")
        post.work_off()
    assert post.provider.stopped == {post.plan.id}
    assert post.books.subscriptions.of("acc-1")[0].renews_at is None
    assert post.told(SubscriptionCancelled.__name__, post.plan.id) == "", "the notice of the closing says so"
