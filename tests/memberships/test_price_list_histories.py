"""Price lists and code change apart: a list may have what the code does not know, the code what a list does not have.

Every reader goes on: what is unknown is kept and read as "no", what is missing is "no".
"""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.catalogue.rules import Origin
from allmytracks.downloads.known_counts import ProcessCounts
from allmytracks.downloads.rules import Use
from allmytracks.downloads.rules_allowance import PurposeNotPermitted
from allmytracks.downloads.use_cases.grant_download import DownloadRequest, GrantDownload
from allmytracks.foundation.errors import DomainError, InvalidFields, Unavailable
from allmytracks.foundation.settings import Settings
from allmytracks.invoices.rules import due, line_of
from allmytracks.licenses.agreements.words import rows as agreement_rows
from allmytracks.licenses.letters.languages import WORDINGS
from allmytracks.licenses.letters.words import rows
from allmytracks.licenses.letters.words_agreements import ENGLISH as AGREEMENT_ENGLISH
from allmytracks.licenses.letters.words_english import ENGLISH
from allmytracks.memberships.dynamodb import to_purchases, to_text
from allmytracks.memberships.published import check_plans, published_price_lists
from allmytracks.memberships.rules_purpose_words import PURPOSE_WORDS
from allmytracks.memberships.rules_rights import ProjectKind, Right, rights_of
from allmytracks.memberships.use_cases.list_plans import ListPlans
from allmytracks.notices.use_cases.notify_of_order import NotifyMember
from allmytracks.operations.schemas import order_answer as answer_for_operators
from allmytracks.payments.events import MembershipActivated
from allmytracks.payments.ledger.rules_folding import fold
from allmytracks.payments.orders.dynamodb import OrderItem, to_item, to_order
from allmytracks.payments.orders.published import check_price_list
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.orders.use_cases.confirm_order import Confirmation, ConfirmOrder
from allmytracks.payments.orders.use_cases.create_order import CreateOrder, OrderRequest
from allmytracks.payments.rules import FactKind
from allmytracks.payments.schemas import order_answer
from allmytracks.publishing.ports import Publication
from allmytracks.wiring import Services, install
from functions.list_plans.handler import handle as list_plans
from tests.factories.accounts import account, agreement_publication
from tests.factories.instants import NOW
from tests.factories.licenses import HOLIDAY, NUMBER, LicenseWorld, application, license_of
from tests.factories.memberships import period, plans_publication
from tests.factories.music_agreements import AGREEMENT
from tests.factories.payments import a_fact
from tests.factories.tracks import track
from tests.fakes.accounts import MemoryAccounts, MemoryBillingParticulars
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.downloads import MemoryDownloads
from tests.fakes.enforcement import MemoryStandings
from tests.fakes.foundation import CountedIds, FixedClock, MemoryMailer
from tests.fakes.links import MemoryLinkSigner
from tests.fakes.memberships import MemoryMemberships
from tests.fakes.notices import MemoryNotices
from tests.fakes.orders import MemoryOrders
from tests.fakes.payment_provider import MemoryProvider
from tests.fakes.publishing import MemoryPublications

Body = dict[str, Any]
CURRENT = Accepted("premium-agreement", "2026-11-01")
LATER = NOW + timedelta(minutes=1)
# A row that no letter has words for, and one that every list of today has.
NEW_ROW, OLD_ROW = "holographic_stage", "audiovisual"


def newer(changes: Body | None = None) -> Publication:
    """A list as a later version of the code would publish it: fields, rows, rights, an audience, a term, a currency."""
    published = plans_publication("v2", NOW)
    body: Body = copy.deepcopy(dict(published.body))
    for plan in body["plans"]:
        plan["rights"] = {**plan["rights"], NEW_ROW: "yes", "academic": "on_request"}
        plan["prices"] += [
            {"term": "fortnight", "currency": "USD", "amount": 990},
            {"term": "month", "currency": "XQX", "amount": 990, "until": "2027-01-01"},
        ]
        plan["storage_gb"] = 20
    club = {**copy.deepcopy(body["plans"][0]), "id": "club", "name": "Club", "audience": "orchestra"}
    body |= {"plans": [club, *body["plans"]], "bundles": [], **(changes or {})}
    return replace(published, body=body)


def older() -> Publication:
    """A list of before the code knew one of its purposes, and before lists named platforms, groups and agreements."""
    published = plans_publication()
    body: Body = {"plans": copy.deepcopy(published.body["plans"])}
    for plan in body["plans"]:
        del plan["rights"][OLD_ROW]
    return replace(published, body=body)


