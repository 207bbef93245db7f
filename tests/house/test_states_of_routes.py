"""Every route of a member in every state of its account: the function responds as docs/states.md says."""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks import wiring
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_billing import Billing
from allmytracks.accounts.rules_sessions import Session
from allmytracks.accounts.rules_sign_ups import Owner
from allmytracks.accounts.rules_states import Act, Restriction
from allmytracks.accounts.third_party.rules import Attempt, ThirdPartyIdentity, ThirdPartyLogin
from allmytracks.catalogue.rules import Origin
from allmytracks.enforcement.dynamodb_standings import standing_for
from allmytracks.foundation.settings import Settings
from allmytracks.foundation.throttling.dynamodb import UncountedClients
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.licenses.packs.use_cases.request_project_pack import RequestProjectPack
from allmytracks.privacy.use_cases.request_export import RequestExport
from allmytracks.storage.rules_devices import Device, device_id_of
from allmytracks.storage.rules_recordings import recording_of
from allmytracks.storage.rules_trials import DeviceTrial
from infra.states import PAGE, RESTRICTED, ROUTES, STATES, refusal, render
from tests.factories.accounts import agreement_publication, consent_publication
from tests.factories.instants import NOW
from tests.factories.licenses import PUBLIC_URL, LicenseWorld, application
from tests.factories.memberships import plans_publication
from tests.factories.payments import an_order
from tests.factories.route_answers import ANSWERED, STATE_CODES
from tests.factories.special_licenses import SIGNED, paid, quoted
from tests.factories.storage import CODE, NAME_RULES, RECORDING, announcement, registered
from tests.factories.storage_packages import packages_publication
from tests.factories.template import PUBLIC, described
from tests.factories.tickets import QUESTION, a_file
from tests.factories.tracks import track
from tests.fakes.accounts import (
    MemoryAddresses,
    MemoryBillingParticulars,
    MemoryDeadlines,
    MemoryEmailedCodes,
    MemoryGuardianConsents,
    MemoryIdentity,
    MemorySessions,
)
from tests.fakes.batches import MemoryBatchQueue, MemoryLicenseBatches
from tests.fakes.bookkeeping import MemoryBookkeeping
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.closing import MemoryClosings
from tests.fakes.consents import MemoryConsentDecisions
from tests.fakes.disclosures import MemoryDisclosureRegister
from tests.fakes.enforcement import MemoryCases
from tests.fakes.enterprises import MemoryEnterprises
from tests.fakes.favourites import MemoryFavourites
from tests.fakes.foundation import CountedIds, MemoryMailer
from tests.fakes.inbox import MemoryInbox
from tests.fakes.invoices import MemoryInvoices
from tests.fakes.issued_links import MemoryIssuedLinks
from tests.fakes.links import MemoryLinkSigner
from tests.fakes.music_agreements import MemoryMusicAgreements, MemoryQuotes, MemorySpecialLinks
from tests.fakes.notices import MemoryNotices
from tests.fakes.packs import MemoryProjectPacks
from tests.fakes.payment_provider import MemoryProvider, MemoryQueue
from tests.fakes.privacy import MemoryErasures, MemoryExports
from tests.fakes.searches import MemorySearches
from tests.fakes.storage import MemoryDevices, MemoryRecordingFiles, MemoryRecordings, MemoryTrials
from tests.fakes.subscriptions import MemorySubscriptions
from tests.fakes.third_party import (
    MemoryAttempts,
    MemorySignInProofs,
    MemoryThirdParty,
    MemoryThirdPartyLogins,
)
from tests.fakes.tickets import MemoryAttachmentFiles, MemoryTickets
from tests.fakes.timeline import MemoryHistories
from tests.fakes.wiring import put

EMAIL, PASSWORD = "ada@example.org", "Correct4horse battery"
PERSON = ThirdPartyIdentity("https://login.example", "sub-ada", EMAIL, email_verified=True)
SETTINGS = {
    "PUBLIC_URL": PUBLIC_URL,
    "SITE_URL": "https://site.example",
    "DAY_TIME_ZONE": "Asia/Hong_Kong",
    "ANTI_FRAUD": "off",
    "THROTTLING": "off",
}
HANDLERS = {route: name for name, function in described().items() for route in function.routes()}
ACCEPT = [{"agreement": "premium-agreement", "version": "2026-11-01"}]
USE = {"project": {"name": "Holiday", "kind": "personal"}, "purpose": "social_media", "platform": "YouTube"}


