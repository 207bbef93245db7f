"""Proposed corrections: the twin in memory and DynamoDB keep one contract."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from allmytracks.foundation.aws.models import Table
from allmytracks.licenses.states.dynamodb_corrections import DynamoCorrections
from allmytracks.licenses.states.ports import Corrections
from allmytracks.licenses.states.rules import AlreadySuperseded, SupersessionReason
from allmytracks.licenses.states.rules_corrections import CorrectionNotProposed, NameCorrection, Proposal
from tests.factories.instants import NOW
from tests.fakes.corrections import MemoryCorrections

PROPOSAL = Proposal(
    account_id="acc-1",
    number="AMT-1",
    correction=NameCorrection("Ada King"),
    reason=SupersessionReason.MISSPELT_NAME,
    evidence="ticket T-17",
    proposed_by="arn:aws:iam::123456789012:user/ada",
    proposed_at=NOW,
)
OTHER = replace(PROPOSAL, correction=NameCorrection("Mallory"))
APPROVED = replace(PROPOSAL, approved_by="arn:aws:iam::123456789012:user/grace", approved_at=NOW)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def corrections(request: pytest.FixtureRequest) -> Corrections:
    if request.param == "memory":
        return MemoryCorrections()
    return DynamoCorrections(request.getfixturevalue("accounts_table"))


def test_a_proposal_waits_for_its_approval_until_another_takes_its_place(corrections: Corrections) -> None:
    with pytest.raises(CorrectionNotProposed):
        corrections.get("acc-1", "AMT-1")
    with pytest.raises(CorrectionNotProposed):
        corrections.approve(APPROVED)
    corrections.propose(PROPOSAL)
    corrections.propose(PROPOSAL)
    assert corrections.get("acc-1", "AMT-1") == PROPOSAL
    corrections.propose(OTHER)
    assert corrections.get("acc-1", "AMT-1") == OTHER
    with pytest.raises(CorrectionNotProposed):
        corrections.approve(APPROVED)
    assert corrections.get("acc-1", "AMT-1") == OTHER


def test_what_was_approved_stays(corrections: Corrections) -> None:
    corrections.propose(PROPOSAL)
    assert corrections.approve(APPROVED) == APPROVED
    assert corrections.approve(replace(APPROVED, approved_by="arn:aws:iam::123456789012:user/eve")) == APPROVED
    corrections.propose(PROPOSAL)
    with pytest.raises(AlreadySuperseded):
        corrections.propose(OTHER)
    assert corrections.get("acc-1", "AMT-1") == APPROVED


@pytest.mark.dynamodb
def test_an_approval_and_another_proposal_at_once(accounts_table: Table) -> None:
    """Nothing is approved but what was seen."""
    corrections = DynamoCorrections(accounts_table)

    def race(number: str) -> Proposal:
        corrections.propose(replace(PROPOSAL, number=number))
        acts: list[Callable[[], object]] = [
            lambda: corrections.approve(replace(APPROVED, number=number)),
            lambda: corrections.propose(replace(OTHER, number=number)),
        ]

        def act(n: int) -> None:
            try:
                acts[n % 2]()
            except (CorrectionNotProposed, AlreadySuperseded):
                return

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(act, range(4)))
        return corrections.get("acc-1", number)

    for n in range(8):
        held = race(f"AMT-{n}")
        assert (held.correction, held.approved_by) in {
            (PROPOSAL.correction, APPROVED.approved_by),
            (OTHER.correction, None),
        }
