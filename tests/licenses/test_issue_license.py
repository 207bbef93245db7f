"""Issuing a licence, on twins: the rights, what it binds, and the same letter for the same request."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from msgspec.structs import replace

from allmytracks.accounts.rules import Account, AccountFrozen, AccountKind, AccountStatus
from allmytracks.accounts.rules_end_users import EndUserBound, Licensee, LicenseeKind
from allmytracks.accounts.rules_states import AccountRestricted, Restriction
from allmytracks.documents.rules import UnprintableText
from allmytracks.downloads.rules import DownloadNotFound, DownloadNotPaid, Project, Use
from allmytracks.downloads.rules_allowance import PlanNotForEnterprise, PlanNotForPersonal, PurposeNotPermitted
from allmytracks.downloads.rules_links import DownloadRevoked
from allmytracks.foundation.errors import DomainError, IdempotencyKeyReused, InvalidFields, Unavailable
from allmytracks.licenses.ports import Issued
from allmytracks.licenses.rules import (
    WORDING,
    Credits,
    DownloadAlreadyLicensed,
    DownloadUseBound,
    EnterpriseOnly,
    LicenseeNeedsEnterprisePlan,
)
from allmytracks.licenses.rules_numbers import LicenseNotFound, normal_number
from allmytracks.licenses.rules_terms import PROHIBITIONS
from allmytracks.licenses.use_cases.issue_license import IssuedLicense, LicenseApplication
from allmytracks.licenses.use_cases.list_licenses import ListLicenses
from allmytracks.memberships.rules_purpose_words import PURPOSE_WORDS
from allmytracks.memberships.rules_rights import ProjectKind
from allmytracks.publishing.ports import Publication
from tests.factories.instants import NOW
from tests.factories.licenses import (
    ACME,
    ADA,
    ENTERPRISE_USE,
    HOLIDAY,
    PERSONAL_USE,
    STUDIO,
    LicenseWorld,
    application,
)
from tests.factories.memberships import BUSINESS_ONLY, NOBODY, PERSONAL_ONLY, plans_publication
from tests.factories.tracks import track
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.documents import MemoryDocuments
from tests.fakes.foundation import MemoryEvents
from tests.fakes.licenses import MemoryLicenses

DAY = timedelta(days=1)


@pytest.fixture
def world() -> LicenseWorld:
    return LicenseWorld()


def refused(world: LicenseWorld, asked: LicenseApplication, expected: type[DomainError]) -> DomainError:
    """The refusal, once it is seen that nothing was bound by it."""
    before = (dict(world.accounts.stored), dict(world.licenses.records), len(world.events.published))
    with pytest.raises(expected) as error:
        world.issue(asked)
    assert (dict(world.accounts.stored), dict(world.licenses.records), len(world.events.published)) == before
    return error.value


@pytest.mark.clause("M-III.8.apply", "M-III.8.default", "M-III.6.1", "U-III.I.5")
def test_a_licence_is_issued_at_once_and_binds_download_and_end_user(world: LicenseWorld) -> None:
    download_id = world.download()
    issued = world.issue(application(download_id))
    license_ = issued.letter.license
    assert not issued.replayed
    assert (license_.licensee, license_.project, license_.purpose, license_.platform) == (
        ADA,
        HOLIDAY,
        "social_media",
        "YouTube",
    )
    assert (license_.plan, license_.terms_id, license_.order_id) == ("premium", "premium@v1", "ord-1")
    download = world.downloads.get("acc-1", download_id)
    assert (download.use, download.license_number) == (PERSONAL_USE, license_.number)
    assert world.accounts.get("acc-1").end_user == "Ada Lovelace"
    assert [event.name for event in world.events.published] == ["LicenseIssued"]
    assert list(world.documents.stored) == [f"letters/{license_.number}.pdf"]


@pytest.mark.clause("M-A.terms", "M-III.7", "U-II.IV.9", "M-VII.2")
def test_the_signed_text_holds_every_term(world: LicenseWorld) -> None:
    letter = world.issue(application(world.download())).letter
    claims = json.loads(jws.deserialize_compact(letter.jws, world.keys.keys[0], algorithms=["ES256"]).payload)
    stated = claims["license"]
    assert (claims["iss"], claims["jti"]) == ("https://api.example.org", letter.license.number)
    assert stated["terms"] == {
        "right": "personal",
        "joint_liability": False,
        "catalogue": "whole_catalogue",
        "audience": "unlimited",
        "period": "perpetual_synchronisation",
        "territory": "worldwide",
        "scope": "one_project_one_purpose",
        "prohibitions": list(PROHIBITIONS),
        "publicity": "resulting_works_may_be_shown",
        "name_publicity": "may_be_named",
        "after_membership": "outlasts_membership",
        "claims": "content_id",
        "governing_law": "hong_kong",
        "prevailing_language": "en",
        "price_list": "v1",
        "conditions": None,
    }
    assert stated["work"]["rendition_sha256"] == "ab" * 32
    assert stated["end_user"] == "Ada Lovelace"
    assert "account_id" not in stated


def test_a_letter_states_what_the_catalogue_and_the_member_say_of_the_work(world: LicenseWorld) -> None:
    asked = replace(application(world.download()), channel=" https://www.youtube.com/@ada ")
    world.tracks.stored["trk-1"] = replace(
        track("trk-1"), composer="M. Rivera", isrc="HKA012600042", performing_rights="none"
    )
    of = world.issue(asked).letter.license
    assert of.work.credits == Credits(12.5, "M. Rivera", "HKA012600042", "none")
    assert (of.channel, of.wording) == ("https://www.youtube.com/@ada", WORDING)
    with pytest.raises(IdempotencyKeyReused):
        world.issue(replace(asked, channel="another"))


@pytest.mark.clause("M-A.newest")
def test_a_letter_names_the_agreement_and_the_rights_row_that_its_order_was_placed_under(world: LicenseWorld) -> None:
    ordered = world.orders.get("acc-1", "ord-1").quoted_at
    for version, effective_at in (("1", ordered - DAY), ("2", ordered), ("3", ordered + timedelta(seconds=1))):
        body = {"id": "premium-agreement", "title": "Premium", "text": "…"}
        world.publications.publish(Publication("agreements", f"premium-agreement@{version}", effective_at, body))
    newer = plans_publication("v2", ordered + timedelta(seconds=1))
    world.publications.publish(newer)
    of = world.issue(application(world.download())).letter.license
    assert of.agreement is not None
    assert (of.agreement.version, of.agreement.url) == (
        "2",
        "https://api.example.org/v1/agreements/premium-agreement?version=2",
    )
    assert (of.terms.price_list, of.terms_id) == ("v1", "premium@v1")


@pytest.mark.clause("M-VII.2.name")
def test_a_letter_states_whether_its_licensee_may_be_named(world: LicenseWorld) -> None:
    world.accounts.mark_publicity("acc-1", not_named=True)
    assert world.issue(application(world.download())).letter.license.terms.name_publicity == "not_to_be_named"


@pytest.mark.clause("M-A.terms", "U-III.II.6")
def test_the_public_statement_holds_every_term_and_no_name_in_full() -> None:
    world = LicenseWorld("business")
    asked = application(world.download(), licensee=ACME, designated_user=STUDIO, use=ENTERPRISE_USE)
    letter = world.issue(asked).letter
    record = world.licenses.public(letter.license.number)
    assert record.statement is not None
    signed = jws.deserialize_compact(record.statement, world.keys.keys[0], algorithms=["ES256"])
    stated = json.loads(signed.payload)["license"]
    letters_own = json.loads(jws.deserialize_compact(letter.jws, world.keys.keys[0], algorithms=["ES256"]).payload)

    assert signed.protected["typ"] == "license-statement+jws"
    hidden = {"licensee", "designated_user", "end_user", "order_id", "download_id", "channel"}
    assert {name: value for name, value in letters_own["license"].items() if name not in hidden} == {
        name: value for name, value in stated.items() if name not in hidden | {"document_sha256", "jws_sha256"}
    }
    assert stated["licensee"] == {"name": "A*** F*** L***", "kind": "enterprise"}
    assert stated["designated_user"] == {"name": "S*** N*** G***"}
    assert stated["end_user"] == "S*** N*** G***"
    stored = world.documents.stored[f"letters/{letter.license.number}.pdf"]
    assert stated["document_sha256"] == hashlib.sha256(stored).hexdigest()
    assert stated["jws_sha256"] == record.jws_sha256


@pytest.mark.clause("M-A.rights", "M-II.1", "M-III.6.2")
@given(
    st.sampled_from(["premium", "business"]), st.sampled_from(list(PURPOSE_WORDS)), st.sampled_from(list(ProjectKind))
)
def test_the_rights_matrix_decides_every_cell(plan: str, purpose: str, kind: ProjectKind) -> None:
    world = LicenseWorld(plan)
    licensee = ADA if plan == "premium" else ACME
    asked = application(world.download(), licensee=licensee, use=Use(Project("X", kind), purpose, "youtube"))
    fits = kind is (ProjectKind.PERSONAL if plan == "premium" else ProjectKind.ENTERPRISE)
    allowed = PERSONAL_ONLY if plan == "premium" else (*PERSONAL_ONLY, *BUSINESS_ONLY)
    if fits and purpose in allowed:
        assert world.issue(asked).letter.license.purpose is purpose
    elif not fits:
        refused(world, asked, PlanNotForEnterprise if plan == "premium" else PlanNotForPersonal)
    else:
        error = refused(world, asked, PurposeNotPermitted)
        assert error.extra["purpose"] == purpose
        assert error.extra["permitted_by"] == ([] if purpose in NOBODY else ["business"])


@pytest.mark.clause("M-II.1")
def test_an_enterprise_needs_business_and_business_an_enterprise(world: LicenseWorld) -> None:
    error = refused(world, application(world.download(), licensee=ACME), LicenseeNeedsEnterprisePlan)
    assert (error.code, error.extra["needed_plan"]) == ("plan_not_for_enterprise", "business")
    business = LicenseWorld("business")
    error = refused(business, application(business.download(), use=ENTERPRISE_USE), InvalidFields)
    assert isinstance(error, InvalidFields)
    assert error.problems[0].field == "licensee.kind"


@pytest.mark.clause("M-III.6.1", "U-III.II.6")
def test_business_may_name_one_designated_user_and_no_second() -> None:
    world = LicenseWorld("business")
    first = application(world.download(), licensee=ACME, designated_user=STUDIO, use=ENTERPRISE_USE)
    license_ = world.issue(first).letter.license
    assert (license_.end_user, license_.terms.joint_liability) == (STUDIO.name, True)
    assert world.accounts.get("acc-1").end_user == STUDIO.name
    second = replace(first, download_id=world.download("key-2"), idempotency_key="license-2")
    assert world.issue(second).letter.license.end_user == STUDIO.name
    third = replace(second, download_id=world.download("key-3"), idempotency_key="license-3", designated_user=None)
    assert refused(world, third, EndUserBound).extra == {"end_user": STUDIO.name}


@pytest.mark.clause("M-III.6.1", "U-III.II.1")
def test_an_individual_is_the_only_end_user(world: LicenseWorld) -> None:
    refused(world, application(world.download(), designated_user=STUDIO), InvalidFields)
    world.issue(application(world.download()))
    other = application(world.download("key-2"), "license-2", licensee=replace(ADA, name="Charles Babbage"))
    refused(world, other, EndUserBound)


@pytest.mark.clause("M-III.6.2", "M-III.6.3")
def test_a_second_licence_on_a_download_is_refused(world: LicenseWorld) -> None:
    download_id = world.download()
    number = world.issue(application(download_id)).letter.license.number
    other = Use(Project("Another film", ProjectKind.PERSONAL), "social_media", "youtube")
    error = refused(world, application(download_id, "license-2", use=other), DownloadAlreadyLicensed)
    assert error.extra == {"license_number": number}
    assert "needs another download" in error.detail
    refused(world, application(download_id, "license-2"), DownloadAlreadyLicensed)
    assert world.issue(application(world.download("key-2"), "license-2", use=other)).letter.license.number != number


@pytest.mark.clause("M-III.6.2", "M-III.8.default")
@pytest.mark.parametrize(
    ("named", "what"),
    [
        (Use(Project("Another film", ProjectKind.PERSONAL)), "project"),
        (Use(purpose="academic"), "purpose"),
        (Use(platform="TikTok"), "platform"),
    ],
)
def test_what_a_download_was_granted_for_cannot_change(world: LicenseWorld, named: Use, what: str) -> None:
    download_id = world.download(use=PERSONAL_USE)
    error = refused(world, application(download_id, use=named), DownloadUseBound)
    assert error.extra == {"bound": what}
    assert "download the track again" in error.detail
    assert world.issue(application(download_id, use=Use())).letter.license.project == HOLIDAY


def test_what_was_bound_is_completed_by_what_is_named_now(world: LicenseWorld) -> None:
    spelled = Project(f" {HOLIDAY.name.replace(' ', '  ')}", HOLIDAY.kind)
    sent = application(world.download(use=Use(HOLIDAY)), use=Use(spelled, "social_media", " YouTube"))
    license_ = world.issue(sent).letter.license
    assert (license_.project, license_.purpose, license_.platform) == (HOLIDAY, "social_media", "YouTube")


def test_what_is_missing_is_named(world: LicenseWorld) -> None:
    error = refused(world, application(world.download(), use=Use()), InvalidFields)
    assert isinstance(error, InvalidFields)
    assert [(each.field, each.code) for each in error.problems] == [("project", "required"), ("purpose", "required")]
    empty = Use(Project(" ", ProjectKind.PERSONAL), "academic", "\u0007")
    error = refused(world, application(world.download(), use=empty), InvalidFields)
    assert isinstance(error, InvalidFields)
    assert [each.field for each in error.problems] == ["project.name", "platform"]


@pytest.mark.clause("M-IV")
def test_the_download_must_be_the_callers_own(world: LicenseWorld) -> None:
    refused(world, application(world.download(account_id="acc-2")), DownloadNotFound)
    refused(world, application("dl_unknown"), DownloadNotFound)


@pytest.mark.clause("M-II.3")
def test_a_download_that_nothing_paid_for_gets_no_licence(world: LicenseWorld) -> None:
    download_id = world.download()
    world.downloads.set_periods("acc-1", [])
    refused(world, application(download_id), DownloadNotPaid)


@pytest.mark.clause("M-II.8")
@pytest.mark.parametrize("ended", ["returned_at", "declined_at"])
def test_once_its_payment_went_back_a_download_gets_no_licence(world: LicenseWorld, ended: str) -> None:
    licensed, later = world.download("key-1"), world.download("key-2")
    letter = world.issue(application(licensed)).letter
    order = world.orders.stored["ord-1"]
    assert order.settlement is not None
    world.orders.stored["ord-1"] = replace(order, settlement=replace(order.settlement, **{ended: NOW}))

    refused(world, application(later, key="license-2"), DownloadNotPaid)
    assert world.issue(application(licensed)).letter == letter


@pytest.mark.clause("M-V.1")
def test_a_membership_that_was_only_cancelled_keeps_its_downloads(world: LicenseWorld) -> None:
    download_id = world.download()
    order = world.orders.stored["ord-1"]
    assert order.settlement is not None
    world.orders.stored["ord-1"] = replace(order, settlement=replace(order.settlement, cancelled_at=NOW))

    assert world.issue(application(download_id)).letter.license.download_id == download_id


def test_a_revoked_download_gets_no_licence(world: LicenseWorld) -> None:
    download_id = world.download()
    world.downloads.records["acc-1"].revoked[download_id] = NOW
    assert refused(world, application(download_id), DownloadRevoked).extra == {"revoked_at": NOW}


def test_a_frozen_account_gets_no_licence(world: LicenseWorld) -> None:
    download_id = world.download()
    world.accounts.becomes("acc-1", AccountStatus.BANNED)
    refused(world, application(download_id), AccountFrozen)


@pytest.mark.clause("M-III.5.fraud")
@pytest.mark.clause("M-V.2")
def test_a_restricted_account_gets_no_licence_until_the_restriction_ends(world: LicenseWorld) -> None:
    letter = world.issue(application(world.download())).letter
    asked, until = application(world.download("key-2"), key="license-2"), NOW + timedelta(minutes=10)
    world.standings.restrict("acc-1", Restriction("many_networks", until))
    assert refused(world, asked, AccountRestricted).extra == {"until": until, "reason": "many_networks"}
    assert world.issue(application(letter.license.download_id)).letter == letter, (
        "the event of an issued letter is published again"
    )
    world.clock.at = until
    world.issue(asked)


def test_a_name_that_cannot_be_printed_is_refused_before_anything_is_bound(world: LicenseWorld) -> None:
    error = refused(world, application(world.download(), licensee=replace(ADA, name="\U00013000")), UnprintableText)
    assert error.extra == {"characters": ["\U00013000"]}
    assert world.documents.stored == {}


@pytest.mark.clause("M-III.8.apply")
def test_the_same_request_gets_the_same_letter_again(world: LicenseWorld) -> None:
    asked = application(world.download())
    first = world.issue(asked)
    world.clock.advance(days=400)
    assert world.issue(asked) == IssuedLicense(first.letter, replayed=True)
    assert len(world.licenses.records) == len(world.documents.stored) == 1


def test_a_key_with_another_content_is_refused(world: LicenseWorld) -> None:
    asked = application(world.download())
    world.issue(asked)
    refused(world, replace(asked, licensee=replace(ADA, address=None)), IdempotencyKeyReused)
    refused(world, replace(asked, download_id=world.download("key-2")), IdempotencyKeyReused)


def test_keys_of_two_accounts_do_not_meet(world: LicenseWorld) -> None:
    mine = world.issue(application(world.download()))
    other = world.issue(application(world.download(account_id="acc-2"), account_id="acc-2"))
    assert mine.letter.license.number != other.letter.license.number
    assert not other.replayed


class _Contended(MemoryLicenses):
    """Licences where another write always comes first."""

    def issue(self, *_: object) -> bool:
        return False


def test_endless_contention_ends_in_try_again(world: LicenseWorld) -> None:
    contended = dataclasses.replace(world.issue, licenses=_Contended(world.accounts, world.downloads))
    with pytest.raises(Unavailable):
        contended(application(world.download()))
    assert world.licenses.records == {}


class _Overtaken(MemoryLicenses):
    """Licences where the same request, sent concurrently, completes right after this one was found to be new."""

    twin: Callable[[], object] | None = None

    def issued(self, account_id: str, key: str) -> Issued | None:
        found = super().issued(account_id, key)
        twin, self.twin = self.twin, None
        if twin:
            twin()
        return found


def test_a_request_that_its_own_twin_overtook_gets_the_twins_letter(world: LicenseWorld) -> None:
    asked = application(world.download())
    overtaken = _Overtaken(
        world.accounts, world.downloads, world.licenses.letters, world.licenses.requests, world.licenses.records
    )
    overtaken.twin = lambda: world.issue(asked)
    got = dataclasses.replace(world.issue, licenses=overtaken)(asked)
    assert got.replayed
    assert [got.letter] == list(world.licenses.letters.values())


class _DeadBus(MemoryEvents):
    def publish(self, *_: object) -> None:
        raise Unavailable


class _AskedTwice(MemoryDocuments):
    """Stores the object, loses the response, and refuses the SDK's retry."""

    def put(self, key: str, content: bytes) -> None:
        super().put(key, content)
        super().put(key, bytes(content + b" "))


