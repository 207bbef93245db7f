"""A notice is sent although its worker crashed, and not twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.messages import Mail
from allmytracks.notices.dynamodb import CLAIM_LIFETIME
from allmytracks.notices.rules import Notice
from allmytracks.notices.use_cases.send_once import send_once
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
        send_once(NOTICE, "ada@example.org", notices, DyingMailer(), clock)

    with pytest.raises(Unavailable):  # so that its message comes again
        send_once(NOTICE, "ada@example.org", notices, mailer, clock)
    later = FixedClock(NOW + CLAIM_LIFETIME + timedelta(seconds=1))
    for _ in range(2):
        send_once(NOTICE, "ada@example.org", notices, mailer, later)

    assert [mail.to for mail in mailer.sent] == ["ada@example.org"]
