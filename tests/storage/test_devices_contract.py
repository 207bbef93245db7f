"""Devices and trials: the fakes and DynamoDB keep one contract."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.foundation.errors import InvalidFields
from allmytracks.storage.dynamodb import DynamoDevices
from allmytracks.storage.dynamodb_trials import DynamoTrials
from allmytracks.storage.ports import Devices, Trials
from allmytracks.storage.rules_devices import Device, DeviceNotFound, Registered, Released, hash_of_claim
from allmytracks.storage.rules_trials import Begun, DeviceTrial
from tests.factories.instants import NOW
from tests.fakes.storage import MemoryDevices, MemoryTrials

REGISTERED = Registered("CAM-1", "Doorbell", hash_of_claim("CAM-1", "AB12-CD34"))
DEVICE = Device("acc-1", REGISTERED.device_id, "CAM-1", "Doorbell", "Front door", NOW)
TRIAL = DeviceTrial("acc-1", DEVICE.device_id, "sub-1", NOW)
SUBJECTS = ("account:acc-1", "address:ada@example.org", f"device:{DEVICE.device_id}")

Stores = tuple[Devices, Trials]


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        devices = MemoryDevices()
        return devices, MemoryTrials(devices)
    table = request.getfixturevalue("accounts_table")
    return DynamoDevices(table), DynamoTrials(table, lambda: "a secret")


def test_a_device_is_registered_once_and_kept_as_it_was(stores: Stores) -> None:
    devices, _ = stores
    assert devices.registered(REGISTERED.device_id) is None
    assert devices.register(REGISTERED) == REGISTERED
    assert devices.register(replace(REGISTERED, model="Another")) == REGISTERED
    assert devices.registered(REGISTERED.device_id) == REGISTERED


def test_only_a_registered_device_is_bound_and_to_one_account(stores: Stores) -> None:
    devices, _ = stores
    assert not devices.bind(DEVICE)
    assert devices.all("acc-1") == []
    devices.register(REGISTERED)
    assert devices.bind(DEVICE)
    assert not devices.bind(replace(DEVICE, account_id="acc-2"))
    assert devices.all("acc-2") == []
    assert devices.all("acc-1") == [devices.get("acc-1", DEVICE.device_id)] == [DEVICE]
    with pytest.raises(DeviceNotFound):
        devices.get("acc-2", DEVICE.device_id)


def test_a_device_is_renamed_by_its_account_alone(stores: Stores) -> None:
    devices, _ = stores
    devices.register(REGISTERED)
    devices.bind(DEVICE)
    assert devices.rename("acc-1", DEVICE.device_id, "Garden").name == "Garden"
    assert devices.get("acc-1", DEVICE.device_id) == replace(DEVICE, name="Garden")
    with pytest.raises(DeviceNotFound):
        devices.rename("acc-2", DEVICE.device_id, "Mine")
    assert devices.all("acc-2") == []


def test_a_released_device_is_free_for_another_account(stores: Stores) -> None:
    devices, _ = stores
    devices.register(REGISTERED)
    devices.bind(DEVICE)
    assert devices.released("acc-1", DEVICE.device_id) is None
    assert devices.release(DEVICE, NOW)
    assert not devices.release(DEVICE, NOW + timedelta(hours=1))
    was = Released("acc-1", DEVICE.device_id, "CAM-1", "Front door", NOW)
    assert devices.released("acc-1", DEVICE.device_id) == was
    assert devices.released("acc-2", DEVICE.device_id) is None
    assert devices.bind(replace(DEVICE, account_id="acc-2"))
    assert devices.all("acc-1") == []
    assert devices.released_last(DEVICE.device_id) == "acc-1"
    assert devices.release(replace(DEVICE, account_id="acc-2"), NOW)
    assert devices.released_last(DEVICE.device_id) == "acc-2"
    assert devices.released_last("dev_unknown") is None


def test_a_device_is_not_released_where_something_was_started_for_it_since(stores: Stores) -> None:
    devices, trials = stores
    devices.register(REGISTERED)
    devices.bind(DEVICE)
    assert trials.begin(TRIAL, DEVICE, SUBJECTS) is Begun.BEGUN
    assert not devices.release(DEVICE, NOW)
    assert devices.release(devices.get("acc-1", DEVICE.device_id), NOW)


def test_every_subject_has_one_trial(stores: Stores) -> None:
    devices, trials = stores
    devices.register(REGISTERED)
    devices.bind(DEVICE)
    assert trials.of("acc-1") is None
    assert trials.begin(TRIAL, DEVICE, SUBJECTS) is Begun.BEGUN
    assert trials.of("acc-1") == TRIAL
    other = Registered("CAM-2", "Doorbell", hash_of_claim("CAM-2", "AB12"))
    second = replace(DEVICE, device_id=other.device_id, account_id="acc-2")
    devices.register(other)
    devices.bind(second)
    later = DeviceTrial("acc-2", second.device_id, "sub-2", NOW + timedelta(days=400))
    for used in SUBJECTS:
        assert trials.begin(later, second, ("account:acc-2", used)) is Begun.USED
    assert trials.of("acc-2") is None
    assert trials.begin(later, second, ("account:acc-2", "address:bob@example.org")) is Begun.BEGUN


def test_no_trial_begins_for_a_device_that_changed(stores: Stores) -> None:
    devices, trials = stores
    devices.register(REGISTERED)
    devices.bind(DEVICE)
    devices.release(DEVICE, NOW)
    assert trials.begin(TRIAL, DEVICE, SUBJECTS) is Begun.DEVICE_CHANGED
    devices.bind(DEVICE)
    assert trials.begin(TRIAL, DEVICE, SUBJECTS) is Begun.BEGUN, "a refused attempt left no mark"


@pytest.mark.clause("S-7.1", "U-VIII")
def test_the_end_of_a_trial_is_due_three_days_before_until_its_member_was_notified(stores: Stores) -> None:
    devices, trials = stores
    devices.register(REGISTERED)
    assert devices.bind(DEVICE)
    assert trials.begin(TRIAL, DEVICE, SUBJECTS) is Begun.BEGUN
    due_at = TRIAL.started_at + timedelta(days=11)
    assert list(trials.due(due_at - timedelta(milliseconds=1))) == []
    assert list(trials.due(due_at)) == [TRIAL]
    for _ in range(2):
        trials.mark_notified(TRIAL)
    assert list(trials.due(due_at)) == []
    assert trials.of("acc-1") == TRIAL
    trials.mark_notified(DeviceTrial("acc-9", "dev", "sub", due_at))
    assert trials.of("acc-9") is None, "nothing is brought back of an account that was erased"


@pytest.mark.clause("S-1.devices")
def test_a_token_is_stored_replaced_and_removed(stores: Stores) -> None:
    devices, _ = stores
    devices.register(REGISTERED)
    assert devices.bind(DEVICE)
    for token_hash in ("first", "second", None, None):
        devices.set_token("acc-1", DEVICE.device_id, token_hash)
        assert devices.get("acc-1", DEVICE.device_id).token_hash == token_hash
    with pytest.raises(DeviceNotFound):
        devices.set_token("acc-2", DEVICE.device_id, "third")
    assert devices.get("acc-1", DEVICE.device_id).token_hash is None


def test_the_register_is_paged_by_serial_number_with_whose_each_is(stores: Stores) -> None:
    devices, _ = stores
    for number in (3, 1, 2):
        serial = f"CAM-{number}"
        devices.register(Registered(serial, "Doorbell", hash_of_claim(serial, "AB12-CD34")))
    assert devices.bind(DEVICE)
    first = devices.page(limit=2, cursor=None)
    assert [each.device.serial for each in first.items] == ["CAM-1", "CAM-2"]
    assert [each.account_id for each in first.items] == ["acc-1", None]
    rest = devices.page(limit=2, cursor=first.next_cursor)
    assert [each.device.serial for each in rest.items] == ["CAM-3"]
    with pytest.raises(InvalidFields):
        devices.page(limit=2, cursor="nonsense")
