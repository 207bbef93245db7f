"""Homes with registered devices: two accounts that may have one each."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec.structs import replace

from allmytracks import wiring
from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.foundation.settings import Settings
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.publishing.ports import Publication
from allmytracks.storage.rules_devices import Device, Registered, hash_of_claim
from allmytracks.storage.rules_trials import DeviceTrial
from allmytracks.storage.use_cases.keep_devices import KeepDevices
from allmytracks.storage.use_cases.start_trial import StartTrial
from tests.factories.accounts import account, agreement_publication
from tests.factories.instants import NOW, PUBLISHED_AT
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.enforcement import MemoryStandings
from tests.fakes.foundation import CountedIds, FixedClock, MemoryClientCounters
from tests.fakes.orders import MemoryOrders
from tests.fakes.publishing import MemoryPublications
from tests.fakes.storage import MemoryDevices, MemoryTrials
from tests.fakes.subscriptions import MemorySubscriptions
from tests.fakes.wiring import put

CODE = "AB12-CD34"
ACCEPT = [Accepted("cloud-agreement", "2026-11-01")]
NAME_RULES = Publication("name-rules", "1", PUBLISHED_AT, {"prohibited": ["admin"]})


def registered(serial: str) -> Registered:
    """A device on the register, whose claim code is CODE."""
    return Registered(serial, "Doorbell", hash_of_claim(serial, CODE))


@dataclass
class Home:
    """Three registered devices; two accounts."""

    accounts: MemoryAccounts = field(default_factory=MemoryAccounts)
    devices: MemoryDevices = field(default_factory=MemoryDevices)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    publications: MemoryPublications = field(default_factory=MemoryPublications)
    counters: MemoryClientCounters = field(default_factory=MemoryClientCounters)

    def __post_init__(self) -> None:
        self.trials = MemoryTrials(self.devices)
        for name in ("acc-1", "acc-2"):
            self.accounts.add(replace(account(name), email=f"{name}@example.org"), [])
        for serial in ("CAM-1", "CAM-2", "CAM-3"):
            self.devices.register(registered(serial))
        self.publications.publish(agreement_publication("cloud-agreement"))
        self.publications.publish(NAME_RULES)
        self.services = wiring.Services(Settings({}))
        put(self.services, self.parts())

    def parts(self) -> dict[str, object]:
        """The fakes by their places in the wiring."""
        return {
            "accounts.repository": self.accounts,
            "enforcement.standings": MemoryStandings(self.accounts),
            "publishing.publications": self.publications,
            "foundation.clock": self.clock,
            "foundation.ids": CountedIds(),
            "foundation.throttle": Throttle(lambda: self.counters, self.clock),
            "storage.devices": self.devices,
            "storage.trials": self.trials,
            "storage.held_trials": self.trials,
            "payments.ledger.subscriptions": MemorySubscriptions(),
            "payments.orders.repository": MemoryOrders(),
        }

    @property
    def keep(self) -> KeepDevices:
        return self.services.storage.keep_devices

    @property
    def start(self) -> StartTrial:
        return self.services.storage.start_trial

    def claim(self, account_id: str = "acc-1", serial: str = "CAM-1") -> Device:
        return self.keep.claim(account_id, serial, CODE).device

    def trial(self, device: Device) -> DeviceTrial:
        return self.start(device.account_id, device.device_id, ACCEPT, "192.0.2.7")
