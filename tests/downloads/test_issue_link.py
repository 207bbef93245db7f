"""A fresh link to an old download: which accounts get one, and how many."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountFrozen, AccountNotVerified, AccountStatus
from allmytracks.accounts.rules_states import AccountRestricted, Restriction
from allmytracks.downloads.rules import DownloadNotFound, DownloadNotPaid
from allmytracks.downloads.rules_links import LINKS_PER_DOWNLOAD, DownloadRevoked, NoLinksLeft
from allmytracks.downloads.use_cases.issue_link import IssueLink
from allmytracks.downloads.use_cases.record_link import LinkRequest, RecordLink
from allmytracks.foundation.errors import DomainError
from allmytracks.foundation.links import Link
from allmytracks.publishing.ports import Publication
from infra.ops.publications import publications_in
from tests.factories.accounts import account
from tests.factories.downloads import a_grant
from tests.factories.instants import NOW, PUBLISHED_AT
from tests.factories.memberships import period
from tests.factories.payments import a_paid_order
from tests.factories.template import ROOT
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.downloads import AccountRecord, MemoryDownloads
from tests.fakes.enforcement import MemoryCases, MemoryStandings
from tests.fakes.foundation import CountedIds, FixedClock
from tests.fakes.issued_links import MemoryIssuedLinks
from tests.fakes.links import MemoryLinkSigner
from tests.fakes.orders import MemoryOrders
from tests.fakes.publishing import MemoryPublications

GRANT = a_grant("key-1")
REQUEST = LinkRequest("acc-1", GRANT.download_id, "203.0.113.7", "Phone")


class World:
    """A member with one download."""

    def __init__(self) -> None:
        self.accounts, self.clock, self.cases = MemoryAccounts(), FixedClock(NOW), MemoryCases()
        self.accounts.add(account(), [])
        self.downloads = MemoryDownloads()
        self.kept = self.downloads.records.setdefault("acc-1", AccountRecord())
        self.kept.grants[GRANT.download_id] = GRANT
        self.downloads.set_periods("acc-1", [period()])
        self.orders = MemoryOrders({"ord-1": a_paid_order()})
        self.standings = MemoryStandings(self.accounts)
        self.publications = MemoryPublications()
        self.issued = MemoryIssuedLinks(self.downloads)
        self.issue = IssueLink(
            self.downloads,
            self.accounts,
            self.standings,
            RecordLink(self.downloads, self.orders, self.issued, self.cases, self.publications, CountedIds()),
            MemoryLinkSigner(),
            self.clock,
        )

    def publish(self, links_per_download: int) -> None:
        (shipped,) = publications_in(ROOT / "config" / "fraud-rules.toml")
        body = shipped["body"]
        assert isinstance(body, Mapping)
        self.publications.publish(
            Publication("fraud-rules", "v1", PUBLISHED_AT, {**body, "links_per_download": links_per_download})
        )

    def ask(self, times: int = 1) -> Link:
        for _ in range(times):
            link = self.issue(REQUEST)
        return link

    def settle(self, **changes: datetime) -> None:
        order = self.orders.stored["ord-1"]
        assert order.settlement is not None
        settled = replace(order.settlement, **changes)
        self.orders.stored["ord-1"] = replace(order, settlement=settled)

    def refused(self, reason: type[DomainError]) -> DomainError:
        before = len(self.issued.of("acc-1", GRANT.download_id))
        with pytest.raises(reason) as refusal:
            self.ask()
        assert len(self.issued.of("acc-1", GRANT.download_id)) == before
        return refusal.value


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.clause("U-II.IV.9")
def test_a_fresh_link_is_to_what_was_granted_and_short_lived(world: World) -> None:
    world.clock.advance(days=400)
    link = world.ask()
    assert link.url.startswith(f"memory://{GRANT.object_key}?")
    assert link.expires_at == world.clock.now() + timedelta(minutes=5)
    *_, newest = world.issued.of("acc-1", GRANT.download_id)
    assert (newest.issued_at, newest.source_ip, newest.user_agent) == (world.clock.now(), "203.0.113.7", "Phone")
    assert link.url not in repr(newest)


@pytest.mark.clause("M-IV")
def test_a_link_is_only_for_the_downloads_own_account(world: World) -> None:
    world.accounts.add(account("acc-2"), [])
    with pytest.raises(DownloadNotFound):
        world.issue(LinkRequest("acc-2", GRANT.download_id, "203.0.113.7", "Phone"))


@pytest.mark.clause("M-V.2")
@pytest.mark.parametrize("status", [AccountStatus.BANNED, AccountStatus.FROZEN, AccountStatus.CLOSED])
def test_an_account_that_was_stopped_gets_no_link(world: World, status: AccountStatus) -> None:
    world.accounts.becomes("acc-1", status)
    assert world.refused(AccountFrozen).extra["account_status"] is status


def test_an_account_that_was_never_active_gets_no_link(world: World) -> None:
    world.accounts.becomes("acc-1", AccountStatus.UNVERIFIED)
    world.refused(AccountNotVerified)


@pytest.mark.clause("M-III.5.fraud")
def test_a_restricted_account_gets_no_link_until_the_restriction_ends(world: World) -> None:
    until = NOW + timedelta(hours=1)
    world.standings.restrict("acc-1", Restriction("many_links", until))
    assert world.refused(AccountRestricted).extra == {"until": until, "reason": "many_links"}
    world.clock.at = until
    world.ask()


def test_a_revoked_download_gets_no_link(world: World) -> None:
    world.ask()
    world.kept.revoked[GRANT.download_id] = NOW
    world.refused(DownloadRevoked)


@pytest.mark.clause("M-II.8")
@pytest.mark.parametrize("ended", ["returned_at", "declined_at"])
def test_once_its_payment_went_back_a_download_gets_no_link(world: World, ended: str) -> None:
    world.ask()
    world.settle(**{ended: NOW})
    assert world.refused(DownloadNotPaid).extra == {"order_id": "ord-1"}


@pytest.mark.clause("M-II.8")
def test_a_download_of_a_period_that_a_refund_took_whole_gets_no_link(world: World) -> None:
    world.downloads.set_periods("acc-1", [])
    world.refused(DownloadNotPaid)


@pytest.mark.clause("M-V.1")
def test_a_membership_that_was_only_cancelled_keeps_the_links_to_its_downloads(world: World) -> None:
    world.settle(cancelled_at=NOW)
    world.ask()


@pytest.mark.clause("M-III.5.fraud")
def test_after_the_last_link_an_operator_gets_one_case(world: World) -> None:
    world.ask(LINKS_PER_DOWNLOAD)
    assert world.cases.stored == {}
    for _ in range(2):
        assert world.refused(NoLinksLeft).extra == {"limit": LINKS_PER_DOWNLOAD}
    (case,) = world.cases.stored.values()
    assert (case.account_id, case.kind) == ("acc-1", "links_exhausted")
    assert case.evidence == {"download_id": GRANT.download_id, "limit": LINKS_PER_DOWNLOAD}


@pytest.mark.clause("M-III.5.fraud")
def test_the_published_number_holds(world: World) -> None:
    world.publish(links_per_download=2)
    world.ask(2)
    world.refused(NoLinksLeft)


def test_the_rules_that_are_shipped_give_twenty(world: World) -> None:
    (shipped,) = publications_in(ROOT / "config" / "fraud-rules.toml")
    assert shipped["body"]["links_per_download"] == LINKS_PER_DOWNLOAD == 20
