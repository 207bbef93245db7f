"""A pass over a license batch while DynamoDB fails: each track is counted once and has one letter, at any crash."""

from __future__ import annotations

import contextlib

import pytest

from allmytracks.catalogue.dynamodb import DynamoTracks
from allmytracks.downloads.dynamodb import DynamoDownloads
from allmytracks.downloads.dynamodb_allowances import DynamoAllowances
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import bind
from allmytracks.foundation.settings import Settings
from allmytracks.licenses.batches.dynamodb import DynamoLicenseBatches
from allmytracks.licenses.batches.rules import LONGEST_PASS, BatchStatus, LicenseBatch, Wish
from allmytracks.licenses.dynamodb import DynamoLicenses
from allmytracks.memberships.dynamodb import MEMBERSHIP, MembershipItem, to_text
from allmytracks.wiring import Services
from tests.factories.instants import NOW
from tests.factories.licenses import ADA, PERSONAL_USE, LicenseWorld
from tests.factories.memberships import period, purchase_of
from tests.factories.payments import a_paid_order
from tests.fakes.batches import MemoryBatchQueue
from tests.fakes.links import MemoryLinkSigner
from tests.fakes.wiring import put
from tests.faults.injector import Fault, Killed, Kind, Moment, no_faults
from tests.faults.site import DownloadSite

pytestmark = pytest.mark.dynamodb
FAULTS = [Fault(Kind.KILLED, moment) for moment in Moment]
# As many calls as a pass over two tracks makes, and one more.
PLACES = range(15)


class Desk:
    """A member with a batch of two tracks, on the real tables."""

    def __init__(self, site: DownloadSite) -> None:
        self.site = site
        paid = period("premium", order_id="ord-9")
        self.account_id = site.new_member(paid)
        world = LicenseWorld()
        world.orders.add(a_paid_order("ord-9", account_id=self.account_id, plan_id="premium"))
        accounts, counters = site.tables["accounts_table"], site.tables["counters_table"]
        bind(MembershipItem, accounts)(
            account_key(self.account_id), MEMBERSHIP, revision=1, purchases=to_text([purchase_of(paid)])
        ).save()
        self.licenses, self.batches = DynamoLicenses(accounts), DynamoLicenseBatches(accounts)
        self.allowances = DynamoAllowances(counters, accounts)
        services = Services(Settings({"ANTI_FRAUD": "on", "DAY_TIME_ZONE": "Asia/Hong_Kong"}))
        put(
            services,
            {
                **{f"foundation.{name}": table for name, table in site.tables.items()},
                "foundation.clock": site.clock,
                "foundation.events": world.events,
                "catalogue.links": MemoryLinkSigner(),
                "catalogue.tracks": DynamoTracks(site.tables["catalog_table"]),
                "downloads.repository": DynamoDownloads(accounts),
                "publishing.publications": world.publications,
                "payments.orders.repository": world.orders,
                "licenses.letters.print_letter": world.issue.print_letter,
                "licenses.letters.licensor": world.issue.licensor,
                "licenses.batches.queue": MemoryBatchQueue(),
            },
        )
        self.work = services.licenses.batches.work
        wish = Wish(("trk-1", "trk-2"), "wav", PERSONAL_USE, ADA)
        self.batch = self.batches.add(LicenseBatch("batch_1", self.account_id, wish, NOW))

    def under(self, fault: Fault, place: int) -> None:
        """One pass that ends with a call; then its message comes again."""
        self.site.injector.expect(lambda number, _: fault if number == place else None)
        with contextlib.suppress(Killed):
            self.work(self.account_id, self.batch.id)
        self.site.injector.expect(no_faults)
        self.site.clock.advance(seconds=LONGEST_PASS.total_seconds())
        self.work(self.account_id, self.batch.id)


@pytest.mark.clause("M-A.quota")
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_each_track_is_counted_once_and_has_one_letter(site: DownloadSite, fault: Fault) -> None:
    for place in PLACES:
        desk = Desk(site)
        desk.under(fault, place)
        batch = desk.batches.get(desk.account_id, desk.batch.id)
        letters = desk.licenses.page(desk.account_id, limit=9, cursor=None).items
        assert (batch.status, {each.code for each in batch.outcomes.values()}) == (BatchStatus.DONE, {None})
        assert {each.number for each in batch.outcomes.values()} == {letter.license.number for letter in letters}
        assert sorted(letter.license.work.track_id for letter in letters) == ["trk-1", "trk-2"]
        books = site.ledger.books(desk.account_id)
        assert (len(books.records), sum(books.counts.values())) == (2, 2)
