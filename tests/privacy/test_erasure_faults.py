"""Each call of an erasure to S3, the identity service and KMS fails once, before or after its effect; a retry ends it.

Those of DynamoDB: test_erasure_contract.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import pytest
from moto import mock_aws

from allmytracks.accounts.dynamodb_receipt_numbers import RECEIPT, DynamoReceiptNumbers
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.privacy.dynamodb_erasures import DynamoErasures
from allmytracks.privacy.dynamodb_holds import DynamoHolds
from allmytracks.privacy.records import ALL
from allmytracks.privacy.rules_erasure import RECEIPT_TYPE, Phase
from allmytracks.privacy.use_cases.erase_account import EraseAccount
from allmytracks.privacy.use_cases.walk import Walk
from allmytracks.signing.jws import check, keys_by_id
from allmytracks.signing.ports import LicenseSigner
from allmytracks.signing.rules import SignatureState
from tests.factories.instants import NOW
from tests.factories.privacy import PERSONAL, USER_NAME, PrivacyWorld, make_buckets
from tests.fakes.accounts import MemoryIdentity
from tests.fakes.foundation import FixedClock
from tests.fakes.signing import MemoryLicenseKeys
from tests.faults.injector import FallibleCalls, Fault, Killed, Kind, Moment, attach, no_faults

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("P-manage.access")]
FAULTS = [Fault(kind, moment) for kind in (Kind.TIMED_OUT, Kind.KILLED) for moment in Moment]


class FallibleIdentity(MemoryIdentity):
    calls: FallibleCalls

    def discard(self, user_name: str) -> None:
        self.calls.send("discard", lambda: super(FallibleIdentity, self).discard(user_name))


@dataclass
class FallibleSigner:
    keys: MemoryLicenseKeys
    calls: FallibleCalls

    def sign(self, claims: dict[str, object], kind: str) -> object:
        return self.calls.send("sign", lambda: self.keys.sign(claims, kind))


@pytest.fixture
def world(accounts_table: Table, counters_table: Table, recordings_table: Table) -> Iterator[PrivacyWorld]:
    with mock_aws():
        s3 = make_buckets()
        made = PrivacyWorld(accounts_table, counters_table, recordings_table, FallibleIdentity())
        made.identity.sign_up(USER_NAME, "Correct4horse battery")
        made.seed()
        yield made
        s3.close()


def erasing(world: PrivacyWorld, calls: FallibleCalls) -> EraseAccount:
    """With every call outside of DynamoDB failing as planned."""
    assert isinstance(world.identity, FallibleIdentity)
    world.identity.calls = calls
    stores = world.stores
    attach(calls, stores.s3)
    attach(calls, world.marks.s3)
    signer: LicenseSigner = FallibleSigner(world.keys, calls)  # type: ignore[assignment]  # signs alone
    erasures, holds = DynamoErasures(world.accounts), DynamoHolds(world.accounts)
    return EraseAccount(Walk(stores, ALL), stores, world.numbers, erasures, holds, world.marks, signer, world.clock)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_whatever_call_fails_the_next_try_goes_on(world: PrivacyWorld, fault: Fault) -> None:
    calls, failed = FallibleCalls(), Counter[str]()
    erase = erasing(world, calls)

    def plan(_number: int, operation: str) -> Fault | None:
        """The first three of each kind fail, each in a try of its own."""
        failed[operation] += 1
        return fault if failed[operation] <= 3 else None

    calls.expect(plan)
    tries, done = 0, None
    while done is None:
        tries += 1
        with suppress(Unavailable, Killed):
            done = erase("acc-1")
        assert world.marked() == ["acc-1"] or all(each in world.raw() for each in PERSONAL), "marked before it is gone"
    assert {"PutObject", "ListObjectVersions", "DeleteObject", "discard", "sign"} <= failed.keys()
    assert tries > 6
    assert done.phase is Phase.DONE
    assert [each for each in PERSONAL if each in world.raw()] == []
    assert world.objects() == []
    assert USER_NAME not in world.identity.users
    assert done.receipt is not None
    signed = check(done.receipt, keys_by_id(world.keys.all()), RECEIPT_TYPE)
    assert signed.signature is SignatureState.VALID
    assert (signed.claims["erased"]["file of a ticket"], done.counts["download"]) == (1, 1)  # type: ignore[index]  # JSON
    calls.expect(no_faults)
    assert erase("acc-1") == done
    assert calls.sent == []


def test_one_number_for_each_account_however_many_draw_it(accounts_table: Table) -> None:
    numbers = [DynamoReceiptNumbers(accounts_table, RandomIds(), FixedClock(NOW)) for _ in range(16)]
    assert numbers[0].known("acc-1") is None
    with ThreadPoolExecutor(len(numbers)) as pool:
        drawn = set(pool.map(lambda each: each.of("acc-1"), numbers))
    assert len(drawn) == 1
    assert drawn == {numbers[0].known("acc-1")}
    assert numbers[0].of("acc-2") not in drawn


def test_the_number_does_not_follow_from_the_accounts_id(accounts_table: Table) -> None:
    """Drawn again for an account of the same id, it is another one."""
    numbers = DynamoReceiptNumbers(accounts_table, RandomIds(), FixedClock(NOW))
    first = numbers.of("acc-1")
    key = {"pk": {"S": "ACCOUNT#acc-1"}, "sk": {"S": RECEIPT}}
    accounts_table.client.call("DeleteItem", {"TableName": accounts_table.name, "Key": key})
    assert numbers.of("acc-1") != first
