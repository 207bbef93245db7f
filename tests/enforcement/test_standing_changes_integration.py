"""What operators and anti-fraud write on the allowance item applies to the next grant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.rules import Account, AccountKind, AccountStatus
from allmytracks.accounts.rules_states import Restriction
from allmytracks.downloads.dynamodb_allowances import DynamoAllowances
from allmytracks.enforcement.dynamodb_standings import DynamoStandings
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.memberships.dynamodb_allowance import AllowanceItem, allowance_key
from tests.factories.allowances import grant, used
from tests.factories.instants import NOW
from tests.factories.memberships import period

pytestmark = pytest.mark.dynamodb
UNTIL = NOW + timedelta(minutes=60)


@pytest.fixture
def desk(counters_table: Table, accounts_table: Table) -> tuple[DynamoAllowances, DynamoStandings]:
    """A member with a running period."""
    bind(AllowanceItem, counters_table)(allowance_key("acc-1"), periods=[period()]).save()
    member = Account(
        "acc-1",
        "mia@example.com",
        AccountStatus.ACTIVE,
        AccountKind.INDIVIDUAL,
        None,
        "HK",
        minor=False,
        created_at=NOW,
    )
    DynamoAccounts(accounts_table).add(member, [])
    return DynamoAllowances(counters_table, accounts_table), DynamoStandings(counters_table, accounts_table)


Change = Callable[[DynamoStandings], object]
RESTRICTION = Restriction("scripted_client", UNTIL)
CHANGES: list[tuple[Change, Change]] = [
    (lambda on: on.restrict_by_rule("acc-1", RESTRICTION, seen_at=NOW), lambda on: on.lift("acc-1", NOW)),
    (lambda on: on.restrict("acc-1", RESTRICTION), lambda on: on.lift("acc-1", NOW)),
    (lambda on: on.ban("acc-1", NOW), lambda on: on.unban("acc-1", NOW)),
]


@pytest.mark.clause("M-III.5.fraud", "M-III.5.revoke")
@pytest.mark.parametrize(("stop", "let"), CHANGES, ids=["rule", "operator", "ban"])
def test_the_next_grant_is_refused_and_after_the_end_granted(
    desk: tuple[DynamoAllowances, DynamoStandings], stop: Change, let: Change
) -> None:
    allowances, standings = desk
    assert grant(allowances, "before") is None
    stop(standings)
    refused = grant(allowances, "while")
    assert refused is not None
    assert refused.standing is not None
    assert refused.standing.restricted_until > NOW or refused.standing.standing == "banned"
    assert used(allowances) == 1
    let(standings)
    assert grant(allowances, "after") is None
    assert used(allowances) == 2


def test_a_restriction_ends_by_itself(desk: tuple[DynamoAllowances, DynamoStandings]) -> None:
    allowances, standings = desk
    standings.restrict("acc-1", RESTRICTION)
    assert grant(allowances, now=UNTIL - timedelta(seconds=1)) is not None
    assert grant(allowances, now=UNTIL) is None
