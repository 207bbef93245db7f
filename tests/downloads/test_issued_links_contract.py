"""The record of issued links: the twin and the real adapter keep one contract."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.downloads.dynamodb import DownloadItem, to_item
from allmytracks.downloads.dynamodb_links import DynamoIssuedLinks
from allmytracks.downloads.ports_links import IssuedLinks
from allmytracks.downloads.rules import DownloadNotFound
from allmytracks.downloads.rules_links import DownloadRevoked, IssuedLink, NoLinksLeft
from allmytracks.foundation.aws.models import Table, bind
from tests.factories.downloads import a_grant
from tests.factories.instants import NOW
from tests.fakes.downloads import AccountRecord, MemoryDownloads
from tests.fakes.issued_links import MemoryIssuedLinks

GRANT = replace(a_grant("key-1"), source_ip="203.0.113.7", user_agent="Phone")
OTHER = a_grant("key-2")
DOWNLOAD = GRANT.download_id


class Store:
    """Two downloads of one account, and what links they were given."""

    def __init__(self, issued: IssuedLinks) -> None:
        self.issued = issued

    def record(self, name: str, minutes: int = 0, most: int = 3, of: str = DOWNLOAD, account_id: str = "acc-1") -> None:
        at = NOW + timedelta(minutes=minutes)
        self.issued.record(IssuedLink(name, account_id, of, at, "2001:db8::1", "Laptop"), most)

    def names(self) -> list[str]:
        return [link.id for link in self.issued.of("acc-1", DOWNLOAD)]


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "memory":
        downloads = MemoryDownloads()
        kept = downloads.records.setdefault("acc-1", AccountRecord())
        kept.grants.update({grant.download_id: grant for grant in (GRANT, OTHER)})
        return Store(MemoryIssuedLinks(downloads))
    table: Table = request.getfixturevalue("accounts_table")
    model = bind(DownloadItem, table)
    for grant in (GRANT, OTHER):
        to_item(model, grant).save()
    return Store(DynamoIssuedLinks(table))


@pytest.mark.clause("U-II.IV.9")
def test_every_link_is_on_record_with_when_address_and_device_from_the_first(store: Store) -> None:
    for minutes, name in ((5, "link_2"), (1, "link_1")):
        store.record(name, minutes)
    first, second, third = store.issued.of("acc-1", DOWNLOAD)
    assert first == IssuedLink(DOWNLOAD, "acc-1", DOWNLOAD, GRANT.granted_at, "203.0.113.7", "Phone")
    assert second == IssuedLink("link_1", "acc-1", DOWNLOAD, NOW + timedelta(minutes=1), "2001:db8::1", "Laptop")
    assert third.id == "link_2"
    assert len(store.issued.of("acc-1", OTHER.download_id)) == 1


def test_the_number_of_new_links_ends(store: Store) -> None:
    for number in range(3):
        store.record(f"link_{number}")
    with pytest.raises(NoLinksLeft) as refused:
        store.record("link_3")
    assert refused.value.extra == {"limit": 3}
    assert len(store.names()) == 4
    store.record("link_of_another", of=OTHER.download_id)
    store.record("link_3", most=4)


def test_the_same_record_again_is_counted_once(store: Store) -> None:
    for _ in range(5):
        store.record("link_0", most=2)
    store.record("link_1", most=2)
    store.record("link_1", most=2)
    assert store.names() == [DOWNLOAD, "link_0", "link_1"]


def test_what_is_revoked_gets_no_link(store: Store) -> None:
    store.record("link_0")
    for minutes in (0, 9):  # the first revocation is the one that counts
        store.issued.revoke("acc-1", DOWNLOAD, NOW + timedelta(minutes=minutes))
    with pytest.raises(DownloadRevoked) as refused:
        store.record("link_1")
    assert refused.value.extra == {"revoked_at": NOW}
    assert store.names() == [DOWNLOAD, "link_0"]


@pytest.mark.clause("M-IV")
def test_nothing_is_recorded_or_shown_of_anothers_download(store: Store) -> None:
    with pytest.raises(DownloadNotFound):
        store.record("link_0", account_id="acc-2")
    with pytest.raises(DownloadNotFound):
        store.issued.of("acc-2", DOWNLOAD)
    for account_id, download_id in (("acc-2", DOWNLOAD), ("acc-1", "dl_none")):
        with pytest.raises(DownloadNotFound):
            store.issued.renew(account_id, download_id)
        with pytest.raises(DownloadNotFound):
            store.issued.revoke(account_id, download_id, NOW)
    with pytest.raises(DownloadNotFound):
        store.record("link_0", of="dl_none")
    assert store.names() == [DOWNLOAD]


def test_links_that_were_renewed_are_counted_anew_and_the_record_stays(store: Store) -> None:
    for number in range(3):
        store.record(f"link_{number}")
    store.issued.renew("acc-1", DOWNLOAD)
    for number in range(3, 6):
        store.record(f"link_{number}", minutes=1)
    with pytest.raises(NoLinksLeft):
        store.record("link_6", minutes=1)
    assert store.names() == [DOWNLOAD, *(f"link_{number}" for number in range(6))]


@pytest.mark.parametrize("most", [1, 20])
def test_the_number_is_exact_when_many_ask_at_once(store: Store, most: int) -> None:
    def ask(number: int) -> bool:
        try:
            store.record(f"link_{number % 40:02}", most=most)
        except NoLinksLeft:
            return False
        return True

    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(ask, range(80)))  # each of 40 links is requested twice, as after a lost response
    names = store.names()
    assert len(names) == len(set(names)) == 1 + most
    assert {f"link_{number % 40:02}" for number, given in enumerate(answers) if given} == set(names[1:])
