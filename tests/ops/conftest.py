"""The operators' API on memory adapters, and the command line that talks to it, in one process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile
from mutagen.flac import FLAC
from mutagen.id3 import TIT2, TPE1
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE
from rich.console import Console
from typer.testing import CliRunner, Result

from allmytracks import wiring
from allmytracks.foundation.observability import logger
from allmytracks.foundation.settings import Settings
from allmytracks.licenses.letters.use_cases import PrintLetter
from allmytracks.payments.ports import Received
from allmytracks.payments.rules import Fact
from functions.ops_api.handler import app as application
from infra.ops.client import OpsClient
from infra.ops.in_process import in_process_client
from infra.ops.main import app
from infra.ops.telling import Session
from tests.catalog_samples import NOW
from tests.fakes.accounts import MemoryAccounts, MemoryAddresses
from tests.fakes.bookkeeping import MemoryBookkeeping
from tests.fakes.catalogue import MemoryMasters, MemoryTracks
from tests.fakes.corrections import MemoryCorrections
from tests.fakes.damages import MemoryDamagesBook
from tests.fakes.documents import MemoryDocuments
from tests.fakes.downloads import MemoryDownloads
from tests.fakes.enforcement import MemoryCases, MemoryStandings
from tests.fakes.foundation import CountedIds, FixedClock, MemoryAuditLog, MemoryEvents
from tests.fakes.imports import MemoryImports
from tests.fakes.inbox import MemoryInbox
from tests.fakes.letters import PlainLetterPrinter
from tests.fakes.licenses import MemoryLicenses
from tests.fakes.music_agreements import MemoryMusicAgreements
from tests.fakes.orders import MemoryOrderOwners, MemoryOrders, MemoryOrdersToSettle
from tests.fakes.payment_provider import MemoryQueue
from tests.fakes.publishing import MemoryPublications
from tests.fakes.signing import MarkingSealer, MemoryLicenseKeys
from tests.fakes.wiring import put
from tests.samples import certificates_publication


@dataclass
class Backend:
    """All that the operators' API stands on, for tests to look at."""

    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    tracks: MemoryTracks = field(default_factory=MemoryTracks)
    masters: MemoryMasters = field(default_factory=MemoryMasters)
    imports: MemoryImports = field(default_factory=MemoryImports)
    audit_log: MemoryAuditLog = field(default_factory=MemoryAuditLog)
    publications: MemoryPublications = field(default_factory=MemoryPublications)
    accounts: MemoryAccounts = field(default_factory=MemoryAccounts)
    addresses: MemoryAddresses = field(init=False)
    orders: MemoryOrders = field(default_factory=MemoryOrders)
    cases: MemoryCases = field(default_factory=MemoryCases)
    events: MemoryEvents = field(default_factory=MemoryEvents)
    inbox: MemoryInbox = field(default_factory=MemoryInbox)
    standings: MemoryStandings = field(init=False)
    books: MemoryBookkeeping = field(init=False)
    downloads: MemoryDownloads = field(default_factory=MemoryDownloads)
    licenses: MemoryLicenses = field(init=False)
    damages_book: MemoryDamagesBook = field(default_factory=MemoryDamagesBook)
    corrections: MemoryCorrections = field(default_factory=MemoryCorrections)
    music_agreements: MemoryMusicAgreements = field(init=False)
    documents: MemoryDocuments = field(default_factory=MemoryDocuments)
    print_letter: PrintLetter = field(init=False)

    def __post_init__(self) -> None:
        self.addresses = MemoryAddresses(self.accounts)
        self.licenses = MemoryLicenses(self.accounts, self.downloads)
        self.music_agreements = MemoryMusicAgreements(self.licenses)
        keys, url = MemoryLicenseKeys(), "https://api.example.org"
        certified = MemoryPublications([certificates_publication()])
        self.print_letter = PrintLetter(keys, PlainLetterPrinter(), MarkingSealer(), self.documents, certified, url)
        self.standings = MemoryStandings(self.accounts)
        self.books = MemoryBookkeeping(self.accounts, self.orders, self.inbox)

    def pay(self, fact: Fact) -> None:
        """Takes a payment fact in and folds it."""
        self.inbox.put(Received(fact, self.clock.now()))
        wiring.services().payments.ledger.fold(fact.provider, fact.event_id)

    @property
    def acts(self) -> list[tuple[str, str]]:
        """What is on record: name and subject of each act."""
        return [(act.name, act.subject) for act in self.audit_log.acts]


