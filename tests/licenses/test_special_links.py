"""The files of a special licence: which account gets links to which tracks, and how many (M-III.6.special)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.rules import AccountFrozen, AccountStatus
from allmytracks.accounts.rules_end_users import NamedEndUser
from allmytracks.accounts.rules_states import AccountRestricted, Restriction
from allmytracks.catalogue.rules import Origin, RenditionNotFound, TrackNotFound
from allmytracks.downloads.rules import DownloadNotPaid
from allmytracks.downloads.rules_links import LINKS_PER_DOWNLOAD, IssuedLink, NoLinksLeft
from allmytracks.foundation.errors import DomainError
from allmytracks.foundation.links import Link
from allmytracks.foundation.settings import Settings
from allmytracks.licenses.agreements.dynamodb import DynamoMusicAgreements
from allmytracks.licenses.agreements.dynamodb_special_links import DynamoSpecialLinks
from allmytracks.licenses.agreements.ports import LicensedFile, MusicAgreements, SpecialLinks
from allmytracks.licenses.agreements.rules_special import (
    SpecialLicenseNotFound,
    SpecialLicenseRevoked,
    TrackNotLicensed,
)
from allmytracks.licenses.agreements.use_cases.issue_special_link import IssueSpecialLink, SpecialLinkRequest
from allmytracks.licenses.states.rules import Revocation, RevocationReason
from allmytracks.notices.use_cases.show_service import ShowService
from allmytracks.wiring import Services, install
from functions.issue_link.handler import handle
from tests.factories.accounts import account
from tests.factories.gateway import call, read
from tests.factories.instants import NOW
from tests.factories.licenses import NUMBER, LicenseWorld
from tests.factories.music_agreements import SIGNED as MUSIC_AGREEMENT
from tests.factories.special_licenses import SIGNED, paid, quoted, returned
from tests.factories.tracks import track
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.downloads import MemoryDownloads
from tests.fakes.enforcement import MemoryCases
from tests.fakes.foundation import CountedIds
from tests.fakes.licenses import MemoryLicenses
from tests.fakes.links import MemoryLinkSigner
from tests.fakes.music_agreements import MemoryMusicAgreements, MemorySpecialLinks
from tests.fakes.wiring import put

FILE = LicensedFile("acc-1", "ord_q1", "trk-1")
REQUEST = SpecialLinkRequest("acc-1", "ord_q1", "trk-1", "wav", "203.0.113.7", "Phone")


@dataclass
class Office:
    """A member whose special licence of trk-1 is paid; trk-2 is in the catalogue too."""

    world: LicenseWorld = field(default_factory=LicenseWorld)
    cases: MemoryCases = field(default_factory=MemoryCases)

    def __post_init__(self) -> None:
        world = self.world
        for name in ("trk-1", "trk-2"):
            world.tracks.add(track(name), Origin(import_id="imp-1", path=f"{name}.wav", checksums=(name,)))
        self.agreements = MemoryMusicAgreements(world.licenses)
        self.agreements.add(SIGNED, None)
        self.pays()
        self.issued = MemorySpecialLinks(world.licenses)
        self.issue = IssueSpecialLink(
            world.accounts,
            world.standings,
            world.orders,
            self.agreements,
            world.licenses,
            world.tracks,
            self.issued,
            self.cases,
            world.publications,
            MemoryLinkSigner(),
            world.clock,
            CountedIds(),
        )

    def pays(self) -> None:
        self.world.orders.stored["ord_q1"] = paid(quoted())

    def ask(self, request: SpecialLinkRequest = REQUEST) -> Link:
        return self.issue(request)

    def refused(self, reason: type[DomainError], request: SpecialLinkRequest = REQUEST) -> DomainError:
        before = self.issued.of(FILE)
        with pytest.raises(reason) as refusal:
            self.ask(request)
        assert self.issued.of(FILE) == before
        return refusal.value


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.mark.clause("M-III.6.special", "U-II.IV.9")
def test_a_licensed_track_is_had_without_a_membership_and_each_link_is_on_record(office: Office) -> None:
    office.world.downloads.set_periods("acc-1", [])
    link = office.ask()
    assert link.url.startswith("memory://tracks/trk-1/wav.wav?")
    assert link.expires_at == NOW + timedelta(minutes=5)
    [recorded] = office.issued.of(FILE)
    assert recorded == IssuedLink(recorded.id, "acc-1", "ord_q1.trk-1", NOW, "203.0.113.7", "Phone")
    assert office.world.downloads.records["acc-1"].grants == {}


def test_a_track_that_was_withdrawn_after_the_licence_is_still_had(office: Office) -> None:
    office.world.tracks.withdraw("trk-1", NOW)
    office.ask()


@pytest.mark.clause("M-III.6.special")
def test_only_named_tracks_and_files_that_there_are(office: Office) -> None:
    assert office.refused(TrackNotLicensed, replace(REQUEST, track_id="trk-2")).extra == {"tracks": ["trk-1"]}
    for rendition in ("preview", "flac"):
        office.refused(RenditionNotFound, replace(REQUEST, rendition=rendition))
    del office.world.tracks.stored["trk-1"]
    office.refused(TrackNotFound)


@pytest.mark.clause("M-IV")
def test_nobody_has_the_files_of_anothers_licence_or_of_another_order(office: Office) -> None:
    office.refused(SpecialLicenseNotFound, replace(REQUEST, account_id="acc-2"))
    office.refused(SpecialLicenseNotFound, replace(REQUEST, order_id="ord-1"))
    of = replace(MUSIC_AGREEMENT.agreement, number="AMT-OTHER", order_id="ord-1")
    office.agreements.add(replace(MUSIC_AGREEMENT, agreement=of), NamedEndUser(of.end_user or ""))
    office.refused(SpecialLicenseNotFound, replace(REQUEST, order_id="ord-1"))


@pytest.mark.clause("M-II.8", "M-III.5.revoke")
def test_no_link_once_the_payment_went_back_or_the_letter_is_revoked(office: Office) -> None:
    office.ask()
    office.world.orders.stored["ord_q1"] = returned(quoted())
    assert office.refused(DownloadNotPaid).extra == {"order_id": "ord_q1"}
    office.pays()
    office.world.licenses.revoke(NUMBER, Revocation(NOW, RevocationReason.UNTRUE_DATA))
    assert office.refused(SpecialLicenseRevoked).extra == {"revoked_at": NOW}


@pytest.mark.clause("M-V.2", "M-III.5.fraud")
def test_an_account_that_is_stopped_or_restricted_gets_no_link(office: Office) -> None:
    office.world.standings.restrict("acc-1", Restriction("many_links", NOW + timedelta(hours=1)))
    office.refused(AccountRestricted)
    office.world.clock.advance(hours=1)
    office.ask()
    office.world.accounts.becomes("acc-1", AccountStatus.BANNED)
    office.refused(AccountFrozen)


@pytest.mark.clause("M-III.5.fraud")
def test_a_track_of_a_licence_has_as_many_links_as_a_download_and_then_an_operator_gets_one_case(
    office: Office,
) -> None:
    for _ in range(LINKS_PER_DOWNLOAD):
        office.ask()
    for _ in range(2):
        assert office.refused(NoLinksLeft).extra == {"limit": LINKS_PER_DOWNLOAD}
    (case,) = office.cases.stored.values()
    evidence = {"order_id": "ord_q1", "track_id": "trk-1", "limit": LINKS_PER_DOWNLOAD}
    assert (case.account_id, case.kind, case.evidence) == ("acc-1", "links_exhausted", evidence)


def test_over_http_a_member_gets_the_address_and_a_wrong_body_is_named(office: Office) -> None:
    def ask(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        asked = call(
            handle, "POST /v1/orders/{id}/links", "acc-1", body=json.dumps(body), pathParameters={"id": "ord_q1"}
        )
        return read(asked)

    services = Services(Settings({}))
    put(
        services,
        {
            "licenses.agreements.issue_special_link": office.issue,
            "notices.show_service": ShowService(office.world.publications, office.world.clock),
        },
    )
    install(services)
    try:
        status, answer = ask({"track_id": "trk-1", "rendition": "mp3"})
        assert (status, answer["url"].partition("?")[0]) == (201, "memory://tracks/trk-1/mp3.mp3")
        status, problem = ask({})
        assert (status, [each["field"] for each in problem["errors"]]) == (422, ["track_id", "rendition"])
        assert ask({"track_id": "trk-2", "rendition": "mp3"})[0] == 403
    finally:
        install(None)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def issued(request: pytest.FixtureRequest) -> SpecialLinks:
    """The record of links, with the letter of FILE."""
    if request.param == "memory":
        accounts = MemoryAccounts()
        accounts.add(account("acc-1"), [])
        licenses = MemoryLicenses(accounts, MemoryDownloads())
        agreements: MusicAgreements = MemoryMusicAgreements(licenses)
        made: SpecialLinks = MemorySpecialLinks(licenses)
    else:
        table = request.getfixturevalue("accounts_table")
        DynamoAccounts(table).add(account("acc-1"), [])
        made, agreements = DynamoSpecialLinks(table), DynamoMusicAgreements(table)
    assert agreements.add(SIGNED, None)
    return made


def link(name: str, file: LicensedFile = FILE, minutes: int = 0) -> IssuedLink:
    at = NOW + timedelta(minutes=minutes)
    return IssuedLink(name, file.account_id, file.download_id, at, "2001:db8::1", "Laptop")


def test_the_links_of_a_file_end_each_counted_once_until_they_are_renewed(
    issued: SpecialLinks,
) -> None:
    other = replace(FILE, track_id="trk-2")
    issued.record(FILE, link("link_2", minutes=2), 2)
    for _ in range(3):  # as after a lost response
        issued.record(FILE, link("link_1"), 2)
    with pytest.raises(NoLinksLeft) as refused:
        issued.record(FILE, link("link_3"), 2)
    assert refused.value.extra == {"limit": 2}
    issued.record(other, link("link_4", other), 2)
    assert issued.of(FILE) == [link("link_1"), link("link_2", minutes=2)]
    issued.renew(FILE)
    issued.record(FILE, link("link_3", minutes=3), 1)
    assert [each.id for each in issued.of(FILE)] == ["link_1", "link_2", "link_3"]


@pytest.mark.clause("M-IV")
def test_nothing_is_recorded_without_the_accounts_own_letter(issued: SpecialLinks) -> None:
    for file in (replace(FILE, account_id="acc-2"), replace(FILE, order_id="ord_q2")):
        with pytest.raises(SpecialLicenseNotFound):
            issued.record(file, link("link_1", file), 2)
        assert issued.of(file) == []


def test_the_number_is_exact_when_many_ask_at_once(issued: SpecialLinks) -> None:

    def ask(number: int) -> bool:
        try:
            issued.record(FILE, link(f"link_{number % 10}"), 4)
        except NoLinksLeft:
            return False
        return True

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(ask, range(20)))
    names = {each.id for each in issued.of(FILE)}
    assert len(names) == 4
    assert {f"link_{number % 10}" for number, given in enumerate(answers) if given} == names
