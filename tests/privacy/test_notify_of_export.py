"""The member gets one notice of an export that is ready or failed, in the inbox and by mail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from allmytracks.accounts.rules import AccountStatus
from allmytracks.foundation.instants import rfc3339
from allmytracks.notices.use_cases.notify import News
from allmytracks.privacy.use_cases.notify_of_export import NotifyOfExport
from tests.factories.accounts import account
from tests.factories.instants import NOW
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.foundation import FixedClock, MemoryMailer
from tests.fakes.notices import MemoryNotices

pytestmark = pytest.mark.clause("P-manage.access")
AT, UNTIL = rfc3339(NOW), rfc3339(NOW + timedelta(days=5))


def inbox(notices: MemoryNotices) -> list[str]:
    return [each.text for each in notices.page("acc-1", unread=False, limit=10, cursor=None).page.items]


@pytest.mark.parametrize("event", ["DataExportReady", "DataExportFailed"])
def test_one_notice_however_often_the_event_comes(event: str) -> None:
    accounts, notices, mailer = MemoryAccounts(), MemoryNotices(), MemoryMailer()
    accounts.add(account(), [])
    notify = NotifyOfExport(accounts, notices, mailer, FixedClock(NOW), "https://site.example")
    for _ in range(2):
        notify(event, News("acc-1", export_id="exp_000001", at=AT, until=UNTIL))
        notify("PasswordChanged", News("acc-1", at=AT))
    (mail,) = mailer.sent
    assert mail.to == account().email
    (text,) = inbox(notices)
    assert "exp_000001" not in text, "members see no codes"
    assert "https://site.example/" in text
    assert ("2026" in text) is (event == "DataExportReady")


def test_of_a_closed_account_none() -> None:
    accounts, notices, mailer = MemoryAccounts(), MemoryNotices(), MemoryMailer()
    accounts.add(account(status=AccountStatus.CLOSED), [])
    NotifyOfExport(accounts, notices, mailer, FixedClock(NOW), "https://site.example")(
        "DataExportReady", News("acc-1", export_id="exp_000001", at=AT, until=UNTIL)
    )
    assert (mailer.sent, inbox(notices)) == ([], [])