class House:
    """Everything that hangs on price lists, in memory."""

    def __init__(self, *lists: Publication) -> None:
        self.orders, self.accounts, self.downloads = MemoryOrders(), MemoryAccounts(), MemoryDownloads()
        self.publications = MemoryPublications([*lists, agreement_publication("premium-agreement")])
        self.clock = FixedClock(LATER)
        self.accounts.add(account(), [])
        standings = MemoryStandings(self.accounts)
        self.create = CreateOrder(
            orders=self.orders,
            accounts=self.accounts,
            restrictions=standings,
            billing=MemoryBillingParticulars(),
            memberships=MemoryMemberships(),
            publications=self.publications,
            clock=self.clock,
            ids=CountedIds(),
        )
        self.confirm = ConfirmOrder(
            self.orders, self.accounts, standings, self.publications, MemoryProvider(), MemoryMemberships(), self.clock
        )
        tracks = MemoryTracks()
        tracks.add(track("trk-1"), Origin(import_id="imp-1", path="trk-1.wav", checksums=("a",)))
        self.grant = GrantDownload(
            allowances=self.downloads,
            known=ProcessCounts(),
            tracks=tracks,
            account=self.accounts.get,
            publications=self.publications,
            links=MemoryLinkSigner(),
            record=lambda _, __: None,
            clock=self.clock,
            zone=ZoneInfo("Asia/Hong_Kong"),
        )

    def order(self, plan: str = "premium", term: str = "month", currency: str | None = None) -> Order:
        asked = OrderRequest("acc-1", plan, term, [CURRENT], "192.0.2.7", currency)
        return self.create(asked).order

    def member(self, plan: str = "premium", version: str = "v1") -> None:
        bought = replace(period("premium"), plan=plan, terms_id=f"{plan}@{version}")
        self.downloads.set_periods("acc-1", [bought])

    def download(self, purpose: str | None = None) -> DomainError | None:
        """What refuses a download for a purpose; None where it is granted."""
        use = Use(HOLIDAY, purpose) if purpose else Use()
        try:
            self.grant(DownloadRequest("acc-1", f"key-{purpose}", "trk-1", "wav", use))
        except DomainError as refused:
            return refused
        return None

    def shown(self) -> Body:
        services = Services(Settings({}))
        services.memberships.list_plans = ListPlans(self.publications, self.clock)
        install(services)
        try:
            answer: Body = list_plans(REQUEST, None)
        finally:
            install(None)
        assert answer["statusCode"] == 200
        body: Body = json.loads(answer["body"])
        return body


REQUEST: Body = {
    "routeKey": "GET /v1/plans",
    "rawPath": "/v1/plans",
    "headers": {},
    "requestContext": {"http": {"sourceIp": "192.0.2.7", "userAgent": "test"}, "requestId": "req-1"},
}
HISTORIES = [(plans_publication(), newer()), (older(),), (older(), newer()), (newer(),)]


@pytest.mark.clause("M-II.7", "M-A.rights")
def test_what_a_newer_list_has_is_shown_as_it_can_be_used() -> None:
    shown = House(plans_publication(), newer()).shown()
    plans = {plan["id"]: plan for plan in shown["items"]}
    assert list(plans) == ["premium", "business"]
    assert plans["business"]["rights"][NEW_ROW] == plans["business"]["rights"]["academic"] == "no"
    assert plans["business"]["rights"]["social_media"] == "yes"
    assert [(price["term"], price["currency"]) for price in plans["premium"]["prices"]] == [("month", "USD")]
    assert {"id": NEW_ROW, "group": "other", "platform": "optional"} in shown["purposes"]


@pytest.mark.clause("M-II.7", "M-A.rights")
def test_what_an_older_list_does_not_have_is_no_and_the_rest_is_as_before() -> None:
    house = House(older())
    [premium, business] = house.shown()["items"]
    assert OLD_ROW not in premium["rights"]
    assert (premium["agreements"], business["rights"]["social_media"]) == (["premium-agreement"], "yes")
    house.member()
    refused = house.download(OLD_ROW)
    assert isinstance(refused, PurposeNotPermitted)
    assert refused.extra["rights"] == {"premium": "no", "business": "no"}
    assert house.download("academic") is None


