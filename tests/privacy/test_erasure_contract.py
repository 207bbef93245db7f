"""Erasure on the real tables: nothing personal is left, what stays is on the receipt, and repeating changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.aws.tables import put_where_absent
from allmytracks.foundation.errors import Unavailable
from allmytracks.privacy.dynamodb_holds import DynamoHolds
from allmytracks.privacy.records import ALL
from allmytracks.privacy.rules_erasure import RECEIPT_TYPE, Erasure, ErasureNotFound, Phase, receipt_of
from allmytracks.privacy.rules_holds import Hold, HoldNotFound, HoldReason
from allmytracks.privacy.schemas import erasure_answer
from allmytracks.privacy.use_cases.walk import UndeclaredRecord
from allmytracks.signing.jws import check, keys_by_id
from allmytracks.signing.kms import LONGEST_RAW
from allmytracks.signing.rules import SignatureState
from tests.factories.instants import NOW
from tests.factories.privacy import ADDRESS, DEVICE, EMAIL, PERSONAL, USER_NAME, PrivacyWorld, make_buckets
from tests.fakes.signing import MemoryLicenseKeys
from tests.faults.injector import EVERY_FAULT, Fault, FaultInjector, Killed, Kind, Moment, no_faults

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("P-manage.access")]


@pytest.fixture
def world(accounts_table: Table, counters_table: Table, recordings_table: Table) -> Iterator[PrivacyWorld]:
    with mock_aws():
        s3 = make_buckets()
        made = PrivacyWorld(accounts_table, counters_table, recordings_table)
        made.identity.sign_up(USER_NAME, "Correct4horse battery")
        yield made
        s3.close()


def test_nothing_personal_is_left_and_the_receipt_says_what_is(world: PrivacyWorld) -> None:
    world.seed()
    before = world.raw()
    assert all(each in before for each in PERSONAL)
    assert USER_NAME in world.identity.users
    assert len(world.objects()) == 2
    done = world.erase("acc-1")
    after = world.raw()
    assert world.objects() == []
    assert [each for each in PERSONAL if each in after] == []
    assert USER_NAME not in world.identity.users
    assert done.phase is Phase.DONE
    assert done.receipt is not None
    signed = check(done.receipt, keys_by_id(world.keys.all()), RECEIPT_TYPE)
    assert signed.signature is SignatureState.VALID
    # The answer shows the receipt as it was signed, whatever kinds of record the running code knows.
    assert done.summary is not None
    assert done.summary.claims() == {name: signed.claims[name] for name in done.summary.claims()}
    shown = erasure_answer(done)
    assert {each.kind for each in shown.erased} == set(done.counts) - {
        each.kind for each in (*shown.pseudonymised, *shown.kept)
    }
    kinds = {part: set(signed.claims[part]) for part in ("erased", "pseudonymised", "kept")}  # type: ignore[call-overload]  # JSON
    assert kinds == {
        "erased": {
            "particulars for invoices",
            "owner of an address",
            "user of the identity service",
            "allowance",
            "download",
            "link",
            "notice",
            "count of unread notices",
            "consent",
            "ticket",
            "place of a ticket",
            "file of a ticket",
            "failure of mail",
            "refused request",
        },
        "pseudonymised": {"profile", "acceptance", "closing", "decision on a consent"},
        "kept": {"order", "number of the receipt"},
    }


def test_erasing_twice_is_erasing_once_and_another_account_stays(world: PrivacyWorld) -> None:
    world.seed()
    put_where_absent(world.accounts, {"pk": {"S": "ACCOUNT#acc-2"}, "sk": {"S": "BILLING"}, "name": {"S": "Bob"}})
    first = world.erase("acc-1")
    after = world.raw()
    assert world.erase("acc-1") == first
    assert world.raw() == after
    assert "Bob" in after
    with pytest.raises(ErasureNotFound):
        world.erase.erasures.get(world.numbers.of("acc-2"))


@pytest.mark.clause("P-storage")
def test_an_account_that_an_older_copy_of_the_tables_brings_back_is_erased_again_by_its_mark(
    world: PrivacyWorld,
) -> None:
    world.seed()
    put_where_absent(world.accounts, {"pk": {"S": "ACCOUNT#acc-2"}, "sk": {"S": "BILLING"}, "name": {"S": "Bob"}})
    copy = {each: each.client.call("Scan", {"TableName": each.name})["Items"] for each in world.tables}
    assert world.marked() == []
    world.erase("acc-1")
    for table, items in copy.items():
        keys = [name for name in ("pk", "sk") if name in items[0]] if items else []
        for each in table.client.call("Scan", {"TableName": table.name})["Items"]:
            key = {name: each[name] for name in keys}
            table.client.call("DeleteItem", {"TableName": table.name, "Key": key})
        for each in items:
            table.client.call("PutItem", {"TableName": table.name, "Item": each})
    assert EMAIL in world.raw()
    assert world.marked() == ["acc-1"]
    for account_id in world.marked():
        assert world.erase(account_id).phase is Phase.DONE
    assert [each for each in PERSONAL if each in world.raw()] == []
    assert "Bob" in world.raw()


def test_a_letters_number_leads_to_nothing_of_the_registers(world: PrivacyWorld) -> None:
    put_where_absent(world.accounts, {"pk": {"S": "ACCOUNT#acc-1"}, "sk": {"S": "LICENSE#AMT-1"}})
    assert world.erase("acc-1").counts == {"letter": 1, "number of the receipt": 1}


def test_it_goes_on_where_it_was_cut_off(world: PrivacyWorld) -> None:
    world.seed(downloads=250)
    injector = FaultInjector(world.accounts.client)
    killed = Fault(Kind.KILLED, Moment.BEFORE)
    cut = 0
    while True:
        injector.expect(lambda number, _operation: killed if number == 90 else None)
        try:
            done = world.erase("acc-1")
        except Killed:
            cut += 1
            continue
        break
    injector.expect(no_faults)
    assert cut > 1
    assert done.counts["download"] == 250
    assert DEVICE not in world.raw()


@pytest.mark.clause("P-storage")
def test_a_legal_hold_keeps_what_it_names_until_it_is_lifted(world: PrivacyWorld) -> None:
    world.seed()
    hold = Hold("hld-1", "acc-1", HoldReason.LITIGATION, NOW, ("download",))
    holds = DynamoHolds(world.accounts)
    holds.set(hold)
    first = world.erase("acc-1")
    assert first.phase is Phase.HELD
    assert [each for each in PERSONAL if each in world.raw()] == [ADDRESS, DEVICE]
    assert world.erase("acc-1") == first
    holds.lift("acc-1", "hld-1")
    done = world.erase("acc-1")
    assert done.phase is Phase.DONE
    assert [each for each in PERSONAL if each in world.raw()] == []
    assert (done.counts["download"], done.counts["notice"], done.counts["profile"]) == (1, 1, 1)
    with pytest.raises(HoldNotFound):
        holds.lift("acc-1", "hld-1")


def test_what_only_something_erased_led_to_is_on_the_receipt_after_a_hold() -> None:
    erasure = Erasure("era_1", "acc-1", NOW, stayed={"letter's document": 2, "download": 3})
    receipt = receipt_of(erasure, ALL, NOW)
    assert [(each.kind, each.count) for each in receipt.kept] == [("letter's document", 2)]
    assert receipt.erased == ()


def test_a_receipt_of_every_kind_of_record_is_signed_as_a_message() -> None:
    """KMS takes 4,096 bytes; longer texts it signs as digests, which moto does not verify."""
    counts = dict.fromkeys((each.name for each in ALL), 9_999_999)
    receipt = receipt_of(Erasure("era_" + "0" * 32, "acc-1", NOW, counts=counts), ALL, NOW)
    signed = MemoryLicenseKeys().sign(receipt.claims(), RECEIPT_TYPE).jws.rpartition(".")[0]
    assert len(signed) <= LONGEST_RAW


@pytest.mark.clause("P-storage")
def test_a_hold_without_names_keeps_everything_that_can_be_held(world: PrivacyWorld) -> None:
    world.seed()
    before = world.raw()
    DynamoHolds(world.accounts).set(Hold("hld-1", "acc-1", HoldReason.AUTHORITY_ORDER, NOW))
    assert world.erase("acc-1").phase is Phase.HELD
    assert [each for each in PERSONAL if each in before and each not in world.raw()] == []


def test_an_undeclared_item_stops_it_before_anything_is_erased(world: PrivacyWorld) -> None:
    world.seed()
    key = {"pk": {"S": "ACCOUNT#acc-1"}, "sk": {"S": "DIARY#1"}}
    put_where_absent(world.accounts, key)
    with pytest.raises(UndeclaredRecord):
        world.erase("acc-1")
    assert EMAIL in world.raw()
    world.accounts.client.call("DeleteItem", {"TableName": world.accounts.name, "Key": key})


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
def test_whatever_fails_the_next_try_completes_it(world: PrivacyWorld, fault: Fault) -> None:
    injector = FaultInjector(world.accounts.client)
    number, failed = 0, True
    while failed and number < 40:
        world.seed_account(f"acc-{number}")
        failed = False

        def plan(n: int, _operation: str, failing: int = number) -> Fault | None:
            return fault if n == failing else None

        injector.expect(plan)
        try:
            world.erase(f"acc-{number}")
            failed = len(injector.sent) > number
        except (Unavailable, Killed):
            failed = True
        injector.expect(no_faults)
        done = world.erase(f"acc-{number}")
        assert done.phase is Phase.DONE
        assert [each for each in PERSONAL if each in world.raw()] == []
        number += 1
    assert number > 10
