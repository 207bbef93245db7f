"""Many requests for one trial and for one device at the same moment, on the real DynamoDB Local."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from allmytracks.foundation.aws.tables import Table
from allmytracks.storage.dynamodb import DynamoDevices
from allmytracks.storage.dynamodb_trials import DynamoTrials
from allmytracks.storage.rules_devices import Device, Registered, hash_of_claim
from allmytracks.storage.rules_trials import Begun, DeviceTrial
from tests.factories.instants import NOW

pytestmark = pytest.mark.dynamodb

THREADS = 32


def devices_of(store: DynamoDevices, account_id: str, number: int) -> list[Device]:
    made = []
    for each in range(number):
        registered = Registered(f"CAM-{each}", "Doorbell", hash_of_claim(f"CAM-{each}", "AB12"))
        store.register(registered)
        device = Device(account_id, registered.device_id, registered.serial, "Doorbell", "Door", NOW)
        assert store.bind(device)
        made.append(device)
    return made


@pytest.mark.clause("S-7.1")
def test_thirty_two_requests_on_as_many_devices_give_an_account_one_trial(accounts_table: Table) -> None:
    store, trials = DynamoDevices(accounts_table), DynamoTrials(accounts_table, lambda: "a secret")
    devices = devices_of(store, "acc-1", THREADS)

    def begin(device: Device) -> Begun:
        trial = DeviceTrial("acc-1", device.device_id, f"sub-{device.serial}", NOW)
        return trials.begin(trial, device, ("account:acc-1", f"device:{device.device_id}"))

    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(begin, devices))
    assert outcomes.count(Begun.BEGUN) == 1
    assert outcomes.count(Begun.USED) == THREADS - 1
    begun = devices[outcomes.index(Begun.BEGUN)]
    held = trials.of("acc-1")
    assert held is not None
    assert held.device_id == begun.device_id
    assert [each.revision for each in store.all("acc-1")].count(1) == 1


@pytest.mark.clause("S-1.devices")
def test_thirty_two_accounts_claim_a_device_and_one_has_it(accounts_table: Table) -> None:
    store = DynamoDevices(accounts_table)
    (device,) = devices_of(store, "acc-0", 1)
    assert store.release(device, NOW)
    wanted = [replace(device, account_id=f"acc-{number}") for number in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(store.bind, wanted))
    assert outcomes.count(True) == 1
    assert [len(store.all(each.account_id)) for each in wanted] == [int(each) for each in outcomes]


def test_a_release_and_a_trial_at_once_never_both_succeed(accounts_table: Table) -> None:
    store, trials = DynamoDevices(accounts_table), DynamoTrials(accounts_table, lambda: "a secret")
    devices = devices_of(store, "acc-1", 8)

    def start(device: Device) -> bool:
        trial = DeviceTrial("acc-1", device.device_id, f"sub-{device.serial}", NOW)
        return trials.begin(trial, device, (f"device:{device.device_id}",)) is Begun.BEGUN

    for device in devices:
        with ThreadPoolExecutor(2) as pool:
            started, released = pool.submit(start, device), pool.submit(store.release, device, NOW)
        assert started.result() != released.result()
        if released.result():
            assert device.device_id not in {each.device_id for each in store.all("acc-1")}
