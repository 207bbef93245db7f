"""A notice is sent although its worker crashed, and not twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from allmytracks.accounts.rules import AccountStatus
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.messages import Mail
from allmytracks.notices.dynamodb import CLAIM_LIFETIME
from allmytracks.notices.rules import Notice
from allmytracks.notices.use_cases.send_once import send_once
from tests.factories.accounts import account
from tests.factories.instants import NOW
from tests.fakes.foundation import FixedClock, MemoryMailer
from tests.fakes.notices import MemoryNotices

NOTICE = Notice("acc-1", "ord-1-MembershipActivated", NOW, "A subject", "A text", "membership_activated")


class Killed(BaseException):
    """The process ends here."""


class DyingMailer:
    def send(self, mail: Mail) -> None:  # noqa: ARG002 - the port's
        raise Killed


@pytest.mark.clause("U-VIII")
def test_a_notice_is_sent_by_a_later_worker_after_a_crash() -> None:
    notices, mailer, clock = MemoryNotices(), MemoryMailer(), FixedClock(NOW)
    with pytest.raises(Killed):
        send_once(NOTICE, account(), notices, DyingMailer(), clock)

    with pytest.raises(Unavailable):  # so that its message comes again
        send_once(NOTICE, account(), notices, mailer, clock)
    later = FixedClock(NOW + CLAIM_LIFETIME + timedelta(seconds=1))
    for _ in range(2):
        send_once(NOTICE, account(), notices, mailer, later)

    assert [mail.to for mail in mailer.sent] == [account().email]


@pytest.mark.clause("P-manage.access")
def test_an_account_that_was_closed_gets_no_notice_and_no_inbox() -> None:
    """An operator may revoke a licence of an account that was erased long ago."""
    notices, mailer = MemoryNotices(), MemoryMailer()
    send_once(NOTICE, account(status=AccountStatus.CLOSED), notices, mailer, FixedClock(NOW))
    assert mailer.sent == []
    assert notices.page("acc-1", unread=False, limit=10, cursor=None).page.items == []
