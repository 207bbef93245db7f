"""Where the state machine plays: the real use cases, in memory or on DynamoDB, and what others write beside a grant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec.structs import replace

from allmytracks import wiring
from allmytracks.accounts.rules_end_users import NamedEndUser
from allmytracks.catalogue.rules import Origin
from allmytracks.downloads.rules import Use
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.foundation.settings import Settings
from allmytracks.licenses.ports import Binding, LicenseRequest
from allmytracks.licenses.rules import LicensedUse, Work
from allmytracks.memberships.dynamodb import MEMBERSHIP, MembershipItem, to_text
from allmytracks.memberships.dynamodb_allowance import AllowanceItem, allowance_key
from allmytracks.memberships.rules import Period
from tests.factories.accounts import account
from tests.factories.instants import NOW
from tests.factories.licenses import letter_of, license_of
from tests.factories.memberships import plans_publication, purchase_of
from tests.factories.payments import a_paid_order
from tests.factories.tracks import track
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.downloads import AccountRecord, MemoryDownloads
from tests.fakes.enforcement import MemoryCases
from tests.fakes.foundation import FixedClock
from tests.fakes.issued_links import MemoryIssuedLinks
from tests.fakes.licenses import MemoryLicenses
from tests.fakes.links import MemoryLinkSigner
from tests.fakes.orders import MemoryOrders
from tests.fakes.publishing import MemoryPublications
from tests.fakes.wiring import put
from tests.faults.ledger import Books, Ledger, Record
from tests.faults.site import SETTINGS

TRACKS = ("trk-1", "trk-2", "trk-3")
END_USER = "Ada"


class World(Protocol):
    """The product, and a concurrent writer."""

    clock: FixedClock
    services: wiring.Services

    def sign_up(self, account_id: str) -> None: ...
    def set_periods(self, account_id: str, running: Sequence[Period], every: Sequence[Period]) -> None: ...
    def refund(self, account_id: str) -> None: ...
    def set_standing(self, account_id: str, standing: str) -> None: ...
    def restrict(self, account_id: str, until: datetime) -> None: ...
    def books(self, account_id: str) -> Books: ...


def services_at(clock: FixedClock) -> wiring.Services:
    """Services whose catalogue and price list are in memory."""
    tracks = MemoryTracks()
    for name in TRACKS:
        tracks.add(track(name), Origin(import_id="imp-1", path=f"{name}.wav", checksums=(name,)))
    made = wiring.Services(Settings(SETTINGS))
    publications = MemoryPublications([plans_publication()])
    put(
        made,
        {
            "foundation.clock": clock,
            "catalogue.tracks": tracks,
            "publishing.publications": publications,
            "catalogue.links": MemoryLinkSigner(),
            "payments.orders.repository": MemoryOrders(),
        },
    )
    return made


def license_download(world: World, account_id: str, download_id: str, track_id: str, use: Use, number: str) -> bool:
    """Binds a download to its use for good, as a licence does."""
    assert use.project is not None
    assert use.purpose is not None
    plain = license_of(number, download_id, account_id=account_id, issued_at=world.clock.at)
    licensed = replace(plain, work=Work(track_id, "A title", "The Makers", "wav", "ab" * 32))
    binding = Binding(LicensedUse(use.project, use.purpose, use.platform), NamedEndUser(END_USER))
    return world.services.licenses.repository.issue(letter_of(licensed), LicenseRequest(number, "f"), binding)


def pay(world: World, account_id: str, periods: Sequence[Period]) -> None:
    """Every period has an order with a payment that was not returned."""
    for each in periods:
        world.services.payments.orders.repository.add(
            a_paid_order(each.order_id, account_id=account_id, plan_id=each.plan)
        )


def give_back(world: World, account_id: str) -> None:
    """All payments so far go back."""
    orders = world.services.payments.orders.repository
    assert isinstance(orders, MemoryOrders)
    for order in orders.all(account_id):
        assert order.settlement is not None
        orders.stored[order.id] = replace(order, settlement=replace(order.settlement, returned_at=world.clock.at))


class MemoryWorld:
    """The twins."""

    def __init__(self, downloads: MemoryDownloads | None = None) -> None:
        self.clock = FixedClock(NOW)
        self.services = services_at(self.clock)
        self.downloads = downloads or MemoryDownloads()
        self.accounts = MemoryAccounts()
        put(
            self.services,
            {
                "downloads.allowances": self.downloads,
                "downloads.repository": self.downloads,
                "accounts.repository": self.accounts,
                "downloads.issued_links": MemoryIssuedLinks(self.downloads),
                "licenses.repository": MemoryLicenses(self.accounts, self.downloads),
                "enforcement.cases": MemoryCases(),
            },
        )

    def sign_up(self, account_id: str) -> None:
        self.accounts.add(account(account_id), [])
        self.downloads.records[account_id] = AccountRecord()

    def set_periods(self, account_id: str, running: Sequence[Period], every: Sequence[Period]) -> None:  # noqa: ARG002 - the twin keeps all in one place
        pay(self, account_id, every)
        self.downloads.set_periods(account_id, every)

    def refund(self, account_id: str) -> None:
        give_back(self, account_id)

    def set_standing(self, account_id: str, standing: str) -> None:
        self.downloads.records[account_id].standing = standing

    def restrict(self, account_id: str, until: datetime) -> None:
        self.downloads.records[account_id].restricted_until = until

    def books(self, account_id: str) -> Books:
        kept = self.downloads.records[account_id]
        records = [Record(each.download_id, each.track_id, each.granted_at) for each in kept.grants.values()]
        return Books(records, kept.counts)


class DynamoWorld:
    """The real adapters; `prefix` keeps the accounts of one example apart from those of another."""

    def __init__(self, tables: dict[str, Table], ledger: Ledger, prefix: str) -> None:
        self.clock = FixedClock(NOW)
        self.services = services_at(self.clock)
        self.ledger = ledger
        self.prefix = prefix
        put(
            self.services,
            {
                "foundation.accounts_table": tables["AccountsTable"],
                "foundation.counters_table": tables["CountersTable"],
                "foundation.catalog_table": tables["CatalogTable"],
            },
        )
        self.items = bind(AllowanceItem, tables["CountersTable"])
        self.memberships = bind(MembershipItem, tables["AccountsTable"])

    def sign_up(self, account_id: str) -> None:
        self.services.accounts.repository.add(account(account_id), [])
        self.items(allowance_key(account_id)).save()

    def set_periods(self, account_id: str, running: Sequence[Period], every: Sequence[Period]) -> None:
        pay(self, account_id, every)
        text = to_text([purchase_of(each) for each in every])
        self.memberships(account_key(account_id), MEMBERSHIP, revision=1, purchases=text).save()
        self.items(allowance_key(account_id)).update(actions=[self.items.periods.set(running)])

    def refund(self, account_id: str) -> None:
        give_back(self, account_id)

    def set_standing(self, account_id: str, standing: str) -> None:
        self.items(allowance_key(account_id)).update(actions=[self.items.standing.set(standing)])

    def restrict(self, account_id: str, until: datetime) -> None:
        action = self.items.restricted_until.set(int(until.timestamp()))
        self.items(allowance_key(account_id)).update(actions=[action])

    def books(self, account_id: str) -> Books:
        return self.ledger.books(account_id)
