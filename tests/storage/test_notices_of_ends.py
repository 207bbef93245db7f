"""Notices of cloud storage: before a renewal, an end or a shorter retention, and of payments and cancellations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from allmytracks.documents.rules_dates import day
from allmytracks.memberships.rules_terms import months_after
from allmytracks.notices.use_cases.notify_of_order import NotifyMember
from allmytracks.payments.events import RenewalFailed, SubscriptionCancelled, SubscriptionPaid
from allmytracks.payments.ledger.rules_subscriptions import ACCOUNT_BANNED, ACCOUNT_CLOSED
from allmytracks.payments.orders.rules_storage import Mode, renewal_id
from allmytracks.payments.rules import FactKind
from allmytracks.storage.rules_cover import Facts, Monthly, PaidInFull, Trial
from allmytracks.storage.rules_ends import Occasion, coming
from allmytracks.storage.use_cases.end_renewals import EndRenewals
from allmytracks.storage.use_cases.remind_of_ends import RemindOfEnds
from tests.factories.storage_desk import StorageDesk
from tests.factories.subscriptions import month_fact
from tests.fakes.foundation import MemoryMailer
from tests.fakes.notices import MemoryNotices

WEEK, SECOND = timedelta(days=7), timedelta(seconds=1)
TRIAL_ENDS_SOON = "The trial of your AllMyTracks cloud storage ends soon"
ENDS_SOON = "Your AllMyTracks cloud storage ends soon"
HAS_ENDED = "Your AllMyTracks cloud storage has ended"
FEWER_DAYS = "Your AllMyTracks recordings will be kept for fewer days"
DAY_1 = datetime(2026, 1, 1, tzinfo=UTC)


class Post(StorageDesk):
    """What is bought for a device, and the hourly run."""

    def __init__(self) -> None:
        super().__init__()
        self.mailer, self.notices = MemoryMailer(), MemoryNotices()
        self.remind = RemindOfEnds(
            self.books.subscriptions,
            self.home.trials,
            self.home.devices,
            self.accounts,
            self.notices,
            self.mailer,
            self.clock,
            "https://site.example",
        )
        self.notify = NotifyMember(
            self.accounts, self.orders, self.books, self.notices, self.mailer, self.clock, "https://site.example"
        )
        self.start = self.clock.now()

    def begin_plan(self) -> Post:
        """A monthly plan begins."""
        self.plan = self.order(Mode.MONTHLY)
        self.take(month_fact(self.plan, self.start, self.start, first=True))
        return self

    def subjects(self, at: datetime) -> list[str]:
        """Two runs at an instant; returns the subjects of the mails."""
        self.clock.at = at
        before = len(self.mailer.sent)
        self.mails()
        return [mail.subject for mail in self.mailer.sent[before:]]

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
    return Post().begin_plan()


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


@pytest.mark.clause("S-7.2.2")
def test_a_plan_is_past_due_from_its_unpaid_renewal_to_the_end_of_its_grace(post: Post) -> None:
    (plan,) = post.books.subscriptions.of("acc-1")
    assert plan.renews_at is not None
    times = {
        "a second before": (-SECOND, 0),
        "at the renewal": (timedelta(), 1),
        "three hours later": (timedelta(hours=3), 1),
        "a second before the end": (WEEK - SECOND, 1),
        "at the end": (WEEK, 0),
    }
    found = {}
    post.clock.at = plan.renews_at - timedelta(days=8)
    for name, (after, _) in times.items():
        while post.clock.at < plan.renews_at + after:
            post.clock.at = min(post.clock.at + timedelta(hours=1), plan.renews_at + after)
            post.remind()
        found[name] = len(list(post.books.subscriptions.past_due(post.clock.at)))
    assert found == {name: expected for name, (_, expected) in times.items()}
    assert len(post.mailer.sent) == 1


def test_a_plan_that_was_cancelled_or_whose_account_is_closed_has_no_notice(post: Post) -> None:
    post.clock.advance(days=1)
    post.cancel(post.plan)
    post.clock.advance(days=29)
    assert post.mails() == []
    other = Post().begin_plan()
    account = other.accounts.stored["acc-1"]
    other.accounts.stored["acc-1"] = replace(account, status=AccountStatus.CLOSED)
    other.clock.advance(days=29)
    assert other.mails() == []


@pytest.mark.clause("S-7.1", "U-VIII")
def test_a_member_is_notified_once_three_days_before_a_trial_ends() -> None:
    post = Post()
    ends_at = post.home.trial(post.device).started_at + timedelta(days=14)
    assert post.subjects(ends_at - timedelta(days=3) - SECOND) == []
    assert post.subjects(ends_at - timedelta(days=3)) == [TRIAL_ENDS_SOON]
    text = post.mailer.sent[-1].text
    assert f"trial of your cloud storage for Doorbell ends on {day(ends_at)}" in text
    assert post.subjects(ends_at) == []


@pytest.mark.clause("S-7.1", "S-7.2.1")
def test_a_trial_that_a_package_follows_ends_without_a_notice() -> None:
    post = Post()
    ends_at = post.home.trial(post.device).started_at + timedelta(days=14)
    post.pay(post.order(Mode.MONTH_ONCE))
    assert post.subjects(ends_at - timedelta(days=3)) == []


@pytest.mark.clause("S-7.2.1", "U-VIII")
def test_a_member_is_notified_seven_days_before_what_is_paid_in_full_ends_and_at_its_end() -> None:
    post = Post()
    post.pay(post.order(Mode.MONTH_ONCE))
    ends_at = months_after(post.start, 1)
    assert post.subjects(post.start) == []
    assert post.subjects(ends_at - WEEK - SECOND) == []
    assert post.subjects(ends_at - WEEK) == [ENDS_SOON]
    assert post.subjects(ends_at - SECOND) == []
    assert post.subjects(ends_at) == [HAS_ENDED]
    assert post.subjects(ends_at + WEEK) == []


@pytest.mark.clause("S-7.2.1")
def test_of_packages_one_after_another_the_last_end_alone_is_told_of() -> None:
    post = Post()
    for _ in range(2):
        post.pay(post.order(Mode.MONTH_ONCE))
    first, last = (months_after(post.start, number) for number in (1, 2))
    assert post.subjects(first - WEEK) == []
    assert post.subjects(first) == []
    assert post.subjects(last - WEEK) == [ENDS_SOON]


def test_a_released_device_and_a_closed_account_have_no_notice_of_an_end() -> None:
    post = Post()
    ends_at = post.home.trial(post.device).started_at + timedelta(days=14)
    account = post.accounts.stored["acc-1"]
    post.accounts.stored["acc-1"] = replace(account, status=AccountStatus.CLOSED)
    assert post.subjects(ends_at - timedelta(days=3)) == []
    other = Post()
    other.pay(other.order(Mode.MONTH_ONCE))
    assert other.subjects(months_after(other.start, 1) - WEEK) == [ENDS_SOON]
    other.clock.at = months_after(other.start, 1)
    other.home.keep.release("acc-1", other.device.device_id)
    assert other.subjects(months_after(other.start, 1)) == []


@pytest.mark.clause("U-VIII")
def test_a_shorter_retention_is_told_before_recordings_go() -> None:
    post = Post()
    post.pay(post.order(Mode.MONTH_ONCE))
    shorter = post.order(Mode.MONTH_ONCE)
    post.pay(shorter)
    bought = post.books.subscriptions.of("acc-1")
    fewer = [replace(each, retention_days=7) if each.order_id == shorter.id else each for each in bought]
    post.books.subscriptions.write("acc-1", fewer, post.start)
    ends_at = months_after(post.start, 1)
    assert post.subjects(ends_at - WEEK) == [FEWER_DAYS]
    assert "for 30 days now, and for 7 days from" in post.mailer.sent[-1].text
    assert post.subjects(ends_at) == []


YEAR = PaidInFull("s-year", Mode.YEAR, DAY_1, 30)
NEXT = replace(YEAR, subscription_id="s-year-2")
MONTHLY = Monthly("s-monthly", DAY_1, 30, frozenset({0}))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(), []),
        (Facts(Trial("s-trial", DAY_1)), [Occasion.TRIAL_ENDING]),
        (Facts(Trial("s-trial", DAY_1), (replace(YEAR, paid_at=DAY_1 + WEEK),)), [Occasion.ENDING, Occasion.ENDED]),
        (
            Facts(Trial("s-trial", DAY_1), (replace(YEAR, paid_at=DAY_1 + WEEK, at_once=True),)),
            [Occasion.ENDING, Occasion.ENDED],
        ),
        (Facts(Trial("s-trial", DAY_1), (), (MONTHLY,)), [Occasion.RENEWING]),
        (Facts(paid_in_full=(replace(YEAR, cancelled_at=DAY_1 + WEEK),)), []),
        (Facts(paid_in_full=(replace(YEAR, ended_at=DAY_1 + WEEK),)), []),
        (
            Facts(paid_in_full=(YEAR, replace(NEXT, cancelled_at=DAY_1 + WEEK))),
            [Occasion.ENDING, Occasion.ENDED],
        ),
        (Facts(monthly=(replace(MONTHLY, cancelled_at=DAY_1 + WEEK),)), []),
        (
            Facts(
                paid_in_full=(
                    replace(YEAR, cancelled_at=DAY_1 + WEEK),
                    replace(NEXT, retention_days=7),
                )
            ),
            [Occasion.RETENTION_SHORTENING, Occasion.ENDING, Occasion.ENDED],
        ),
    ],
)
def test_what_ends_early_or_is_followed_has_no_notice_of_its_end(facts: Facts, expected: list[Occasion]) -> None:
    assert [each.occasion for each in coming(facts)] == expected


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


@pytest.mark.clause("S-6.5", "M-V.2")
@pytest.mark.parametrize(("reason", "said"), [(ACCOUNT_CLOSED, ""), (ACCOUNT_BANNED, "the account was banned")])
def test_the_plans_of_a_closed_or_banned_account_end_and_the_provider_charges_no_more(
    post: Post, reason: str, said: str
) -> None:
    end = EndRenewals(post.books.subscriptions, post.services.payments.ledger.take_in_fact, post.clock)
    for _ in range(2):
        end("acc-1", reason)
        post.work_off()
    assert post.provider.stopped == {post.plan.id}
    assert post.books.subscriptions.of("acc-1")[0].renews_at is None
    told = post.told(SubscriptionCancelled.__name__, post.plan.id)
    assert said in told
    assert bool(told) is bool(said), "of a closing its own notice says so"