def test_a_lost_response_of_the_upload_is_retried(world: LicenseWorld) -> None:
    asked = application(world.download())
    printing = dataclasses.replace(world.issue.print_letter, documents=_AskedTwice())
    with pytest.raises(Unavailable):
        dataclasses.replace(world.issue, print_letter=printing)(asked)
    assert not world.issue(asked).replayed


def test_a_repeated_request_completes_after_a_crash(world: LicenseWorld) -> None:
    asked = application(world.download())
    with pytest.raises(Unavailable):
        dataclasses.replace(world.issue, events=_DeadBus())(asked)
    again = world.issue(asked)
    assert again.replayed
    assert [event.name for event in world.events.published] == ["LicenseIssued"]
    assert len(world.documents.stored) == 1


def test_anyone_verifies_and_sees_no_name(world: LicenseWorld) -> None:
    letter = world.issue(application(world.download())).letter
    public = world.licenses.public(normal_number(letter.license.number.lower()))
    assert (public.status, public.licensee, public.end_user) == ("valid", "A*** L***", "A*** L***")
    assert public.document_sha256 == letter.document_sha256
    with pytest.raises(LicenseNotFound):
        world.licenses.public("AMT-000000-000000-000000-000000")


def test_only_the_owner_reads_the_document(world: LicenseWorld) -> None:
    letter = world.issue(application(world.download())).letter
    mine = ListLicenses(world.licenses, world.documents)
    document = mine.document("acc-1", letter.license.number)
    assert document.sha256 == letter.document_sha256
    assert document.content == world.documents.stored[f"letters/{letter.license.number}.pdf"]
    with pytest.raises(LicenseNotFound):
        mine.document("acc-2", letter.license.number)
    assert [each.license for each in mine("acc-1", limit=10, cursor=None).items] == [letter.license]
    assert mine("acc-2", limit=10, cursor=None).items == []


