"""Decisions on consents: the fake and DynamoDB keep one contract, also where many decide at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from threading import Barrier

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb_consents import DynamoConsentDecisions
from allmytracks.accounts.ports_consents import ConsentDecisions
from allmytracks.accounts.rules_consents import ConsentDecision
from allmytracks.accounts.use_cases.keep_consents import KeepConsents
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import Unavailable
from tests.factories.accounts import account, consent_publication
from tests.factories.entities import filled
from tests.factories.instants import NOW
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.consents import MemoryConsentDecisions
from tests.fakes.foundation import FixedClock
from tests.fakes.publishing import MemoryPublications

LATER = timedelta(days=1)
A_DECISION = ConsentDecision("marketing_mail", given=True, version="1", changed_at=NOW, source_ip="192.0.2.7")


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def decisions(request: pytest.FixtureRequest) -> ConsentDecisions:
    if request.param == "memory":
        return MemoryConsentDecisions()
    table: Table = request.getfixturevalue("accounts_table")
    return DynamoConsentDecisions(table)


@pytest.mark.clause("P-15.consent")
def test_decisions_are_kept_one_by_one_with_their_history(decisions: ConsentDecisions) -> None:
    withdrawn = replace(A_DECISION, given=False, changed_at=NOW + LATER)
    other = replace(A_DECISION, id="profiling", changed_at=NOW + LATER)

    assert decisions.record("acc-1", A_DECISION, after=None)
    assert decisions.record("acc-1", other, after=None)
    assert decisions.record("acc-1", withdrawn, after=A_DECISION)

    assert list(decisions.current("acc-1")) == [withdrawn, other]
    assert list(decisions.history("acc-1")) == [A_DECISION, withdrawn, other]
    assert not decisions.current("acc-2")


def test_a_decision_after_another_one_than_the_last_is_not_recorded(decisions: ConsentDecisions) -> None:
    late = replace(A_DECISION, given=False, changed_at=NOW + LATER)
    assert decisions.record("acc-1", A_DECISION, after=None)

    assert not decisions.record("acc-1", late, after=None)
    assert not decisions.record("acc-1", late, after=replace(A_DECISION, changed_at=NOW - LATER))
    assert list(decisions.history("acc-1")) == [A_DECISION]


def test_every_field_of_a_decision_is_stored(decisions: ConsentDecisions) -> None:
    decision = filled(ConsentDecision)
    decisions.record("acc-1", decision, after=None)
    assert list(decisions.current("acc-1")) == [decision]


class Counted(DynamoConsentDecisions):
    """Knows what it said was recorded."""

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self.recorded: list[ConsentDecision] = []

    def record(self, account_id: str, decision: ConsentDecision, *, after: ConsentDecision | None) -> bool:
        done = super().record(account_id, decision, after=after)
        if done:
            self.recorded.append(decision)
        return done


@pytest.mark.clause("P-15.consent")
@pytest.mark.dynamodb
def test_of_many_decisions_at_once_each_is_in_the_history_and_the_last_one_holds(accounts_table: Table) -> None:
    stored = Counted(accounts_table)
    publications = MemoryPublications([consent_publication()])
    keep = KeepConsents(MemoryAccounts({"acc-1": account()}), stored, publications, FixedClock(NOW))
    together = Barrier(8)

    def decide(number: int) -> None:
        together.wait()
        for each in range(6):
            with suppress(Unavailable):
                keep.decide("acc-1", "marketing_mail", given=each % 2 == 0, shown=None, source_ip=f"192.0.2.{number}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(decide, range(8)))
    history = list(stored.history("acc-1"))
    assert sorted(stored.recorded, key=lambda each: each.changed_at) == history
    assert all(one.given is not other.given for one, other in pairwise(history))
    assert list(stored.current("acc-1")) == [history[-1]]
