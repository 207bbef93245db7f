"""Homes with registered devices: two accounts that may have one each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from allmytracks import wiring
from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.foundation.settings import Settings
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.publishing.ports import Publication
from allmytracks.storage.ports_recordings import Arrived
from allmytracks.storage.rules_devices import Device, Registered, hash_of_claim
from allmytracks.storage.rules_recordings import Announcement, Recording
from allmytracks.storage.rules_trials import DeviceTrial
from allmytracks.storage.use_cases.keep_devices import KeepDevices
from allmytracks.storage.use_cases.start_trial import StartTrial
from tests.factories.accounts import account, agreement_publication
from tests.factories.instants import NOW, PUBLISHED_AT
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.enforcement import MemoryStandings
from tests.fakes.foundation import CountedIds, FixedClock, MemoryClientCounters, MemoryEvents
from tests.fakes.links import MemoryLinkSigner
from tests.fakes.orders import MemoryOrders
from tests.fakes.publishing import MemoryPublications
from tests.fakes.storage import MemoryDevices, MemoryRecordingFiles, MemoryRecordings, MemoryTrials
from tests.fakes.subscriptions import MemorySubscriptions
from tests.fakes.wiring import put

CODE = "AB12-CD34"
ACCEPT = [Accepted("cloud-agreement", "2026-11-01")]
NAME_RULES = Publication("name-rules", "1", PUBLISHED_AT, {"prohibited": ["admin"]})


def registered(serial: str) -> Registered:
    """A device on the register, whose claim code is CODE."""
    return Registered(serial, "Doorbell", hash_of_claim(serial, CODE))


CONTENT = b"A visitor at the door."
# A recording, as it is announced over HTTP.
RECORDING = {
    "started_at": "2026-11-22T05:59:00Z",
    "duration_seconds": 30,
    "media_type": "video/mp4",
    "bytes": len(CONTENT),
    "sha256": hashlib.sha256(CONTENT).hexdigest(),
}


def announcement(started_at: datetime = NOW - timedelta(minutes=1), content: bytes = CONTENT) -> Announcement:
    """A recording to come, of this content."""
    return Announcement(started_at, 30, "video/mp4", len(content), hashlib.sha256(content).hexdigest())


@dataclass
class Home:
    """Three registered devices; two accounts; recordings and their files."""

    accounts: MemoryAccounts = field(default_factory=MemoryAccounts)
    devices: MemoryDevices = field(default_factory=MemoryDevices)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    publications: MemoryPublications = field(default_factory=MemoryPublications)
    counters: MemoryClientCounters = field(default_factory=MemoryClientCounters)
    recordings: MemoryRecordings = field(default_factory=MemoryRecordings)
    files: MemoryRecordingFiles = field(default_factory=MemoryRecordingFiles)
    events: MemoryEvents = field(default_factory=MemoryEvents)

    def __post_init__(self) -> None:
        self.trials = MemoryTrials(self.devices)
        for name in ("acc-1", "acc-2"):
            self.accounts.add(replace(account(name), email=f"{name}@example.org"), [])
        for serial in ("CAM-1", "CAM-2", "CAM-3"):
            self.devices.register(registered(serial))
        self.publications.publish(agreement_publication("cloud-agreement"))
        self.publications.publish(NAME_RULES)
        self.services = wiring.Services(Settings({"SITE_URL": "https://site.example"}))
        put(self.services, self.parts())

    def parts(self) -> dict[str, object]:
        """The fakes by their places in the wiring."""
        return {
            "accounts.repository": self.accounts,
            "enforcement.standings": MemoryStandings(self.accounts),
            "publishing.publications": self.publications,
            "foundation.clock": self.clock,
            "foundation.ids": CountedIds(),
            "foundation.events": self.events,
            "foundation.throttle": Throttle(lambda: self.counters, self.clock),
            "storage.devices": self.devices,
            "storage.trials": self.trials,
            "storage.held_trials": self.trials,
            "payments.ledger.subscriptions": MemorySubscriptions(),
            "payments.orders.repository": MemoryOrders(),
            "storage.recordings": self.recordings,
            "storage.recording_files": self.files,
            "storage.recording_links": MemoryLinkSigner(),
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

    def covered(self, account_id: str = "acc-1", serial: str = "CAM-1") -> Device:
        """A claimed device on trial."""
        device = self.claim(account_id, serial)
        self.trial(device)
        return device

    def announce(self, device: Device, content: bytes = CONTENT, age: timedelta = timedelta(minutes=1)) -> Recording:
        """A recording of a device that started so long ago."""
        announced = announcement(self.clock.now() - age, content)
        return self.services.storage.announce_recording(device.account_id, device.device_id, announced).recording

    def arrives(self, recording: Recording, content: bytes = CONTENT, version: str = "1") -> bool:
        """Its file comes to S3, which tells the worker."""
        self.files.stored[recording.key] = Arrived(len(content), hashlib.sha256(content).hexdigest(), version)
        return self.services.storage.record_arrival(recording.account_id, recording.id)

    def kept(self, device: Device, age: timedelta = timedelta(minutes=1)) -> Recording:
        """A recording that arrived."""
        recording = self.announce(device, age=age)
        assert self.arrives(recording)
        return recording

    def listed(self, device: Device) -> list[str]:
        """The ids of the recordings that its member sees."""
        keep = self.services.storage.keep_recordings
        page = keep.page(device.account_id, device.device_id, None, None, limit=100, cursor=None)
        return [each.recording.id for each in page.items]
