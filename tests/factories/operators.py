"""The operators' API on in-memory adapters, and a client for tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from chalice.test import Client
from typer.testing import Result

from allmytracks import wiring
from allmytracks.accounts.rules import Account, AccountKind, AccountStatus
from allmytracks.foundation.approvals.use_cases import TwoOperators
from allmytracks.licenses.letters.use_cases import PrintLetter
from allmytracks.licenses.states.rules import LicenseStatus
from allmytracks.memberships.rules_rights import ProjectKind
from allmytracks.payments.orders.rules import Benefits, Order
from allmytracks.payments.ports import Received
from allmytracks.payments.rules import Fact
from functions.ops_api.handler import app
from infra.ops.client import OpsClient
from tests.factories.catalogue import NOW, later
from tests.factories.signing import certificates_publication
from tests.fakes.accounts import MemoryAccounts, MemoryAddresses, MemoryDeadlines
from tests.fakes.bookkeeping import MemoryBookkeeping
from tests.fakes.catalogue import MemoryMasters, MemoryTracks
from tests.fakes.closing import MemoryClosings
from tests.fakes.consents import MemoryConsentDecisions
from tests.fakes.corrections import MemoryCorrections
from tests.fakes.damages import MemoryDamagesBook
from tests.fakes.disclosures import MemoryDisclosureRegister
from tests.fakes.documents import MemoryDocuments
from tests.fakes.downloads import MemoryDownloads
from tests.fakes.enforcement import MemoryCases, MemoryStandings
from tests.fakes.foundation import FixedClock, MemoryApprovals, MemoryAuditLog, MemoryEvents
from tests.fakes.imports import MemoryImports
from tests.fakes.inbox import MemoryInbox
from tests.fakes.items import MemoryItems
from tests.fakes.letters import PlainLetterPrinter
from tests.fakes.licenses import MemoryLicenses
from tests.fakes.music_agreements import MemoryMusicAgreements, MemorySpecialLinks
from tests.fakes.notices import MemoryNotices
from tests.fakes.orders import MemoryOrders
from tests.fakes.privacy import MemoryErasures, MemoryExports, MemoryHolds, MemoryPasses
from tests.fakes.publishing import MemoryPublications
from tests.fakes.signing import MarkingSealer, MemoryLicenseKeys
from tests.fakes.wiring import put


@dataclass
class Backend:
    """Everything that the operators' API uses, for tests to inspect."""

    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    tracks: MemoryTracks = field(default_factory=MemoryTracks)
    notices: MemoryNotices = field(default_factory=MemoryNotices)
    masters: MemoryMasters = field(default_factory=MemoryMasters)
    imports: MemoryImports = field(default_factory=MemoryImports)
    audit_log: MemoryAuditLog = field(default_factory=MemoryAuditLog)
    approvals: MemoryApprovals = field(default_factory=MemoryApprovals)
    publications: MemoryPublications = field(default_factory=MemoryPublications)
    accounts: MemoryAccounts = field(default_factory=MemoryAccounts)
    consents: MemoryConsentDecisions = field(default_factory=MemoryConsentDecisions)
    addresses: MemoryAddresses = field(init=False)
    orders: MemoryOrders = field(default_factory=MemoryOrders)
    cases: MemoryCases = field(default_factory=MemoryCases)
    closings: MemoryClosings = field(default_factory=MemoryClosings)
    deadlines: MemoryDeadlines = field(default_factory=MemoryDeadlines)
    events: MemoryEvents = field(default_factory=MemoryEvents)
    inbox: MemoryInbox = field(default_factory=MemoryInbox)
    standings: MemoryStandings = field(init=False)
    books: MemoryBookkeeping = field(init=False)
    downloads: MemoryDownloads = field(default_factory=MemoryDownloads)
    licenses: MemoryLicenses = field(init=False)
    damages_book: MemoryDamagesBook = field(default_factory=MemoryDamagesBook)
    disclosures: MemoryDisclosureRegister = field(default_factory=MemoryDisclosureRegister)
    corrections: MemoryCorrections = field(default_factory=MemoryCorrections)
    music_agreements: MemoryMusicAgreements = field(init=False)
    special_links: MemorySpecialLinks = field(init=False)
    documents: MemoryDocuments = field(default_factory=MemoryDocuments)
    erasures: MemoryErasures = field(default_factory=MemoryErasures)
    exports: MemoryExports = field(default_factory=MemoryExports)
    passes: MemoryPasses = field(default_factory=MemoryPasses)
    holds: MemoryHolds = field(default_factory=MemoryHolds)
    items: MemoryItems = field(default_factory=MemoryItems)
    print_letter: PrintLetter = field(init=False)

    def __post_init__(self) -> None:
        self.addresses = MemoryAddresses(self.accounts)
        self.licenses = MemoryLicenses(self.accounts, self.downloads)
        self.music_agreements = MemoryMusicAgreements(self.licenses)
        self.special_links = MemorySpecialLinks(self.licenses)
        keys, url = MemoryLicenseKeys(), "https://api.example.org"
        certified = MemoryPublications([certificates_publication()])
        self.print_letter = PrintLetter(keys, PlainLetterPrinter(), MarkingSealer(), self.documents, certified, url)
        self.standings = MemoryStandings(self.accounts)
        self.books = MemoryBookkeeping(self.accounts, self.orders, self.inbox)

    def pay(self, fact: Fact) -> None:
        """Stores a payment fact and folds it."""
        self.inbox.put(Received(fact, self.clock.now()))
        wiring.services().payments.ledger.fold(fact.provider, fact.event_id)

    def rule_of_two(self, switch: str) -> None:
        """Turns the two-person rule `on` or `off`."""
        foundation = wiring.services().foundation
        two = TwoOperators(self.approvals, foundation.audit, self.clock, required=switch == "on")
        put(wiring.services(), {"foundation.two_operators": two})

    @property
    def acts(self) -> list[tuple[str, str]]:
        """The audit log: name and subject of each act."""
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