class Member:
    """A member with a session, particulars, a quote, two downloads and a licence for one of them."""

    def __init__(self) -> None:
        self.world = world = LicenseWorld()
        self.licensed, self.download = world.download("key-1"), world.download("key-2")
        letter = world.issue(application(self.licensed)).letter
        self.project, self.number = letter.license.project.name, letter.license.number
        world.orders.add(an_order("ord-9", quoted_at=NOW))
        self.identity = MemoryIdentity()
        self.proofs = MemorySignInProofs()
        self.identity.redeem = lambda name, proof: self.proofs.redeem(name, proof, world.clock.now())
        self.identity.sign_up("login", PASSWORD)
        self.identity.confirm("login")
        self.identity.users["login"].account_id = "acc-1"
        tokens = self.identity.sign_in("login", PASSWORD)
        self.refresh_token, self.session_id = tokens.refresh_token, tokens.session_id
        self.sessions = MemorySessions(world.accounts)
        self.sessions.open("acc-1", Session(self.session_id, NOW, NOW, "192.0.2.0/24", "test"))
        self.services = wiring.Services(Settings(SETTINGS))
        put(self.services, self._adapters())

    def _adapters(self) -> dict[str, object]:
        world, links, tracks = self.world, MemoryLinkSigner(), MemoryTracks()
        tracks.add(track("trk-1"), Origin(import_id="imp-1", path="trk-1.wav", checksums=("trk-1",)))
        for publication in (plans_publication(), agreement_publication("premium-agreement"), consent_publication()):
            if publication.kind != "plans":
                world.publications.publish(publication)
        inbox = MemoryInbox()
        books = MemoryBookkeeping(world.accounts, world.orders, inbox)
        return {
            "accounts.repository": world.accounts,
            "accounts.addresses": MemoryAddresses(world.accounts, {EMAIL: Owner("acc-1", "login")}),
            "downloads.allowances": world.downloads,
            "accounts.consents": MemoryConsentDecisions(),
            "accounts.billing": MemoryBillingParticulars({"acc-1": Billing("Ada", ("Road 1",), "HK")}),
            "payments.ledger.bookkeeping": books,
            "enforcement.cases": MemoryCases(),
            "closing.repository": MemoryClosings(),
            "foundation.clock": world.clock,
            "downloads.repository": world.downloads,
            "foundation.events": world.events,
            "publishing.fresh_publications": world.publications,
            "accounts.guardian_consents": MemoryGuardianConsents(),
            "accounts.identity": self.identity,
            "accounts.sessions": self.sessions,
            "accounts.codes": MemoryEmailedCodes(),
            "accounts.deadlines": MemoryDeadlines(),
            "accounts.third_party.provider": MemoryThirdParty({"ada": PERSON}),
            "accounts.third_party.attempts": self._visits(),
            "accounts.third_party.links": self._links(),
            "accounts.third_party.sign_in_proofs": self.proofs,
            "enterprises.repository": MemoryEnterprises(),
            "foundation.mailer": MemoryMailer(),
            "foundation.ids": CountedIds(),
            "payments.ledger.inbox": inbox,
            "documents.invoices": world.documents,
            "invoices.repository": MemoryInvoices(),
            "licenses.issue": world.issue,
            "downloads.issued_links": MemoryIssuedLinks(world.downloads),
            "documents.letters": world.documents,
            "licenses.repository": world.licenses,
            "catalogue.links": links,
            "memberships.repository": books,
            "notices.repository": MemoryNotices(),
            "licenses.agreements.repository": self._special(),
            "licenses.agreements.special_links": MemorySpecialLinks(world.licenses),
            "licenses.agreements.quotes": MemoryQuotes(world.orders),
            "payments.orders.repository": world.orders,
            "payments.stripe.provider": MemoryProvider(),
            "payments.ledger.queue": MemoryQueue(),
            "timeline.histories": MemoryHistories(),
            "catalogue.searches": MemorySearches(),
            "catalogue.favourites": MemoryFavourites(),
            "disclosures.register": MemoryDisclosureRegister(),
            "privacy.erasures": MemoryErasures(),
            "privacy.request_export": RequestExport(world.accounts, MemoryExports(), links, world.events, world.clock),
            "publishing.publications": world.publications,
            "licenses.batches.repository": MemoryLicenseBatches(),
            "licenses.batches.queue": MemoryBatchQueue(),
            "licenses.packs.request": RequestProjectPack(
                world.accounts, MemoryProjectPacks(), world.licenses, links, world.events, world.clock
            ),
            "enforcement.standings": world.standings,
            "foundation.throttle": Throttle(UncountedClients, world.clock),
            "catalogue.tracks": tracks,
            "tickets.repository": MemoryTickets(),
            "tickets.files": MemoryAttachmentFiles(),
            "tickets.links": links,
            **self._home(),
        }

    def _home(self) -> dict[str, object]:
        """One device that is the member's, one that nobody has."""
        devices = MemoryDevices()
        for serial in ("CAM-1", "CAM-2"):
            devices.register(registered(serial))
        self.device_id = device_id_of("CAM-1")
        devices.bind(Device("acc-1", self.device_id, "CAM-1", "Doorbell", "Front door", NOW))
        for publication in (agreement_publication("cloud-agreement"), NAME_RULES, packages_publication()):
            self.world.publications.publish(publication)
        trials, recordings, files = MemoryTrials(devices), MemoryRecordings(), MemoryRecordingFiles()
        self.trials = trials
        recording = recording_of("acc-1", self.device_id, announcement(), NOW)
        self.recording_id = recording.id
        recordings.announce(recording, recording.size)
        recordings.keep(recording, "1", NOW)
        return {
            "storage.devices": devices,
            "storage.trials": trials,
            "storage.held_trials": trials,
            "payments.ledger.subscriptions": MemorySubscriptions(),
            "publishing.fresh_publications": self.world.publications,
            "storage.recordings": recordings,
            "storage.recording_files": files,
            "storage.recording_links": MemoryLinkSigner(),
        }

    def _visits(self) -> MemoryAttempts:
        visit = Attempt("visit", "state", "nonce", "verifier", NOW + timedelta(minutes=15))
        link = replace(visit, sign_in_id="visit of acc-1", account_id="acc-1", user_name="login")
        return MemoryAttempts({each.sign_in_id: each for each in (visit, link)})

    def _links(self) -> MemoryThirdPartyLogins:
        login = ThirdPartyLogin(PERSON.issuer, PERSON.subject, "acc-1", "login", NOW)
        return MemoryThirdPartyLogins({(login.issuer, login.subject): login})

    def _special(self) -> MemoryMusicAgreements:
        """The letter of a special licence that is paid."""
        self.world.orders.add(paid(quoted()))
        agreements = MemoryMusicAgreements(self.world.licenses)
        assert agreements.add(SIGNED, None)
        return agreements

    def becomes(self, state: str) -> None:
        """As an operator, anti-fraud or a sign-up makes it: on the account and on its allowance."""
        record = self.world.downloads.records["acc-1"]
        if state == RESTRICTED:
            until = NOW + timedelta(hours=1)
            self.world.standings.restrict("acc-1", Restriction("fraud", until))
            record.restricted_until, record.restriction = until, "fraud"
            return
        status = AccountStatus(state)
        self.world.accounts.stored["acc-1"] = replace(self.world.accounts.stored["acc-1"], status=status)
        if status is AccountStatus.AWAITING_GUARDIAN:
            waiting = self.world.accounts.stored["acc-1"]
            self.world.accounts.stored["acc-1"] = replace(waiting, minor=True, guardian_email="guardian@example.org")
        record.standing = standing_for(status)
        if status in {AccountStatus.UNVERIFIED, AccountStatus.AWAITING_GUARDIAN}:
            record.periods = ()  # an account that was never active has bought nothing

    def ask(self, route: str) -> tuple[int, str | None]:
        """The status, and the code of a refusal."""
        if "recordings" in route:
            self.trials.stored["acc-1"] = DeviceTrial("acc-1", self.device_id, "sub-1", NOW)
        method, path = route.split()
        names = {
            "POST /v1/downloads/{id}/links": self.download,
            "POST /v1/orders/{id}/links": "ord_q1",
            "POST /v1/orders/{id}/confirmation": "ord-9",
            "PUT /v1/account/consents/{id}": "marketing_mail",
            "PUT /v1/favourites/{id}": "trk-1",
            "PATCH /v1/devices/{id}": self.device_id,
            "DELETE /v1/devices/{id}": self.device_id,
            "POST /v1/devices/{id}/token": self.device_id,
            "DELETE /v1/devices/{id}/token": self.device_id,
            "POST /v1/devices/{id}/recordings": self.device_id,
            "GET /v1/devices/{id}/recordings": self.device_id,
            "GET /v1/recordings/{id}/link": self.recording_id,
            "DELETE /v1/recordings/{id}": self.recording_id,
        }
        of_token = {"sub": "acc-1", "cognito:username": "login", "origin_jti": self.session_id}
        claims = {"jwt": {"claims": {**of_token, "auth_time": str(int(time.time()))}}}
        body = self._bodies().get(route)
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": route,
            "rawPath": path,
            "headers": {
                "content-type": "application/json",
                "idempotency-key": "key-of-the-test",
                "authorization": "Bearer access acc-1",
                "if-match": "*",
            },
            "pathParameters": {"id": names.get(route, "unknown"), "number": self.number},
            "requestContext": {
                "http": {"method": method, "path": path, "sourceIp": "192.0.2.7", "userAgent": "test"},
                "requestId": "req-1",
                "authorizer": claims,
            },
            "body": json.dumps(body) if body is not None else None,
        }
        answer = importlib.import_module(f"functions.{HANDLERS[route]}.handler").handle(event, None)
        status: int = answer["statusCode"]
        return status, json.loads(answer["body"])["code"] if status >= 400 else None

    def _bodies(self) -> dict[str, object]:
        quote = self.world.orders.stored["ord-9"]
        return {
            "POST /v1/sessions": {"email": EMAIL, "password": PASSWORD},
            "POST /v1/third-party-sessions": {"sign_in_id": "visit", "state": "state", "code": "ada"},
            "PUT /v1/account/third-party-logins": {"sign_in_id": "visit of acc-1", "state": "state", "code": "ada"},
            "POST /v1/sessions/refresh": {"refresh_token": self.refresh_token},
            "POST /v1/account/freeze": {"reason": "lost"},
            "PATCH /v1/account": {"nickname": "Ada"},
            "PUT /v1/account/password": {"current_password": PASSWORD, "new_password": "Another4horse battery"},
            "PUT /v1/account/consents/{id}": {"given": False},
            "POST /v1/account/acceptances": ACCEPT[0],
            "PUT /v1/account/billing": {"name": "Bob", "address": ["Road 2"], "country": "HK"},
            "PUT /v1/account/enterprise": {"name": "Ada Ltd", "address": ["Road 2"], "country": "HK"},
            "POST /v1/account/enterprise/letters": a_file(),
            "POST /v1/orders": {"plan": "premium", "term": "month", "accept": ACCEPT},
            "POST /v1/orders/{id}/agreement": {"language": "en"},
            "POST /v1/orders/{id}/links": {"track_id": "trk-1", "rendition": "wav"},
            "POST /v1/orders/{id}/confirmation": {
                "amount": quote.amount,
                "currency": quote.currency,
                "accept": ACCEPT,
            },
            "POST /v1/membership/cancellation": {"without_refund": "yes"},
            "POST /v1/downloads": {"track_id": "trk-1", "rendition": "wav", **USE},
            "POST /v1/licenses": {
                "download_id": self.download,
                "licensee": {"name": "Ada Lovelace", "kind": "individual"},
                **USE,
            },
            "POST /v1/account/closing": {"forfeit": True},
            "POST /v1/license-batches": {
                "tracks": ["trk-1"],
                "rendition": "wav",
                "licensee": {"name": "Ada Lovelace", "kind": "individual"},
                **USE,
            },
            "POST /v1/project-packs": {"project": self.project},
            "POST /v1/devices": {"serial": "CAM-2", "claim_code": CODE},
            "PATCH /v1/devices/{id}": {"name": "Back door"},
            "POST /v1/devices/{id}/recordings": RECORDING,
            "POST /v1/storage/trials": {
                "device_id": self.device_id,
                "accept": [{"agreement": "cloud-agreement", "version": "2026-11-01"}],
            },
            "POST /v1/storage/orders": {
                "device_id": self.device_id,
                "package": "month",
                "mode": "year",
                "accept": [{"agreement": "cloud-agreement", "version": "2026-11-01"}],
            },
            "POST /v1/storage/subscriptions/{id}/cancellation": {"preview": False},
            "POST /v1/tickets": QUESTION,
            "POST /v1/tickets/{number}/messages": {"text": "Hello?"},
        }


@pytest.fixture
def member() -> Iterator[Member]:
    made = Member()
    wiring.install(made.services)
    yield made
    wiring.install(None)


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == render(), "run `make states`"


def test_every_authenticated_route_has_an_entry() -> None:
    sessions = {"POST /v1/sessions", "POST /v1/sessions/refresh", "POST /v1/third-party-sessions"}
    assert set(ROUTES) == set(HANDLERS) - PUBLIC | sessions


@pytest.mark.clause("M-V.2")
@pytest.mark.clause("M-III.5.fraud")
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("route", "act"), ROUTES.items(), ids=ROUTES)
def test_every_route_responds_as_the_table_says(member: Member, route: str, act: Act, state: str) -> None:
    member.becomes(state)
    status, code = member.ask(route)
    expected = refusal(state, act)
    if expected is not None:
        assert (status, code) == (403, expected)
    else:
        assert code not in STATE_CODES
        assert status in ANSWERED[act], code
