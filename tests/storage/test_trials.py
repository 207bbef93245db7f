"""Members claim devices and start a trial (S-0.accept, S-1.devices, S-7.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountNotVerified, AccountStatus
from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.foundation.errors import InvalidFields, LimitReached
from allmytracks.foundation.throttling.rules import CLAIM_GUESSES, CLAIM_TRIES
from allmytracks.storage.rules_cover import TRIAL, CoverStatus
from allmytracks.storage.rules_devices import DeviceClaimed, DeviceCovered, DeviceNotFound
from allmytracks.storage.rules_trials import TrialUsed
from tests.factories.accounts import account
from tests.factories.storage import CODE, Home


@pytest.fixture
def home() -> Home:
    return Home()


@pytest.mark.clause("S-1.devices")
def test_a_device_is_claimed_with_its_code_and_by_one_account(home: Home) -> None:
    device = home.keep.claim("acc-1", " cam-1 ", "ab12cd34").device
    assert (device.account_id, device.serial, device.name) == ("acc-1", "CAM-1", "Doorbell")
    assert home.claim() == device, "the same again changes nothing"
    for serial, code in (("CAM-1", "AB12-CD35"), ("CAM-9", CODE)):
        with pytest.raises(DeviceNotFound):
            home.keep.claim("acc-2", serial, code)
    with pytest.raises(DeviceClaimed):
        home.claim("acc-2")


@pytest.mark.clause("S-1.devices")
def test_guesses_of_claim_codes_end_for_the_account(home: Home) -> None:
    for number in range(CLAIM_TRIES.requests):
        with pytest.raises(DeviceNotFound):
            home.keep.claim("acc-2", f"CAM-{number % 2 + 1}", f"WRONG{number}")
    with pytest.raises(LimitReached):
        home.claim("acc-2", "CAM-3")
    home.claim("acc-1", "CAM-3")


@pytest.mark.clause("S-1.devices")
def test_guesses_of_a_device_s_code_by_many_accounts_become_one_each_and_never_keep_its_owner_out(home: Home) -> None:
    for stranger in ("acc-10", "acc-11", "acc-12", "acc-20"):
        home.accounts.add(replace(account(stranger), email=f"{stranger}@example.org"), [])
    for number in range(CLAIM_GUESSES.requests):
        with pytest.raises(DeviceNotFound):
            home.keep.claim(f"acc-1{number // CLAIM_TRIES.requests}", "CAM-1", f"WRONG{number}")
    with pytest.raises(DeviceNotFound):
        home.keep.claim("acc-20", "CAM-1", "WRONG")
    with pytest.raises(LimitReached):
        home.keep.claim("acc-20", "CAM-1", "WRONG TOO")
    assert home.claim("acc-1").serial == "CAM-1"


def test_the_list_says_what_covers_each_device(home: Home) -> None:
    device = home.claim()
    home.claim(serial="CAM-2")
    home.trial(device)
    covers = {each.device.serial: each.cover for each in home.keep.all("acc-1")}
    assert covers["CAM-1"].status is CoverStatus.TRIAL
    assert covers["CAM-1"].ends_at == home.clock.now() + TRIAL
    assert (covers["CAM-2"].status, covers["CAM-2"].ends_at) == (CoverStatus.NONE, None)
    home.clock.advance(days=14)
    ended = {each.device.serial: each.cover.status for each in home.keep.all("acc-1")}
    assert ended["CAM-1"] is CoverStatus.ENDED


def test_names_of_devices_are_checked_as_all_names(home: Home) -> None:
    with pytest.raises(InvalidFields):
        home.keep.claim("acc-1", "CAM-1", CODE, "4dm1n")
    device = home.claim()
    with pytest.raises(InvalidFields):
        home.keep.rename("acc-1", device.device_id, "4dm1n")
    assert home.keep.rename("acc-1", device.device_id, " Front  door ").device.name == "Front door"


@pytest.mark.clause("S-0.accept")
def test_a_trial_needs_the_agreement_in_its_current_version_and_records_it(home: Home) -> None:
    device = home.claim()
    for accept in ([], [Accepted("cloud-agreement", "2025-01-01")]):
        with pytest.raises(InvalidFields):
            home.start("acc-1", device.device_id, accept, "192.0.2.7")
    assert home.trials.of("acc-1") is None
    home.trial(device)
    assert [each.agreement for each in home.accounts.acceptances("acc-1")] == ["cloud-agreement"]


@pytest.mark.clause("S-7.1")
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


@pytest.mark.clause("S-7.1")
def test_closing_and_signing_up_again_gives_no_second_trial(home: Home) -> None:
    home.trial(home.claim())
    del home.trials.stored["acc-1"]  # as erasure does; marks stay
    home.accounts.add(replace(account("acc-3"), email="acc-1@example.org"), [])
    with pytest.raises(TrialUsed):
        home.trial(home.claim("acc-3", "CAM-3"))


@pytest.mark.clause("S-1.devices")
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