@pytest.mark.clause("M-II.4", "M-II.7", "M-0.accept")
@pytest.mark.parametrize("lists", HISTORIES)
def test_a_plan_is_quoted_confirmed_paid_and_invoiced_by_any_list(lists: tuple[Publication, ...]) -> None:
    house = House(*lists)
    quoted = house.order()
    house.confirm(Confirmation("acc-1", quoted.id, quoted.amount, quoted.currency, "192.0.2.8"))
    stored = to_order("acc-1", to_item(OrderItem, quoted))
    assert stored == quoted  # as published, also where this version does not know it
    assert stored.benefits.rights == lists[-1].body["plans"][-2]["rights"]  # type: ignore[index]

    outcome = fold([stored], [a_fact(FactKind.PAYMENT_SUCCEEDED, "evt-1", LATER, stored.id)])
    paid, [bought] = replace(stored, settlement=outcome.settlements[stored.id]), outcome.purchases
    assert to_purchases(to_text([bought])) == (bought,)
    invoice = due(paid, [])
    assert invoice is not None
    assert line_of(paid, invoice).text == "AllMyTracks membership Music & Sound Effects Premium, one month"
    shown = order_answer(paid, LATER)
    assert set(shown.benefits.rights.values()) <= {"yes", "personal", "no"}
    assert shown.benefits.rights.get(NEW_ROW, "no") == "no"
    assert answer_for_operators(paid, LATER).plan == "premium"
    mailer = MemoryMailer()
    books = MemoryMemberships({"acc-1": outcome.periods})
    notify = NotifyMember(
        house.accounts,
        MemoryOrders({paid.id: paid}),
        books,
        MemoryNotices(),
        mailer,
        house.clock,
        "https://site.example",
    )
    notify(MembershipActivated.__name__, "acc-1", paid.id)
    assert "your Music & Sound Effects Premium membership is yours" in mailer.sent[0].text


def test_an_order_from_before_orders_kept_their_plans_name_has_the_plans_id() -> None:
    item = to_item(OrderItem, House(older()).order()).serialize()
    del item["plan_name"], item["form"]
    assert to_order("acc-1", OrderItem.from_raw_data(item)).benefits.plan_name == "premium"


