"""Members claim devices and start a trial (S-0.accept, S-1.devices, S-7.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountNotVerified, AccountStatus
from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.foundation.errors import InvalidFields
from allmytracks.publishing.ports import Publication
from allmytracks.storage.rules_cover import TRIAL
from allmytracks.storage.rules_devices import (
    Device,
    DeviceClaimed,
    DeviceCovered,
    DeviceNotFound,
    Registered,
    hash_of_claim,
)
from allmytracks.storage.rules_trials import DeviceTrial, TrialUsed
from allmytracks.storage.use_cases.keep_devices import KeepDevices
from allmytracks.storage.use_cases.start_trial import StartTrial
from tests.factories.accounts import account, agreement_publication
from tests.factories.instants import NOW, PUBLISHED_AT
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.enforcement import MemoryStandings
from tests.fakes.foundation import CountedIds, FixedClock
from tests.fakes.publishing import MemoryPublications
from tests.fakes.storage import MemoryDevices, MemoryTrials

CODE = "AB12-CD34"
ACCEPT = [Accepted("cloud-agreement", "2026-11-01")]


@dataclass
class Home:
    """Three registered devices; two accounts."""

    accounts: MemoryAccounts = field(default_factory=MemoryAccounts)
    devices: MemoryDevices = field(default_factory=MemoryDevices)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    publications: MemoryPublications = field(default_factory=MemoryPublications)

    def __post_init__(self) -> None:
        self.trials = MemoryTrials(self.devices)
        for name in ("acc-1", "acc-2"):
            self.accounts.add(replace(account(name), email=f"{name}@example.org"), [])
        for serial in ("CAM-1", "CAM-2", "CAM-3"):
            self.devices.register(Registered(serial, "Doorbell", hash_of_claim(serial, CODE)))
        self.publications.publish(agreement_publication("cloud-agreement"))
        rules = {"prohibited": ["admin"]}
        self.publications.publish(Publication("name-rules", "1", PUBLISHED_AT, rules))
        standings = MemoryStandings(self.accounts)
        parts = (self.devices, self.trials, self.accounts, standings, self.publications, self.clock)
        self.keep, self.start = KeepDevices(*parts), StartTrial(*parts, CountedIds())

    def claim(self, account_id: str = "acc-1", serial: str = "CAM-1") -> Device:
        return self.keep.claim(account_id, serial, CODE)

    def trial(self, device: Device) -> DeviceTrial:
        return self.start(device.account_id, device.device_id, ACCEPT, "192.0.2.7")


@pytest.fixture
def home() -> Home:
    return Home()


def test_a_device_is_claimed_with_its_code_and_by_one_account(home: Home) -> None:
    device = home.keep.claim("acc-1", " cam-1 ", "ab12cd34")
    assert (device.account_id, device.serial, device.name) == ("acc-1", "CAM-1", "Doorbell")
    assert home.claim() == device, "the same again changes nothing"
    for serial, code in (("CAM-1", "AB12-CD35"), ("CAM-9", CODE)):
        with pytest.raises(DeviceNotFound):
            home.keep.claim("acc-2", serial, code)
    with pytest.raises(DeviceClaimed):
        home.claim("acc-2")


def test_names_of_devices_are_checked_as_all_names(home: Home) -> None:
    with pytest.raises(InvalidFields):
        home.keep.claim("acc-1", "CAM-1", CODE, "4dm1n")
    device = home.claim()
    with pytest.raises(InvalidFields):
        home.keep.rename("acc-1", device.device_id, "4dm1n")
    assert home.keep.rename("acc-1", device.device_id, " Front  door ").name == "Front door"


def test_a_trial_needs_the_agreement_in_its_current_version_and_records_it(home: Home) -> None:
    device = home.claim()
    for accept in ([], [Accepted("cloud-agreement", "2025-01-01")]):
        with pytest.raises(InvalidFields):
            home.start("acc-1", device.device_id, accept, "192.0.2.7")
    assert home.trials.of("acc-1") is None
    home.trial(device)
    assert [each.agreement for each in home.accounts.acceptances("acc-1")] == ["cloud-agreement"]


def test_a_trial_is_given_once_to_an_account_and_once_to_a_device(home: Home) -> None:
    first = home.claim()
    begun = home.trial(first)
    assert home.trial(first) == begun, "the same again returns it"
    with pytest.raises(TrialUsed):
        home.trial(home.claim(serial="CAM-2"))
    home.clock.advance(days=TRIAL.days)
    home.keep.release("acc-1", first.device_id)
    with pytest.raises(TrialUsed):
        home.trial(home.claim("acc-2"))


def test_closing_and_signing_up_again_gives_no_second_trial(home: Home) -> None:
    home.trial(home.claim())
    del home.trials.stored["acc-1"]  # as erasure does; marks stay
    home.accounts.add(replace(account("acc-3"), email="acc-1@example.org"), [])
    with pytest.raises(TrialUsed):
        home.trial(home.claim("acc-3", "CAM-3"))


def test_a_covered_device_is_not_released_until_its_last_second(home: Home) -> None:
    device = home.claim()
    home.trial(device)
    with pytest.raises(DeviceCovered):
        home.keep.release("acc-1", device.device_id)
    home.clock.advance(seconds=int(TRIAL.total_seconds()) - 1)
    with pytest.raises(DeviceCovered):
        home.keep.release("acc-1", device.device_id)
    home.clock.advance(seconds=1)
    home.keep.release("acc-1", device.device_id)
    assert home.claim("acc-2").account_id == "acc-2"
    assert timedelta(days=14) == TRIAL


def test_an_account_that_may_not_order_starts_no_trial(home: Home) -> None:
    device = home.claim()
    home.accounts.stored["acc-1"] = replace(home.accounts.stored["acc-1"], status=AccountStatus.UNVERIFIED)
    with pytest.raises(AccountNotVerified):
        home.trial(device)
