"""Histories on DynamoDB Local: what each capability's own items say, by one query a page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.downloads.dynamodb import DownloadItem, to_item
from allmytracks.enforcement.dynamodb_cases import DynamoCases
from allmytracks.enforcement.rules_cases import Case
from allmytracks.foundation.audit.dynamodb import DynamoAuditLog
from allmytracks.foundation.audit.rules import Act, Operator
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.paging import make_cursor
from allmytracks.licenses.dynamodb_letters import LetterItem, letter_item
from allmytracks.payments.ledger.dynamodb import DynamoBookkeeping
from allmytracks.payments.ledger.rules_inbox import Owner
from allmytracks.payments.rules import FactKind
from allmytracks.timeline.dynamodb import DynamoHistories
from allmytracks.timeline.ports import Histories
from allmytracks.timeline.rules import Entry
from tests.factories.downloads import a_grant
from tests.factories.instants import NOW
from tests.factories.licenses import letter_of, license_of
from tests.factories.payments import a_fact
from tests.fakes.timeline import MemoryHistories

OPERATOR = Operator("arn:aws:iam::123456789012:user/op", "203.0.113.9")


@pytest.mark.dynamodb
def test_each_kind_of_item_is_one_entry(accounts_table: Table, counters_table: Table) -> None:
    granted = replace(a_grant("key-1", NOW), download_id="dl_1", title="Night Train")
    to_item(bind(DownloadItem, accounts_table), granted).save()
    licensed = replace(license_of("AMT-1", "dl_1"), issued_at=NOW + timedelta(minutes=1))
    letter_item(bind(LetterItem, accounts_table), letter_of(licensed)).save()
    fact = a_fact(FactKind.PAYMENT_SUCCEEDED, "evt_1", NOW + timedelta(minutes=2))
    DynamoBookkeeping(accounts_table, counters_table).attach(Owner("acc-1", "ord-1"), fact)
    case = Case("case_1", "acc-1", "many_networks", NOW + timedelta(minutes=3), {})
    DynamoCases(accounts_table).open(case)
    act = Act("act_1", "account_looked_up", "acc-1", OPERATOR, NOW + timedelta(minutes=4))
    DynamoAuditLog(accounts_table).record(act)
    page = DynamoHistories(accounts_table).page("acc-1", limit=50, cursor=None)
    assert [(each.kind, each.code, each.reference) for each in page.items] == [
        ("account_looked_up", None, None),
        ("case_opened", "many_networks", "case_1"),
        (fact.kind.value, fact.reason, "ord-1"),
        ("license_issued", None, "AMT-1"),
        ("download_granted", None, "dl_1"),
    ]
    assert page.items[-1].text_in("en") == 'You downloaded "Night Train".'
    assert page.next_cursor is None


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def seven(request: pytest.FixtureRequest) -> Histories:
    """Seven acts on one account, a minute apart, and one on another."""
    acts = [Act(f"act_{n}", f"kind_{n}", "acc-1", OPERATOR, NOW + timedelta(minutes=n)) for n in range(7)]
    acts.append(Act("act_9", "kind_9", "acc-2", OPERATOR, NOW))
    if request.param == "memory":
        made = MemoryHistories()
        for act in acts:
            made.add(act.subject, Entry(act.at, act.name))
        return made
    table: Table = request.getfixturevalue("accounts_table")
    for act in acts:
        DynamoAuditLog(table).record(act)
    return DynamoHistories(table)


def test_pages_follow_one_another_newest_first(seven: Histories) -> None:
    kinds, cursor = [], None
    while True:
        page = seven.page("acc-1", limit=3, cursor=cursor)
        assert len(page.items) <= 3
        kinds += [each.kind for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert kinds == [f"kind_{n}" for n in reversed(range(7))]


@pytest.mark.parametrize("cursor", ["x", make_cursor("only one part", "another")])
def test_a_cursor_that_is_none_of_ours_is_refused(seven: Histories, cursor: str) -> None:
    with pytest.raises(InvalidFields):
        seven.page("acc-1", limit=3, cursor=cursor)
