"""Mailings: the fake and DynamoDB keep the same contract."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import InvalidFields
from allmytracks.mails.rules import Letter
from allmytracks.notices.dynamodb_mailings import DynamoMailings
from allmytracks.notices.ports_mailings import Mailings
from allmytracks.notices.rules_mailings import (
    Delivery,
    Mailing,
    MailingBegun,
    MailingKind,
    MailingNotFound,
    MailingStatus,
    Outcome,
    Selection,
)
from tests.factories.instants import NOW
from tests.fakes.mailings import MemoryMailings

pytestmark = pytest.mark.clause("P-breach")
LATER = NOW + timedelta(minutes=10)


def a_mailing(mailing_id: str = "mlg_1", minutes: int = 0) -> Mailing:
    at = NOW + timedelta(minutes=minutes)
    selection = Selection(listed=True, since=NOW)
    translations = (Letter("zh-Hant", "消息", "內容"),)
    return Mailing(mailing_id, MailingKind.BREACH, "Subject", "Text\nof it", selection, at, translations=translations)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def mailings(request: pytest.FixtureRequest) -> Mailings:
    if request.param == "memory":
        return MemoryMailings()
    table: Table = request.getfixturevalue("accounts_table")
    return DynamoMailings(table)


def test_a_mailing_is_drafted_once(mailings: Mailings) -> None:
    assert mailings.draft(a_mailing()) == a_mailing()
    mailings.set_status("mlg_1", MailingStatus.RUNNING)
    assert mailings.draft(a_mailing(minutes=5)).status is MailingStatus.RUNNING
    assert mailings.get("mlg_1") == replace(a_mailing(), status=MailingStatus.RUNNING)
    with pytest.raises(MailingNotFound):
        mailings.get("none")
    with pytest.raises(MailingNotFound):
        mailings.set_status("none", MailingStatus.RUNNING)


def test_the_list_of_accounts_changes_only_before_it_begins(mailings: Mailings) -> None:
    mailings.draft(a_mailing())
    for accounts in (["acc-1"], ["acc-1", "acc-2"]):
        mailings.put_part("mlg_1", 0, accounts)
    assert list(mailings.part("mlg_1", 0) or ()) == ["acc-1", "acc-2"]
    assert mailings.part("mlg_1", 1) is None
    mailings.set_status("mlg_1", MailingStatus.RUNNING)
    with pytest.raises(MailingBegun):
        mailings.put_part("mlg_1", 1, ["acc-3"])
    with pytest.raises(MailingNotFound):
        mailings.put_part("none", 0, ["acc-3"])
    assert mailings.part("mlg_1", 1) is None


def test_one_worker_at_a_time_sends_it_until_its_lease_ends(mailings: Mailings) -> None:
    mailings.draft(a_mailing())
    assert mailings.take("mlg_1", NOW, LATER) is None  # a draft
    mailings.set_status("mlg_1", MailingStatus.RUNNING)
    assert mailings.take("mlg_1", NOW, LATER) is not None
    assert mailings.take("mlg_1", NOW, LATER) is None
    assert mailings.take("mlg_1", LATER, LATER + timedelta(minutes=1)) is not None
    mailings.give_back("mlg_1")
    assert mailings.take("mlg_1", NOW, LATER) is not None
    mailings.set_status("mlg_1", MailingStatus.STOPPED)
    assert mailings.take("mlg_1", LATER, LATER) is None


def test_it_goes_on_from_where_it_was_and_is_done_for_good(mailings: Mailings) -> None:
    mailings.draft(a_mailing())
    mailings.set_status("mlg_1", MailingStatus.RUNNING)
    begun = mailings.take("mlg_1", NOW, LATER)
    assert begun is not None
    assert mailings.advance(begun, "1", 100, keep=True)
    assert not mailings.advance(begun, "1", 100, keep=True)  # a worker that was slower
    on = mailings.get("mlg_1")
    assert (on.cursor, on.reached, on.status) == ("1", 100, MailingStatus.RUNNING)
    assert mailings.take("mlg_1", NOW, LATER) is None
    assert mailings.advance(on, None, 7, keep=False)
    assert not mailings.advance(on, None, 7, keep=False)
    for status in (MailingStatus.RUNNING, MailingStatus.STOPPED):
        assert mailings.set_status("mlg_1", status).status is MailingStatus.DONE
    assert mailings.get("mlg_1").reached == 107


def test_mailings_are_listed_by_status_newest_first(mailings: Mailings) -> None:
    for number in range(4):
        mailings.draft(a_mailing(f"mlg_{number}", minutes=number))
    mailings.set_status("mlg_2", MailingStatus.RUNNING)
    first = mailings.page(MailingStatus.DRAFT, limit=2, cursor=None)
    rest = mailings.page(MailingStatus.DRAFT, limit=2, cursor=first.next_cursor)
    assert [each.id for each in (*first.items, *rest.items)] == ["mlg_3", "mlg_1", "mlg_0"]
    assert [each.id for each in mailings.page(MailingStatus.RUNNING, limit=2, cursor=None).items] == ["mlg_2"]
    with pytest.raises(InvalidFields):
        mailings.page(MailingStatus.DRAFT, limit=2, cursor="nonsense")


def test_the_first_delivery_stays(mailings: Mailings) -> None:
    mailings.draft(a_mailing())
    assert mailings.delivery("mlg_1", "acc-1") is None
    for outcome in (Outcome.MAILED, Outcome.INBOX):
        mailings.record("mlg_1", Delivery("acc-1", outcome, NOW))
    mailings.record("mlg_1", Delivery("acc-0", Outcome.CLOSED, NOW))
    assert mailings.delivery("mlg_1", "acc-1") == Delivery("acc-1", Outcome.MAILED, NOW)
    first = mailings.deliveries("mlg_1", limit=1, cursor=None)
    rest = mailings.deliveries("mlg_1", limit=2, cursor=first.next_cursor)
    assert [each.account_id for each in (*first.items, *rest.items)] == ["acc-0", "acc-1"]
    assert mailings.deliveries("other", limit=1, cursor=None).items == []
