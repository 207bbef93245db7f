"""Project packs while AWS fails: requested once, made complete, at any crash."""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from allmytracks.foundation.aws.client import PATIENT
from allmytracks.foundation.errors import Unavailable
from allmytracks.licenses.letters.use_cases import document_key
from allmytracks.licenses.packs.dynamodb import DynamoProjectPacks
from allmytracks.licenses.packs.rules import PackStatus
from allmytracks.licenses.packs.use_cases.make_project_pack import MakeProjectPack
from allmytracks.licenses.packs.use_cases.request_project_pack import RequestProjectPack
from allmytracks.payments.events import ProjectPackRequested
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.documents import MemoryDocuments
from tests.fakes.links import MemoryLinkSigner
from tests.fakes.packs import MemoryPackFiles
from tests.faults.injector import (
    FallibleCalls,
    Fault,
    Killed,
    Kind,
    Moment,
    no_faults,
)
from tests.faults.licenses import Office
from tests.faults.site import DownloadSite

pytestmark = pytest.mark.dynamodb
FAULTS = [Fault(kind, moment) for kind in (Kind.TIMED_OUT, Kind.KILLED) for moment in Moment]


class FallibleFiles(MemoryPackFiles):
    """An upload is a call of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = FallibleCalls()

    def put(self, key: str, file: Path) -> None:
        self.calls.send("put", lambda: super(FallibleFiles, self).put(key, file))


class PackDesk:
    """A member with one licence, and the two use cases of packs."""

    def __init__(self, site: DownloadSite) -> None:
        self.office = office = Office(site)
        self.files, documents = FallibleFiles(), MemoryDocuments()
        documents.put(document_key(office.license.number), b"%PDF-1.7 the letter")
        packs = DynamoProjectPacks(site.tables["accounts_table"])
        self.request = RequestProjectPack(
            office.accounts, packs, office.licenses, MemoryLinkSigner(), office.events, office.clock
        )
        self.make = MakeProjectPack(packs, office.licenses, documents, MemoryTracks(), self.files, office.clock)

    def ask(self) -> None:
        self.request(self.office.license.account_id, self.office.license.project.name, "p-1")

    def under(self, fault: Fault, place: int, act: Callable[[], object]) -> None:
        """Acts while the call of DynamoDB in this place fails, and the client's repetitions of it; then once more."""
        failing = range(place, place + PATIENT.tries)
        self.office.site.injector.expect(lambda number, _: fault if number in failing else None)
        with contextlib.suppress(Unavailable, Killed):
            act()
        self.office.site.injector.expect(no_faults)
        act()

    def work(self) -> None:
        """Delivers every published request, as often as it was published."""
        for wish in self.wishes():
            self.make(wish.account_id, wish.pack_id)

    def wishes(self) -> list[ProjectPackRequested]:
        return [event for event in self.office.events.published if isinstance(event, ProjectPackRequested)]


@pytest.fixture
def desk(site: DownloadSite) -> PackDesk:
    return PackDesk(site)


def made_once_and_whole(desk: PackDesk) -> bool:
    """Whether there is one pack with the one letter, and its member sees it."""
    (pack_id,) = {wish.pack_id for wish in desk.wishes()}
    told = desk.request.get(desk.office.license.account_id, pack_id)
    (content,) = desk.files.stored.values()
    names = zipfile.ZipFile(BytesIO(content)).namelist()
    letter = f"letters/{desk.office.license.number}.pdf"
    return (told.status, told.pack.file and told.pack.file.letters) == (PackStatus.READY, 1) and letter in names


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_pack_is_requested_once_and_complete(desk: PackDesk, fault: Fault, place: int) -> None:
    desk.under(fault, place, desk.ask)
    desk.under(fault, place, desk.work)
    assert made_once_and_whole(desk)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_an_upload_that_failed_is_made_again(desk: PackDesk, fault: Fault) -> None:
    desk.ask()
    desk.files.calls.expect(lambda number, _: fault if number == 0 else None)
    with contextlib.suppress(Unavailable, Killed):
        desk.work()
    desk.work()
    assert made_once_and_whole(desk)
