"""Notices of the end: seven days before and at the end, each once, whatever changes the end meanwhile (U-VIII)."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from allmytracks.documents.rules_dates import day_and_time
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.messages import Mail
from allmytracks.memberships.rules_ends import End
from allmytracks.notices.use_cases.remind_members import RemindMembers
from allmytracks.payments.rules import Fact, FactKind
from tests.factories.payment_world import PAID, PAID_NEXT, World
from tests.factories.payments import a_fact, at
from tests.fakes.foundation import MemoryMailer
from tests.fakes.memberships import MemoryEnds

SOON, OVER = "Your AllMyTracks membership ends soon", "Your AllMyTracks membership has ended"


class Post(World):
    """A member whose payments are folded, and the hourly run."""

    def __init__(self) -> None:
        super().__init__()
        self.remind = RemindMembers(
            ends=self.bookkeeping.ends,
            memberships=self.bookkeeping,
            accounts=self.accounts,
            orders=self.orders,
            notices=self.notices,
            mailer=self.mailer,
            clock=self.clock,
            site_url="https://site.example",
        )

    def learn(self, *facts: Fact) -> None:
        for fact in facts:
            self.webhook(fact)
        self.work_off()

    def run_at(self, now: datetime) -> list[str]:
        """Two runs at an instant; returns the mails."""
        before = len(self.mailer.sent)
        self.clock.at = now
        for _ in range(2):
            self.remind()
        return [mail.subject for mail in self.mailer.sent[before:]]

    @property
    def end(self) -> datetime:
        return self.bookkeeping.periods("acc-1")[-1].ends_at


@pytest.fixture
def post() -> Post:
    return Post()


WEEK, MINUTE = timedelta(days=7), timedelta(minutes=1)


@pytest.mark.clause("U-VIII")
def test_a_member_gets_one_notice_seven_days_before_the_end_and_one_at_the_end(post: Post) -> None:
    post.learn(PAID)
    end = post.end

    assert post.run_at(end - WEEK - MINUTE) == []
    assert post.run_at(end - WEEK) == [SOON]
    assert post.run_at(end - MINUTE) == []
    assert post.run_at(end) == [OVER]
    assert post.run_at(end + WEEK) == []
    assert day_and_time(end) in post.mailer.sent[0].text
    assert len(post.notices.stored) == 2


def test_an_end_followed_by_another_period_has_no_notice(post: Post) -> None:
    post.learn(PAID)
    first_end = post.end
    post.learn(PAID_NEXT)

    assert post.run_at(first_end - WEEK) == []
    assert post.run_at(first_end) == []
    assert post.run_at(post.end - WEEK) == [SOON]


def test_a_purchase_after_the_first_notice_moves_both(post: Post) -> None:
    post.learn(PAID)
    first_end = post.end
    assert post.run_at(first_end - WEEK) == [SOON]

    post.learn(replace(PAID_NEXT, occurred_at=first_end - MINUTE))

    assert post.run_at(first_end) == []
    assert post.run_at(post.end - WEEK) == [SOON]
    assert post.run_at(post.end) == [OVER]


def test_a_refund_of_a_later_period_brings_the_end_near_and_the_notice_is_sent_immediately(post: Post) -> None:
    post.learn(PAID)
    first_end = post.end
    post.learn(PAID_NEXT)
    refund = a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", first_end - timedelta(days=3), "ord-2", subject="re_2")

    post.learn(refund)

    assert post.run_at(first_end - timedelta(days=3)) == [SOON]
    assert post.run_at(first_end) == [OVER]


def test_an_end_by_refund_or_decision_has_no_second_notice(post: Post) -> None:
    post.learn(PAID, a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=3), subject="re_1"))

    assert post.bookkeeping.ends.stored == {}
    assert post.run_at(at(days=4)) == []


def test_a_refund_that_failed_brings_the_notices_back(post: Post) -> None:
    post.learn(PAID, a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=3), subject="re_1"))
    post.learn(a_fact(FactKind.REFUND_FAILED, "evt_f", at(days=4), subject="re_1"))

    assert post.run_at(post.end - WEEK) == [SOON]


def test_after_a_long_pause_only_notices_that_are_still_true_are_sent(post: Post) -> None:
    post.learn(PAID)

    assert post.run_at(post.end + WEEK) == [OVER]


def test_a_list_that_is_behind_tells_nothing_wrong(post: Post) -> None:
    post.learn(PAID)
    [old] = post.bookkeeping.ends.stored.values()
    post.learn(PAID_NEXT)
    new = post.bookkeeping.ends.stored["acc-1"]
    post.bookkeeping.ends.stored["acc-1"] = old

    assert post.run_at(old.ends_at) == []

    post.bookkeeping.ends.set_next(new, None)
    assert post.bookkeeping.ends.stored["acc-1"] == old


def test_a_failed_mail_blocks_no_other_and_is_sent_by_the_next_run(post: Post) -> None:
    class ClosedPost(MemoryMailer):
        def send(self, mail: Mail) -> None:  # noqa: ARG002 - the port's signature
            raise Unavailable

    post.learn(PAID)
    post.clock.at = post.end - WEEK
    with pytest.raises(Unavailable, match="1 of 1"):
        dataclasses.replace(post.remind, mailer=ClosedPost())()

    assert post.run_at(post.end - WEEK) == [SOON]


def test_a_closed_account_gets_no_notice(post: Post) -> None:
    post.learn(PAID)
    post.accounts.becomes("acc-1", AccountStatus.CLOSED)

    assert post.run_at(post.end) == []
    assert post.bookkeeping.ends.stored == {}


def test_a_crash_after_the_mail_sends_no_second_one(post: Post) -> None:
    class Dying(MemoryEnds):
        def set_next(self, end: End, due_at: datetime | None) -> None:  # noqa: ARG002 - the port's signature
            raise Unavailable

    post.learn(PAID)
    post.clock.at = post.end - WEEK
    with pytest.raises(Unavailable):
        dataclasses.replace(post.remind, ends=Dying(dict(post.bookkeeping.ends.stored)))()

    assert post.run_at(post.end - WEEK) == []
    assert [mail.subject for mail in post.mailer.sent] == [SOON]
    assert post.run_at(post.end) == [OVER]
