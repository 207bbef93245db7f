"""A member gives the particulars of the enterprise, declares its consent and sends its letter of authority."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from allmytracks import wiring
from allmytracks.enterprises.rules import AGREEMENTS
from tests.factories.accounts import agreement_publication
from tests.factories.enterprises import COMPANY, CONSENTED, FORM, VERSION, EnterpriseWorld
from tests.factories.tickets import PDF, TicketWorld, a_file
from tests.fakes.wiring import put

pytestmark = pytest.mark.clause("U-II.III.1.4.consent")
LETTERS = "POST /v1/account/enterprise/letters"
PUT = "PUT /v1/account/enterprise"


@pytest.fixture
def desk() -> TicketWorld:
    return TicketWorld()


@pytest.fixture
def world(desk: TicketWorld) -> Iterator[EnterpriseWorld]:
    made = EnterpriseWorld()
    for each in AGREEMENTS:
        made.publications.publish(agreement_publication(each))
    services = desk.services()
    put(services, {**made.parts(), "tickets.files": made.files})
    wiring.install(services)
    yield made
    wiring.install(None)


def test_there_is_nothing_at_first(world: EnterpriseWorld) -> None:
    nothing = {"company": None, "declaration": {"status": "missing", "consented": []}, "letter_of_authority": None}
    assert world.enterprise() == nothing


@pytest.mark.clause("U-II.III.1.4")
def test_the_company_is_kept_with_what_it_consented_to(world: EnterpriseWorld, desk: TicketWorld) -> None:
    status, kept = world.ask(PUT, FORM)
    assert status == 200
    assert kept == world.enterprise()
    assert kept["company"] == {name: FORM[name] for name in ("name", "address", "country", "registration_number")}
    declared = {"declared_at": "2026-11-22T06:00:00.000Z"}
    assert kept["declaration"] == {"status": "given", "consented": [{**each, **declared} for each in CONSENTED]}
    desk.clock.advance(hours=1)
    assert world.ask(PUT, FORM)[1] == kept, "the first declaration is the evidence"
    evidence = world.enterprises.declared("acc-1")
    assert {(each.agreement, each.version, each.source_ip, each.company) for each in evidence} == {
        (agreement, VERSION, "192.0.2.7", COMPANY) for agreement in AGREEMENTS
    }


def test_a_declaration_is_of_all_three_agreements_as_they_are_in_force(world: EnterpriseWorld) -> None:
    some = [CONSENTED[0], {"agreement": "privacy-policy", "version": "old"}]
    status, refused = world.ask(PUT, {**FORM, "consented": some})
    assert status == 422
    assert [(each["field"], each["code"]) for each in refused["errors"]] == [
        ("consented", "acceptance_outdated"),
        ("consented", "acceptance_missing"),
    ]
    assert world.enterprise()["company"] is None, "nothing of a refused form is kept"


def test_particulars_without_a_declaration_are_kept_and_a_new_version_is_to_be_declared(
    world: EnterpriseWorld, desk: TicketWorld
) -> None:
    form = {name: FORM[name] for name in ("name", "address", "country")}
    assert world.ask(PUT, form)[1]["declaration"]["status"] == "missing"
    assert world.ask(PUT, FORM)[1]["declaration"]["status"] == "given"
    desk.clock.advance(days=30)
    world.publications.publish(agreement_publication("privacy-policy", "2026-12-01", desk.clock.now()))
    assert world.enterprise()["declaration"]["status"] == "outdated"
    newer = [*(each for each in CONSENTED if each["agreement"] != "privacy-policy")]
    newer.append({"agreement": "privacy-policy", "version": "2026-12-01"})
    assert world.ask(PUT, {**FORM, "consented": newer})[1]["declaration"]["status"] == "given"
    other = {**form, "name": "Difference Engines Ltd"}
    assert world.ask(PUT, other)[1]["declaration"] == {"status": "missing", "consented": []}


def test_what_cannot_be_accepted_is_named_at_once(world: EnterpriseWorld) -> None:
    status, refused = world.ask(PUT, {"name": " ", "address": [], "country": "XX"})
    assert status == 422
    assert [each["field"] for each in refused["errors"]] == ["name", "address", "country"]
    wrong = {"name": "", "media_type": "text/plain", "bytes": 0, "sha256": "0"}
    status, refused = world.ask(LETTERS, wrong)
    assert status == 422
    assert [each["field"] for each in refused["errors"]] == ["name", "media_type", "bytes", "sha256"]


def test_a_letter_is_in_review_once_it_arrived(world: EnterpriseWorld) -> None:
    status, upload = world.ask(LETTERS, a_file())
    assert status == 201
    assert set(upload) == {"letter_id", "url", "headers", "expires_at"}
    assert world.enterprise()["letter_of_authority"]["status"] == "awaiting_upload"
    assert world.ask(LETTERS, a_file())[1]["letter_id"] == upload["letter_id"], "the same file is the same letter"
    world.files.stored[upload["url"].removeprefix("memory://")] = PDF
    letter = world.enterprise()["letter_of_authority"]
    assert (letter["letter_id"], letter["status"]) == (upload["letter_id"], "in_review")
    assert letter["reason"] is letter["due_at"] is letter["reviewed_at"] is None


def test_content_of_another_type_is_unreadable_and_another_letter_may_follow(world: EnterpriseWorld) -> None:
    first = world.send(b"no PDF at all")
    assert world.enterprise()["letter_of_authority"]["status"] == "unreadable"
    second = world.send()
    assert second != first
    assert world.enterprise()["letter_of_authority"]["status"] == "in_review"


def test_only_the_member_s_own_letter_is_shown(world: EnterpriseWorld, desk: TicketWorld) -> None:
    world.send()
    assert world.ask("GET /v1/account/enterprise", account_id="acc-2")[1]["letter_of_authority"] is None
    desk.clock.advance(seconds=timedelta(days=1).total_seconds())
    assert world.enterprise()["letter_of_authority"]["status"] == "in_review"