Connect = Callable[[], OpsClient]
Run = Callable[..., Result]


ADA = {"requestContext": {"identity": {"userArn": "arn:aws:iam::123456789012:user/ada", "sourceIp": "192.0.2.7"}}}
ACCOUNT = Account(
    id="acc-1",
    email="mia@example.com",
    status=AccountStatus.ACTIVE,
    kind=AccountKind.INDIVIDUAL,
    display_name="Mia",
    country="HK",
    minor=False,
    created_at=NOW,
)
ORDER = Order(
    id="ord_1",
    account_id="acc-1",
    benefits=Benefits("premium", "premium@1", "year", 30, ProjectKind.PERSONAL, {}, "Premium"),
    amount=19900,
    currency="USD",
    quoted_at=NOW,
    expires_at=later(30),
)


class Api:
    """Calls the application and reads its JSON; the caller is Ada, or another operator."""

    def __init__(self, arn: str = ADA["requestContext"]["identity"]["userArn"]) -> None:
        self._identity = {**ADA["requestContext"]["identity"], "userArn": arn}
        with Client(app) as client:
            self._lambda = client.lambda_

    def __call__(self, method: str, resource: str, body: object = None, **values: str) -> tuple[int, dict[str, Any]]:
        query = values.pop("query", None)
        name, _, value = (query or "").partition("=")
        event = {
            "resource": resource,
            "path": resource.format(**values),
            "httpMethod": method,
            "headers": {"content-type": "application/json"},
            "multiValueHeaders": {"content-type": ["application/json"]},
            "multiValueQueryStringParameters": {name: [value]} if query else None,
            "pathParameters": values or None,
            "stageVariables": None,
            "requestContext": {"identity": self._identity, "resourcePath": resource, "httpMethod": method},
            "body": body if isinstance(body, str) else None if body is None else json.dumps(body),
            "isBase64Encoded": False,
        }
        answer = app(event, None)
        return answer["statusCode"], json.loads(answer["body"])


Licensed = Callable[[int], list[str]]


def status(backend: Backend, number: str) -> LicenseStatus:
    return backend.licenses.public(number).status


SUPERSEDE, AUTHORISE = "/licenses/{number}/supersession", "/accounts/{account_id}/designated-users"