@pytest.mark.parametrize(
    ("plan", "term", "currency", "field"),
    [
        ("club", "month", None, "plan"),
        ("premium", "fortnight", None, "term"),
        ("premium", "month", "XQX", "currency"),
    ],
)
def test_what_this_version_cannot_sell_is_not_sold(plan: str, term: str, currency: str | None, field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        House(newer()).order(plan, term, currency)
    assert [problem.field for problem in refused.value.problems] == [field]


@pytest.mark.clause("M-A.rights")
@pytest.mark.parametrize("lists", HISTORIES)
def test_downloads_go_on_and_an_unknown_row_is_refused_with_what_is_permitted(lists: tuple[Publication, ...]) -> None:
    house = House(*lists)
    house.member(version=lists[0].version)
    assert house.download() is None
    assert house.download("offline_venue") is not None
    refused = house.download(NEW_ROW)
    if lists[-1].version == "v2":
        assert isinstance(refused, PurposeNotPermitted)
        assert refused.extra["permitted_by"] == []
        assert "No plan permits it. For any other use you can ask for a special licence" in refused.detail
    else:
        assert isinstance(refused, InvalidFields)
        assert [(problem.field, problem.code) for problem in refused.problems] == [("purpose", "unknown")]


def test_a_member_of_a_plan_that_this_version_does_not_know_is_told_to_try_later() -> None:
    house = House(newer())
    house.member("club", "v2")
    assert isinstance(house.download(), Unavailable)


@pytest.mark.clause("M-A.rights", "M-III.6.2")
@pytest.mark.parametrize("lists", HISTORIES[:3])
def test_licences_are_issued_by_any_list_and_not_for_an_unknown_row(lists: tuple[Publication, ...]) -> None:
    world = LicenseWorld()
    others = [each for each in world.publications.published if each.kind != "plans"]
    world.publications.published[:] = [*others, *lists]
    use = Use(HOLIDAY, "academic")
    assert world.issue(application(world.download("key-1"), use=use)).letter.license.purpose == "academic"
    with pytest.raises((PurposeNotPermitted, InvalidFields)):
        world.issue(application(world.download("key-2"), "license-2", use=Use(HOLIDAY, NEW_ROW)))
    with pytest.raises(PurposeNotPermitted):
        world.issue(application(world.download("key-2"), "license-2", use=Use(HOLIDAY, "offline_venue")))


def test_a_letter_that_a_later_version_issued_is_read_and_not_printed_without_words() -> None:
    """By a correction of its names, say: nothing is printed that does not state the purpose."""
    letter = replace(license_of(NUMBER, "dl-1"), purpose=NEW_ROW)
    with pytest.raises(Unavailable):
        rows(letter, ENGLISH, "")


def test_an_agreement_lists_a_row_without_words_as_not_permitted() -> None:
    agreement = replace(AGREEMENT, rights=rights_of({**AGREEMENT.rights, NEW_ROW: "yes"}))
    stated = dict(row for group in agreement_rows(agreement, ENGLISH, AGREEMENT_ENGLISH) for row in group)
    assert "holographic stage" in stated["Not permitted"]
    assert not any("holographic" in each for each in stated["Permitted uses"])


def test_every_row_keeps_its_published_right_for_the_version_that_knows_it() -> None:
    [_, *plans] = published_price_lists(MemoryPublications([newer()])).lists[0].plans
    assert {plan.rights[NEW_ROW] for plan in plans} == {"yes"}
    assert {plan.rights["academic"] for plan in plans} == {"on_request"}
    assert {plan.right("academic") for plan in plans} == {Right.NO}


def test_letters_have_words_for_the_same_purposes_in_every_language() -> None:
    assert {language: set(wording.purposes) for language, wording in WORDINGS.items()} == {
        language: set(PURPOSE_WORDS) for language in WORDINGS
    }


def published_with(**changes: Any) -> Publication:
    """A list that adds to each plan."""
    published = plans_publication()
    body: Body = copy.deepcopy(dict(published.body))
    return replace(published, body={**body, "plans": [{**plan, **changes} for plan in body["plans"]]})


@pytest.mark.clause("M-II.9")
def test_a_row_a_term_and_a_currency_are_added_by_publishing_alone() -> None:
    rights = {**dict.fromkeys(PURPOSE_WORDS, "yes"), NEW_ROW: "no"}
    prices = [{"term": "3_months", "currency": "CHF", "amount": 5000}]
    published = published_with(rights=rights, prices=prices, agreements=["club-agreement"])
    check_price_list(published)
    house = House(published)
    house.publications.publish(agreement_publication("club-agreement"))
    with pytest.raises(InvalidFields):
        house.order(term="3_months")  # the agreement of this plan is another
    order = house.create(
        OrderRequest("acc-1", "premium", "3_months", [Accepted("club-agreement", "2026-11-01")], "192.0.2.7")
    ).order
    assert (order.currency, order.amount) == ("CHF", 5000)
    paid = a_fact(FactKind.PAYMENT_SUCCEEDED, "evt-1", NOW, order.id, amount=5000, currency="CHF")
    [bought] = fold([order], [paid]).periods
    assert (bought.ends_at - bought.starts_at).days == 92  # 22 November to 22 February
    assert house.confirm(Confirmation("acc-1", order.id, 5000, "CHF", "192.0.2.8")).checkout is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"audience": "orchestra"}, "audience"),
        ({"rights": {**dict.fromkeys(PURPOSE_WORDS, "yes"), "academic": "on_request"}}, "rights"),
        ({"rights": {**dict.fromkeys(PURPOSE_WORDS, "yes"), "Not An Id": "no"}}, "rights"),
        ({"prices": [{"term": "fortnight", "currency": "USD", "amount": 990}]}, "term"),
        ({"prices": [{"term": "month", "currency": "XQX", "amount": 990}]}, "currency"),
        ({"agreements": []}, "agreements"),
        ({"id": "premium"}, "plans"),
        ({"storage_gb": 20}, "body"),
    ],
)
def test_what_this_version_could_not_sell_as_it_is_meant_is_not_published(changes: Body, field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        check_plans(published_with(**changes))
    assert {problem.field for problem in refused.value.problems} == {field}


def test_a_plan_keeps_its_agreements_where_a_list_leaves_them_out() -> None:
    first = published_with(agreements=["club-agreement"])
    later = plans_publication("v2", NOW)
    lists = published_price_lists(MemoryPublications([first, later])).lists
    assert [plan.agreements for each in lists for plan in each.plans] == [("club-agreement",)] * 4


def test_a_project_of_a_kind_that_no_plan_serves_needs_none() -> None:
    lists = published_price_lists(MemoryPublications([plans_publication()]))
    assert (lists.serving(ProjectKind.PERSONAL), lists.serving(ProjectKind.ENTERPRISE)) == ("premium", "business")
    alone = replace(plans_publication(), body={"plans": plans_publication().body["plans"][:1]})  # type: ignore[index]
    assert published_price_lists(MemoryPublications([alone])).serving(ProjectKind.ENTERPRISE) is None