@pytest.mark.clause("M-II.9", "M-II.5")
def test_a_download_keeps_the_terms_that_it_was_granted_under(world: LicenseWorld) -> None:
    download_id = world.download()
    newer = json.loads(json.dumps(plans_publication().body))
    for plan in newer["plans"]:
        plan["rights"] = dict.fromkeys(plan["rights"], "no")
    world.publications.publish(Publication("plans", "v2", NOW + timedelta(days=1), newer))
    world.clock.advance(days=365)
    license_ = world.issue(application(download_id)).letter.license
    assert (license_.terms_id, license_.terms.right) == ("premium@v1", "personal")


@pytest.mark.clause("U-II.III.1.4")
def test_an_enterprise_is_never_licensed_as_an_individual_or_for_a_personal_project() -> None:
    world = LicenseWorld()
    download = world.download()
    world.accounts.stored["acc-1"] = replace(world.accounts.get("acc-1"), kind=AccountKind.ENTERPRISE)

    with pytest.raises(EnterpriseOnly):  # a download from before it became one
        world.issue(application(download))
    enterprise = Licensee("Nord GmbH", LicenseeKind.ENTERPRISE)
    with pytest.raises(EnterpriseOnly):
        world.issue(application(download, licensee=enterprise))
    assert world.licenses.records == {}


