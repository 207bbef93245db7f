"""The register of disclosures: the fake and DynamoDB keep one contract."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.disclosures.dynamodb import DynamoDisclosureRegister
from allmytracks.disclosures.ports import DisclosureRegister
from allmytracks.disclosures.rules import Basis, Disclosure, Recorded
from tests.factories.instants import NOW
from tests.fakes.disclosures import MemoryDisclosureRegister

DISCLOSURE = Disclosure("acc-1", NOW, "A court", "name, invoices of 2026", "Order 7/2026", Basis.AUTHORITY)
RECORDED = Recorded(DISCLOSURE, "arn:aws:iam::123456789012:user/ada", NOW + timedelta(hours=1))


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def register(request: pytest.FixtureRequest) -> DisclosureRegister:
    if request.param == "memory":
        return MemoryDisclosureRegister()
    return DynamoDisclosureRegister(request.getfixturevalue("accounts_table"))


@pytest.mark.clause("U-V.privacy")
def test_a_disclosure_is_recorded_once_and_kept_whole(register: DisclosureRegister) -> None:
    assert register.record(RECORDED) == RECORDED
    again = replace(RECORDED, recorded_by="another", recorded_at=NOW + timedelta(days=1))
    assert register.record(again) == RECORDED
    assert register.all("acc-1") == [RECORDED]


def test_the_latest_comes_first_and_each_account_has_its_own(register: DisclosureRegister) -> None:
    made = [replace(DISCLOSURE, at=NOW + timedelta(days=day)) for day in (1, 3, 2)]
    for each in made:
        register.record(replace(RECORDED, disclosure=each))
    register.record(replace(RECORDED, disclosure=replace(DISCLOSURE, account_id="acc-2")))
    shown = [each.disclosure.at for each in register.all("acc-1")]
    assert shown == [NOW + timedelta(days=day) for day in (3, 2, 1)]
    assert register.all("acc-3") == []
