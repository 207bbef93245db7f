"""Optional consents, acceptances after the sign-up, versions of agreements, the list of processors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks import wiring
from allmytracks.accounts.rules import Acceptance, AccountStatus
from allmytracks.accounts.rules_sessions import Session
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.settings import Settings
from allmytracks.foundation.throttling.dynamodb import UncountedClients
from allmytracks.foundation.throttling.use_cases import Throttle
from functions.keep_consents import handler as consents
from functions.list_agreements import handler as agreements
from functions.refresh_session import handler as refreshing
from functions.sign_in import handler as signing_in
from tests.factories.accounts import account, agreement_publication, consent_publication, processors_publication
from tests.factories.entities import filled
from tests.factories.gateway import call, read
from tests.factories.instants import NOW
from tests.fakes.accounts import (
    MemoryAccounts,
    MemoryAddresses,
    MemoryDeadlines,
    MemoryEmailedCodes,
    MemoryIdentity,
    MemorySessions,
    proved_member,
)
from tests.fakes.consents import MemoryConsentDecisions
from tests.fakes.enforcement import MemoryStandings
from tests.fakes.foundation import FixedClock, MemoryMailer
from tests.fakes.publishing import MemoryPublications
from tests.fakes.wiring import put

LATER = timedelta(days=1)


class World:
    """The functions over memory."""

    def __init__(self, accounts: MemoryAccounts | None = None) -> None:
        self.clock, self.publications = FixedClock(NOW), MemoryPublications()
        self.accounts, self.decisions, self.identity = (
            accounts or MemoryAccounts(),
            MemoryConsentDecisions(),
            MemoryIdentity(),
        )
        self.sessions, self.addresses = MemorySessions(self.accounts), MemoryAddresses(self.accounts)
        for each in ("user-agreement", "privacy-policy", "cloud-agreement"):
            self.publications.publish(agreement_publication(each))
        for each in ("marketing_mail", "profiling"):
            self.publications.publish(consent_publication(each))
        self.publications.publish(processors_publication())
        self.services = wiring.Services(
            Settings({"PUBLIC_URL": "https://api.example", "SITE_URL": "https://site.example", "THROTTLING": "off"})
        )
        put(
            self.services,
            {
                "foundation.clock": self.clock,
                "publishing.publications": self.publications,
                "accounts.repository": self.accounts,
                "accounts.addresses": self.addresses,
                "accounts.consents": self.decisions,
                "accounts.identity": self.identity,
                "accounts.sessions": self.sessions,
                "accounts.codes": MemoryEmailedCodes(),
                "foundation.mailer": MemoryMailer(),
                "accounts.deadlines": MemoryDeadlines(),
                "enforcement.standings": MemoryStandings(self.accounts),
                "foundation.throttle": Throttle(UncountedClients, self.clock),
            },
        )

    def ask(self, handler: Any, route: str, body: object = None, **parts: Any) -> tuple[int, Any]:
        headers = {"content-type": "application/json"}
        text = None if body is None else json.dumps(body)
        return read(call(handler.handle, route, headers=headers, body=text, **parts))

    def consents(self) -> dict[str, Any]:
        _, answer = self.ask(consents, "GET /v1/account/consents")
        return {each["id"]: each for each in answer["items"]}

    def decide(self, consent: str, **body: object) -> tuple[int, Any]:
        return self.ask(consents, "PUT /v1/account/consents/{id}", body, pathParameters={"id": consent})


@pytest.fixture
def world() -> Iterator[World]:
    made = World(MemoryAccounts({"acc-1": account()}))
    wiring.install(made.services)
    yield made
    wiring.install(None)


@pytest.mark.clause("P-15.consent")
def test_each_optional_consent_is_given_and_withdrawn_alone(world: World) -> None:
    assert {each["id"]: (each["given"], each["changed_at"]) for each in world.consents().values()} == {
        "marketing_mail": (False, None),
        "profiling": (False, None),
    }
    status, given = world.decide("marketing_mail", given=True)
    assert (status, given["given"], given["version"]) == (200, True, "2026-11-01")
    assert given["purpose"] == "What marketing_mail is for, version 2026-11-01."
    assert given["changed_at"] == "2026-11-22T06:00:00.000Z"
    assert {name for name, each in world.consents().items() if each["given"]} == {"marketing_mail"}
    assert world.services.accounts.keep_consents.given("acc-1", "marketing_mail")

    world.clock.advance(hours=1)
    assert world.decide("marketing_mail", given=True)[1]["changed_at"] == given["changed_at"]  # again changes nothing
    assert world.decide("marketing_mail", given=False)[1]["given"] is False
    assert not world.services.accounts.keep_consents.given("acc-1", "marketing_mail")
    history = world.services.accounts.keep_consents.history("acc-1")
    assert [(each.given, each.version, each.source_ip) for each in history] == [
        (True, "2026-11-01", "192.0.2.7"),
        (False, "2026-11-01", "192.0.2.7"),
    ]


@pytest.mark.clause("P-share.purpose")
def test_a_new_purpose_needs_a_new_consent_before_data_are_used_for_it(world: World) -> None:
    world.decide("profiling", given=True)
    world.publications.publish(consent_publication("profiling", "2026-12-01", NOW + LATER))
    assert world.services.accounts.keep_consents.given("acc-1", "profiling")

    world.clock.advance(days=1)
    assert not world.services.accounts.keep_consents.given("acc-1", "profiling")
    shown = world.consents()["profiling"]
    assert (shown["given"], shown["version"]) == (False, "2026-12-01")
    assert shown["translations"] == {"zh-Hant": "推薦"}
    status, refused = world.decide("profiling", given=True, version="2026-11-01")
    assert (status, refused["errors"][0]["code"]) == (422, "consent_outdated")
    assert world.decide("profiling", given=True, version="2026-12-01")[1]["given"] is True
    assert world.services.accounts.keep_consents.given("acc-1", "profiling")


def test_an_unknown_consent_is_not_found_and_a_wrong_body_is_refused(world: World) -> None:
    status, refused = world.decide("unknown", given=True)
    assert (status, refused["code"]) == (404, "consent_not_found")
    assert world.decide("profiling", given="yes")[0] == 422
    assert not world.decisions.stored


@pytest.mark.clause("M-0.precedence")
def test_an_agreement_is_accepted_in_its_current_version_once(world: World) -> None:
    form = {"agreement": "cloud-agreement", "version": "2026-11-01"}
    status, accepted = world.ask(consents, "POST /v1/account/acceptances", form)
    assert (status, accepted) == (201, {**form, "accepted_at": "2026-11-22T06:00:00.000Z"})
    world.clock.advance(days=1)
    assert world.ask(consents, "POST /v1/account/acceptances", form) == (201, accepted)

    status, refused = world.ask(consents, "POST /v1/account/acceptances", {**form, "version": "2025-01-01"})
    (problem,) = refused["errors"]
    assert (status, problem["field"], problem["code"]) == (422, "version", "acceptance_outdated")
    status, refused = world.ask(consents, "POST /v1/account/acceptances", {**form, "agreement": "unknown"})
    assert (status, refused["code"]) == (404, "agreement_not_found")


@pytest.mark.clause("S-6.5")
def test_an_open_page_of_a_member_whose_account_was_closed_stores_nothing(world: World) -> None:
    """Its token is good for up to an hour, and the account is erased within minutes."""
    world.accounts.becomes("acc-1", AccountStatus.CLOSED)
    form = {"agreement": "cloud-agreement", "version": "2026-11-01"}
    for status, refused in (
        world.decide("marketing_mail", given=False),
        world.ask(consents, "POST /v1/account/acceptances", form),
    ):
        assert (status, refused["code"]) == (403, "account_frozen")
    assert (world.decisions.stored, world.accounts.acceptances("acc-1")) == ({}, [])


@pytest.mark.clause("U-I.3")
@pytest.mark.clause("M-0.precedence")
def test_use_after_publication_goes_on_record_once_for_each_version(world: World) -> None:
    world.identity.sign_up("login", "Correct4horse battery")
    world.identity.confirm("login")
    user = world.identity.users["login"]
    tokens = world.identity.sign_in("login", "Correct4horse battery")
    session = replace(filled(Session), id=tokens.session_id, started_at=NOW)
    world.sessions.open(user.account_id, session)
    member = account(user.account_id, AccountStatus.ACTIVE)
    first = Acceptance("user-agreement", "2026-11-01", NOW, "192.0.2.1")
    world.accounts.add(member, [first])

    def use() -> list[Acceptance]:
        assert world.ask(refreshing, "POST /v1/sessions/refresh", {"refresh_token": tokens.refresh_token})[0] == 201
        return list(world.accounts.acceptances(user.account_id))

    assert use() == [first]
    world.publications.publish(agreement_publication("user-agreement", "2026-12-01", NOW + LATER))
    assert use() == [first]  # it is not in force yet
    world.clock.advance(days=1)
    by_use = Acceptance("user-agreement", "2026-12-01", NOW + LATER, "192.0.2.7", by_use=True)
    assert use() == [first, by_use]  # and nothing of an agreement that the member never accepted
    world.clock.advance(days=1)
    assert use() == [first, by_use]


class Silent(MemoryAccounts):
    """Accounts of which nothing more can be recorded for now."""

    def acceptances(self, *_: object) -> Sequence[Acceptance]:
        raise Unavailable

    def use(self, *_: object) -> None:
        raise Unavailable


@pytest.mark.clause("U-I.3")
def test_a_session_begins_and_goes_on_where_its_use_cannot_be_recorded() -> None:
    world = World(Silent())
    wiring.install(world.services)
    try:
        email, password = "ada@example.org", "Correct4horse battery"
        proved_member(world.identity, world.accounts, world.addresses, email, password)
        status, begun = world.ask(signing_in, "POST /v1/sessions", {"email": email, "password": password})
        assert status == 201
        form = {"refresh_token": begun["refresh_token"]}
        assert world.ask(refreshing, "POST /v1/sessions/refresh", form)[0] == 201
    finally:
        wiring.install(None)


@pytest.mark.clause("P-update")
def test_agreements_show_their_last_update_and_earlier_versions_stay_readable(world: World) -> None:
    new = agreement_publication("user-agreement", "2026-11-10", NOW - LATER)
    updated = {**new.body, "text": "New.", "updated_at": "2026-11-05T00:00:00Z"}
    world.publications.publish(replace(new, body=updated))
    world.publications.publish(agreement_publication("user-agreement", "2027-01-01", NOW + LATER))
    route, path = "GET /v1/agreements/{id}", {"id": "user-agreement"}

    status, current = world.ask(agreements, route, pathParameters=path)
    assert status == 200
    assert (current["version"], current["text"]) == ("2026-11-10", "New.")
    assert current["updated_at"] == "2026-11-05T00:00:00.000Z"
    assert [each["version"] for each in current["versions"]] == ["2026-11-10", "2026-11-01"]
    earlier = world.ask(agreements, route, pathParameters=path, queryStringParameters={"version": "2026-11-01"})[1]
    assert (earlier["version"], earlier["text"]) == ("2026-11-01", "The text of user-agreement.")
    assert earlier["updated_at"] == earlier["effective_at"]
    for unknown in ("1999-01-01", "2027-01-01"):
        asked = {"queryStringParameters": {"version": unknown}}
        assert world.ask(agreements, route, pathParameters=path, **asked)[0] == 404


@pytest.mark.clause("P-13.processors")
def test_the_list_of_processors_is_open_and_its_versions_stay_readable(world: World) -> None:
    world.publications.publish(processors_publication("2026-12-01", NOW + LATER))
    _, first = world.ask(agreements, "GET /v1/processors")
    assert first["version"] == "2026-11-01"
    translations = {"zh-Hant": {"purpose": "託管", "data": "全部", "place": "香港"}}
    host = {"name": "Host", "purpose": "hosting", "data": "all", "place": "Hong Kong", "since": "2026-11-01"}
    assert first["items"] == [{**host, "translations": translations}]
    world.clock.advance(days=1)
    assert world.ask(agreements, "GET /v1/processors")[1]["version"] == "2026-12-01"
    earlier = {"queryStringParameters": {"version": "2026-11-01"}}
    assert world.ask(agreements, "GET /v1/processors", **earlier)[1] == first
    unknown = {"queryStringParameters": {"version": "none"}}
    assert world.ask(agreements, "GET /v1/processors", **unknown)[0] == 404