@pytest.mark.clause("U-II.III.1.4", "M-II.9")
def test_premium_serves_its_individual_until_business_begins(world: LicenseWorld) -> None:
    begins = NOW + timedelta(days=10)
    world.accounts.stored["acc-1"] = replace(world.accounts.get("acc-1"), enterprise_from=begins)
    first, second = world.download(), world.download("key-2")
    assert world.issue(application(first)).letter.license.end_user == "Ada Lovelace"
    world.clock.at = begins
    with pytest.raises(EnterpriseOnly):
        world.issue(application(second, "license-2"))


@pytest.mark.clause("U-II.III.1.4")
def test_an_account_that_becomes_an_enterprise_meanwhile_is_not_licensed_as_an_individual(world: LicenseWorld) -> None:
    download, accounts = world.download(), world.accounts

    class Overtaken(MemoryAccounts):
        def get(self, account_id: str) -> Account:
            read = accounts.get(account_id)
            accounts.stored[account_id] = replace(read, enterprise_from=NOW)
            return read

    with pytest.raises(EnterpriseOnly):
        dataclasses.replace(world.issue, accounts=Overtaken())(application(download))
    assert world.licenses.records == {}


@pytest.mark.clause("M-III.8.apply")
def test_the_letter_is_there_at_once_and_what_was_said_of_the_buyer_stays() -> None:
    world = LicenseWorld()
    download = world.download()
    letter = world.issue(application(download)).letter
    number = letter.license.number
    document = world.documents.stored[f"letters/{number}.pdf"]

    moved = replace(ADA, address="2 Hill Road", tax_id="HK-9")
    with pytest.raises(IdempotencyKeyReused):
        world.issue(application(download, licensee=moved))
    with pytest.raises(DownloadAlreadyLicensed):
        world.issue(application(download, "license-2", licensee=moved))
    world.accounts.stored["acc-1"] = replace(world.accounts.get("acc-1"), display_name="Somebody Else", country="SG")

    kept = world.licenses.get("acc-1", number)
    assert kept.license.licensee == letter.license.licensee == ADA
    assert (kept.jws, kept.document_sha256) == (letter.jws, letter.document_sha256)
    assert world.documents.stored[f"letters/{number}.pdf"] == document