class Uploads(httpx.BaseTransport):
    """Where the links to the memory masters lead."""

    def __init__(self, masters: MemoryMasters) -> None:
        self.masters = masters
        self.failures = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.failures:
            self.failures -= 1
            return httpx.Response(503)
        self.masters.stored[request.url.path.removeprefix("/")] = request.read()
        return httpx.Response(200)


@pytest.fixture
def backend() -> Iterator[Backend]:
    made = Backend()
    logger()  # bound to this process's own output, before a command's is captured
    services = wiring.Services(Settings({}))
    # Parts that the wiring would make otherwise.
    put(
        services,
        {
            "foundation.clock": made.clock,
            "catalogue.tracks": made.tracks,
            "catalogue.masters": made.masters,
            "catalogue.imports": made.imports,
            "foundation.audit_log": made.audit_log,
            "publishing.publications": made.publications,
            "accounts.repository": made.accounts,
            "accounts.addresses": made.addresses,
            "payments.orders.repository": made.orders,
            "enforcement.cases": made.cases,
            "foundation.events": made.events,
            "payments.ledger.inbox": made.inbox,
            "enforcement.standings": made.standings,
            "downloads.repository": made.downloads,
            "licenses.repository": made.licenses,
            "damages.repository": made.damages_book,
            "licenses.states.corrections": made.corrections,
            "licenses.agreements.repository": made.music_agreements,
            "licenses.letters.print_letter": made.print_letter,
            "payments.ledger.queue": MemoryQueue(),
            "foundation.ids": CountedIds(),
            "payments.orders.owners": MemoryOrderOwners(made.orders),
            "payments.orders.to_settle": MemoryOrdersToSettle(made.orders),
            "payments.ledger.bookkeeping": made.books,
            "memberships.repository": made.books,
        },
    )
    wiring.install(services)
    yield made
    wiring.install(None)


@pytest.fixture
def uploads(backend: Backend) -> Uploads:
    return Uploads(backend.masters)


Connect = Callable[[], OpsClient]


@pytest.fixture
def connect(uploads: Uploads) -> Connect:
    def made() -> OpsClient:
        client = in_process_client(application, httpx.Client(transport=uploads))
        client._sleep = lambda _seconds: None
        return client

    return made


@pytest.fixture
def client(connect: Connect) -> OpsClient:
    return connect()


Run = Callable[..., Result]


@pytest.fixture
def run(connect: Connect) -> Run:
    """Runs the command line with these words."""

    def invoke(*words: str) -> Result:
        # Made at the time of writing: the runner replaces the streams for each run.
        consoles = Console(width=200), Console(width=200, stderr=True)
        return CliRunner().invoke(app, list(words), obj=Session(connect, *consoles))

    return invoke


RATE = 22_050


def tone(path: Path, frequency: float = 440, seconds: float = 1.0, *, rate: int = RATE, channels: int = 1) -> Path:
    """A sound file of the kind that its extension names."""
    t = np.arange(int(seconds * rate)) / rate
    wave = 0.5 * np.sin(2 * np.pi * frequency * t)
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.column_stack([wave] * channels), rate, format={".oga": "OGG"}.get(path.suffix))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with something of everything."""
    music = tmp_path / "music"
    wav = WAVE(tone(music / "first.wav", 440))
    wav.add_tags()
    for frame in (TIT2(text=["First Light"]), TPE1(text=["Ada"])):
        wav.tags.add(frame)  # type: ignore[attr-defined]  # add_tags has set it
    wav.save()
    flac = FLAC(tone(music / "second.flac", 550))
    flac.update({"title": "Second", "artist": "Bob", "genre": "Jazz; Soul", "bpm": "119.6", "initialkey": "Em"})
    flac.save()
    ogg = OggVorbis(tone(music / "deep" / "third.ogg", 660))
    ogg.update({"title": ["Third"], "mood": ["Calm"], "instrument": ["Bell"]})
    ogg.save()
    tone(music / "fourth.mp3", 770)
    (music / "copy of first.wav").write_bytes((music / "first.wav").read_bytes())
    (music / "cover.jpg").write_bytes(b"\xff\xd8\xff\xe0 no music")
    (music / "broken.flac").write_bytes((music / "second.flac").read_bytes()[:900])
    (music / "words.mp3").write_text("these are words")
    (music / ".hidden.wav").write_bytes(b"")
    return music
