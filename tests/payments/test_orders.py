"""Quoting and confirming."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountFrozen, AccountStatus, GuardianConsentRequired
from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.accounts.rules_billing import Billing
from allmytracks.accounts.rules_states import AccountRestricted, Restriction
from allmytracks.foundation.errors import DomainError, IdempotencyKeyReused, InvalidFields
from allmytracks.foundation.instants import rfc3339
from allmytracks.payments.orders.rules import (
    QUOTE_LIFETIME,
    Order,
    OrderExpired,
    OrderNotFound,
    OrderNotOpen,
    OrderStatus,
    PlanForIndividuals,
    QuoteMismatch,
    Settlement,
)
from allmytracks.payments.orders.rules_special import QuoteNeedsMembership, TermsMismatch
from allmytracks.payments.orders.rules_starts import GivenUp, Start, StartOption
from allmytracks.payments.orders.rules_taxes import Tax
from allmytracks.payments.orders.use_cases.confirm_order import Confirmation
from allmytracks.payments.schemas import order_answer
from tests.factories.accounts import account, agreement_publication
from tests.factories.instants import NOW
from tests.factories.memberships import period, plans_publication
from tests.factories.order_world import REQUEST, World
from tests.factories.payments import taxes_publication
from tests.factories.special_licenses import TERMS, quoted


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.clause("M-0.accept")
def test_an_order_records_which_version_was_accepted_when_and_from_where(world: World) -> None:
    world.create(REQUEST)

    [acceptance] = world.accounts.acceptances("acc-1")
    assert (acceptance.agreement, acceptance.version) == ("premium-agreement", "2026-11-01")
    assert (acceptance.accepted_at, acceptance.source_ip) == (NOW, "192.0.2.7")


@pytest.mark.clause("M-0.accept")
@pytest.mark.parametrize(
    ("accept", "code"),
    [
        ([], "acceptance_missing"),
        ([Accepted("premium-agreement", "2025-01-01")], "acceptance_outdated"),
        ([Accepted("user-agreement", "2026-11-01")], "acceptance_missing"),
    ],
)
def test_without_the_current_agreement_there_is_no_order(world: World, accept: list[Accepted], code: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        world.create(replace(REQUEST, accept=accept))

    assert [problem.code for problem in refused.value.problems] == [code]
    assert world.orders.stored == {}
    assert world.accounts.acceptances("acc-1") == []


@pytest.mark.clause("M-II.4")
@pytest.mark.clause("M-II.7")
def test_an_order_keeps_what_was_shown_when_the_price_list_changes(world: World) -> None:
    before = world.create(REQUEST).order
    world.publications.publish(plans_publication("v2", NOW + timedelta(minutes=1), amount=9990))
    world.clock.advance(minutes=2)
    after = world.create(REQUEST).order

    assert (before.amount, before.benefits.terms_id, before.benefits.daily_downloads) == (1990, "premium@v1", 30)
    assert (after.amount, after.benefits.terms_id) == (9990, "premium@v2")
    assert world.orders.get("acc-1", before.id) == before
    assert world.confirm("acc-1", before.id, 1990, "USD").checkout is not None


@pytest.mark.clause("M-II.7")
def test_a_price_list_holds_from_its_very_instant_on_and_an_older_quote_keeps_its_price(world: World) -> None:
    published_at = NOW + timedelta(minutes=10)
    world.publications.publish(plans_publication("v2", published_at, amount=9990))

    amounts = {}
    for seconds in (-1, 0):
        world.clock.at = published_at + timedelta(seconds=seconds)
        amounts[seconds] = world.create(REQUEST).order
    world.clock.at = published_at + timedelta(minutes=5)

    assert {seconds: order.amount for seconds, order in amounts.items()} == {-1: 1990, 0: 9990}
    assert world.confirm("acc-1", amounts[-1].id, 1990, "USD").amount == 1990


@pytest.mark.clause("M-0.accept")
def test_a_newer_agreement_must_be_accepted_before_the_quote_is_confirmed(world: World) -> None:
    order = world.create(REQUEST).order
    world.publications.publish(agreement_publication("premium-agreement", "2026-12-01", NOW + timedelta(minutes=5)))
    world.clock.advance(minutes=5)

    with pytest.raises(InvalidFields) as refused:
        world.confirm("acc-1", order.id, 1990, "USD")
    [problem] = refused.value.problems
    assert (problem.field, problem.code) == ("accept", "acceptance_missing")
    assert "2026-12-01" in problem.message
    assert world.provider.opened == {}

    newer = Accepted("premium-agreement", "2026-12-01")
    assert world.confirm("acc-1", order.id, 1990, "USD", newer).checkout is not None
    evidence = world.accounts.acceptances("acc-1")[-1]
    assert (evidence.version, evidence.accepted_at, evidence.source_ip) == (
        "2026-12-01",
        world.clock.now(),
        "192.0.2.8",
    )


def test_what_was_confirmed_stays_so_when_a_newer_agreement_comes(world: World) -> None:
    order = world.create(REQUEST).order
    confirmed = world.confirm("acc-1", order.id, 1990, "USD")
    world.publications.publish(agreement_publication("premium-agreement", "2026-12-01", NOW + timedelta(minutes=5)))
    world.clock.advance(minutes=5)

    assert world.confirm("acc-1", order.id, 1990, "USD") == confirmed


@pytest.mark.clause("U-III.I.2")
def test_the_buyer_chooses_among_the_currencies_of_the_list(world: World) -> None:
    world.publications.publish(
        plans_publication("v2", NOW, prices=[("month", "USD", 1990), ("month", "JPY", 2980), ("month", "HKD", 15500)])
    )

    quoted = {asked: world.create(replace(REQUEST, currency=asked)).order for asked in (None, "JPY", "HKD")}

    assert {asked: (order.amount, order.currency) for asked, order in quoted.items()} == {
        None: (1990, "USD"),
        "JPY": (2980, "JPY"),
        "HKD": (15500, "HKD"),
    }
    with pytest.raises(QuoteMismatch):
        world.confirm("acc-1", quoted["JPY"].id, 2980, "USD")


@pytest.mark.clause("U-III.I.2")
def test_the_quote_is_the_whole_sum_with_the_tax_of_the_buyer_s_country(world: World) -> None:
    world.publications.publish(
        taxes_publication(("DE", "VAT", "19", True), ("SG", "GST", "9", False), ("*", "Tax", "5", False))
    )
    by_account = world.create(REQUEST).order  # an account of HK
    world.billing.put("acc-1", Billing("Ada GmbH", ("Gasse 1",), "DE"))
    included = world.create(REQUEST).order
    world.billing.put("acc-1", Billing("Ada Pte", ("Road 1",), "SG"))
    added = world.create(REQUEST).order

    assert (by_account.amount, by_account.tax) == (2090, Tax("HK", "Tax", "5", 100))
    assert (included.amount, included.tax) == (1990, Tax("DE", "VAT", "19", 318))
    assert (added.amount, added.tax) == (2169, Tax("SG", "GST", "9", 179))
    assert world.confirm("acc-1", added.id, 2169, "USD").checkout is not None


@pytest.mark.parametrize("stored", ["sg", " Sg ", "SG"])
def test_a_country_stored_before_it_was_checked_is_taxed_as_itself(world: World, stored: str) -> None:
    world.publications.publish(taxes_publication(("SG", "GST", "9", False)))
    world.accounts.stored["acc-1"] = replace(account(), country=stored)

    assert world.create(REQUEST).order.tax == Tax("SG", "GST", "9", 179)


@pytest.mark.parametrize("stored", [None, "", "Singapore", "UK", "ſg"])
def test_where_the_tax_depends_on_the_country_an_order_requires_one(world: World, stored: str | None) -> None:
    world.publications.publish(taxes_publication(("SG", "GST", "9", False)))
    world.accounts.stored["acc-1"] = replace(account(), country=stored)

    with pytest.raises(InvalidFields) as refused:
        world.create(REQUEST)
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [("country", "required")]

    world.publications.publish(taxes_publication(("*", "Tax", "5", False), version="t2", effective_at=NOW))
    assert world.create(REQUEST).order.tax == Tax("*", "Tax", "5", 100)


@pytest.mark.parametrize("published", ["sg", "SG"])
def test_a_rate_is_found_however_its_country_is_written(world: World, published: str) -> None:
    world.publications.publish(taxes_publication((published, "GST", "9", False)))
    world.accounts.stored["acc-1"] = replace(account(), country="SG")

    assert world.create(REQUEST).order.tax == Tax("SG", "GST", "9", 179)


def test_a_tax_in_three_decimals_makes_a_sum_that_can_be_charged(world: World) -> None:
    world.publications.publish(plans_publication("v2", NOW, prices=[("month", "KWD", 6150)]))
    world.publications.publish(taxes_publication(("HK", "GST", "9", False)))

    order = world.create(REQUEST).order

    assert (order.amount, order.tax) == (6700, Tax("HK", "GST", "9", 550))  # 553.5 by the rate alone


@pytest.mark.parametrize(
    ("change", "field"),
    [({"plan": "platinum"}, "plan"), ({"term": "year"}, "term"), ({"currency": "EUR"}, "currency")],
)
def test_what_is_not_sold_is_refused_by_name(world: World, change: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        world.create(replace(REQUEST, **change))

    assert [problem.field for problem in refused.value.problems] == [field]


@pytest.mark.clause("M-0.minor")
@pytest.mark.parametrize(
    ("status", "refusal"),
    [(AccountStatus.AWAITING_GUARDIAN, GuardianConsentRequired), (AccountStatus.FROZEN, AccountFrozen)],
)
def test_only_an_active_account_can_order(world: World, status: AccountStatus, refusal: type[DomainError]) -> None:
    world.accounts.becomes("acc-1", status)

    with pytest.raises(refusal):
        world.create(REQUEST)


def test_the_same_key_gives_the_same_order_and_another_request_under_it_is_refused(world: World) -> None:
    request = replace(REQUEST, idempotency_key="key-1")
    first = world.create(request)
    world.clock.advance(hours=2)

    assert not first.repeated
    assert world.create(request).order == first.order
    assert world.create(request).repeated
    assert world.create(replace(request, account_id="acc-2")).order.id != first.order.id
    with pytest.raises(IdempotencyKeyReused):
        world.create(replace(request, plan="business"))


def test_without_a_key_each_request_is_an_order_of_its_own(world: World) -> None:
    assert world.create(REQUEST).order.id != world.create(REQUEST).order.id


@pytest.mark.clause("U-III.I.2")
@pytest.mark.parametrize(("amount", "currency"), [(1989, "USD"), (1991, "USD"), (1990, "HKD")])
def test_only_exactly_the_quoted_price_can_be_confirmed(world: World, amount: int, currency: str) -> None:
    order = world.create(REQUEST).order

    with pytest.raises(QuoteMismatch):
        world.confirm("acc-1", order.id, amount, currency)

    assert world.orders.get("acc-1", order.id).status_at(NOW) is OrderStatus.QUOTED
    assert world.provider.opened == {}


@pytest.mark.clause("U-III.I.2")
def test_a_confirmed_order_is_pending_and_a_repeated_confirmation_gets_the_same_checkout(world: World) -> None:
    order = world.create(REQUEST).order

    confirmed = world.confirm("acc-1", order.id, 1990, "USD")

    assert confirmed.status_at(NOW) is OrderStatus.PENDING
    assert world.confirm("acc-1", order.id, 1990, "USD") == confirmed == world.orders.get("acc-1", order.id)


def test_a_quote_expires(world: World) -> None:
    order = world.create(REQUEST).order
    world.clock.advance(seconds=QUOTE_LIFETIME.total_seconds() - 1)
    assert order.status_at(world.clock.now()) is OrderStatus.QUOTED

    world.clock.advance(seconds=1)

    assert order.status_at(world.clock.now()) is OrderStatus.EXPIRED
    with pytest.raises(OrderExpired):
        world.confirm("acc-1", order.id, 1990, "USD")


def test_a_crash_before_the_checkout_is_recorded_is_repaired_by_the_repeated_request(world: World) -> None:
    order = world.create(REQUEST).order
    opened = world.provider.open_checkout(order)  # and then the process crashed

    assert world.confirm("acc-1", order.id, 1990, "USD").checkout == opened


@pytest.mark.parametrize("status", [OrderStatus.PAID, OrderStatus.REFUNDED, OrderStatus.DISPUTED])
def test_a_settled_order_cannot_be_confirmed_again(world: World, status: OrderStatus) -> None:
    order = world.create(REQUEST).order
    world.orders.stored[order.id] = replace(order, settlement=Settlement(status))

    with pytest.raises(OrderNotOpen):
        world.confirm("acc-1", order.id, 1990, "USD")


def test_after_a_declined_card_the_same_checkout_is_open(world: World) -> None:
    order = world.create(REQUEST).order
    confirmed = world.confirm("acc-1", order.id, 1990, "USD")
    world.orders.stored[order.id] = replace(confirmed, settlement=Settlement(OrderStatus.DECLINED))

    assert world.confirm("acc-1", order.id, 1990, "USD").checkout == confirmed.checkout


@pytest.mark.clause("M-IV")
def test_another_account_s_order_is_neither_shown_nor_confirmed(world: World) -> None:
    order = world.create(REQUEST).order

    assert world.orders.all("acc-1") == [order]
    assert world.orders.all("acc-2") == []
    with pytest.raises(OrderNotFound):
        world.orders.get("acc-2", order.id)
    with pytest.raises(OrderNotFound):
        world.confirm("acc-2", order.id, 1990, "USD")


def become_enterprise(world: World) -> None:
    """As the fold of a paid Business order does."""
    world.accounts.stored["acc-1"] = replace(world.accounts.get("acc-1"), enterprise_from=NOW)


@pytest.mark.clause("U-II.III.1.4")
def test_an_enterprise_orders_plans_for_enterprises_only(world: World) -> None:
    quoted = world.create(REQUEST).order
    become_enterprise(world)

    with pytest.raises(PlanForIndividuals):
        world.create(REQUEST)
    with pytest.raises(PlanForIndividuals):  # a quote from before it became one
        world.confirm("acc-1", quoted.id, quoted.amount, quoted.currency)
    assert world.orders.get("acc-1", quoted.id).checkout is None
    assert world.create(replace(REQUEST, plan="business")).order.benefits.plan == "business"
    assert world.create(replace(REQUEST, account_id="acc-2")).order.benefits.plan == "premium"


@pytest.mark.clause("M-III.5.fraud")
@pytest.mark.clause("M-V.2")
def test_a_restricted_account_neither_orders_nor_confirms_until_the_restriction_ends(world: World) -> None:
    order = world.create(REQUEST).order
    until = NOW + timedelta(minutes=10)
    world.standings.restrict("acc-1", Restriction("many_networks", until))
    for act in (lambda: world.create(REQUEST), lambda: world.confirm("acc-1", order.id, 1990, "USD")):
        with pytest.raises(AccountRestricted) as refused:
            act()
        assert refused.value.extra == {"until": until, "reason": "many_networks"}
    assert list(world.orders.stored) == [order.id]
    assert world.orders.stored[order.id].checkout is None

    world.clock.at = until
    assert world.confirm("acc-1", order.id, 1990, "USD").checkout is not None
    assert world.create(REQUEST).order.id != order.id


@pytest.mark.clause("U-II.III.1.4")
def test_an_account_that_paid_for_business_to_come_orders_no_more_premium(world: World) -> None:
    """What it ordered until then could only run after Business began."""
    stored = world.accounts.get("acc-1")
    quoted = world.create(REQUEST).order
    world.accounts.stored["acc-1"] = replace(stored, enterprise_from=NOW + timedelta(days=20))
    for act in (
        lambda: world.create(REQUEST),
        lambda: world.confirm("acc-1", quoted.id, quoted.amount, quoted.currency),
    ):
        with pytest.raises(PlanForIndividuals):
            act()
    assert world.create(BUSINESS).order.benefits.plan == "business"


BUSINESS = replace(REQUEST, plan="business")


@pytest.mark.clause("M-II.5", "M-V.1", "U-II.III.1.4")
def test_the_quote_says_when_business_begins_and_how_a_running_premium_ends(world: World) -> None:
    running, to_come = period(order_id="ord-p"), period(order_id="ord-q", starts_at=NOW + timedelta(days=29))
    world.memberships.paid["acc-1"] = (period(order_id="ord-0", days=1), running, to_come)
    after = StartOption(Start.AFTER_RUNNING, to_come.ends_at)
    at_once = StartOption(
        Start.AT_ONCE,
        NOW,
        (GivenUp("ord-p", "premium", running.ends_at), GivenUp("ord-q", "premium", to_come.ends_at)),
    )
    usual, given_up = world.create(BUSINESS).order, world.create(replace(BUSINESS, start=Start.AT_ONCE)).order
    assert (usual.start, usual.other_start, usual.gives_up) == (after, at_once, ())
    assert (given_up.start, given_up.other_start, given_up.gives_up) == (at_once, after, ("ord-p", "ord-q"))
    told = order_answer(given_up, NOW)
    assert told.start is not None
    assert "its fee is not returned" in told.start.detail
    assert told.other_start is not None
    assert (told.other_start.start, told.other_start.starts_at) == ("after_running", rfc3339(to_come.ends_at))
    assert "stays as it is" in told.other_start.detail


@pytest.mark.parametrize(("plan", "running"), [("premium", "premium"), ("business", "business")])
def test_only_a_change_to_business_gives_up_periods(world: World, plan: str, running: str) -> None:
    world.memberships.paid["acc-1"] = (period(running),)
    order = world.create(replace(REQUEST, plan=plan)).order
    assert (order.start, order.other_start) == (StartOption(Start.AFTER_RUNNING, period().ends_at), None)
    with pytest.raises(InvalidFields) as refused:
        world.create(replace(REQUEST, plan=plan, start=Start.AT_ONCE))
    assert [(each.field, each.code) for each in refused.value.problems] == [("start", "not_offered")]


def test_with_nothing_running_every_order_begins_at_once(world: World) -> None:
    for start in Start:
        order = world.create(replace(BUSINESS, start=start)).order
        assert (order.start, order.other_start, order.gives_up) == (StartOption(Start.AFTER_RUNNING, NOW), None, ())


def test_a_key_names_one_choice(world: World) -> None:
    world.memberships.paid["acc-1"] = (period(),)
    asked = replace(BUSINESS, idempotency_key="key-1", start=Start.AT_ONCE)
    assert world.create(asked).order == world.create(asked).order
    with pytest.raises(IdempotencyKeyReused):
        world.create(replace(asked, start=Start.AFTER_RUNNING))


@pytest.mark.clause("M-III.6.special", "M-II.11")
def test_a_quoted_special_licence_is_confirmed_by_its_terms_alone(world: World) -> None:
    """Without a membership, and without its agreement."""
    world.orders.add(quoted())

    def confirm(terms_sha256: str | None) -> Order:
        return world.confirming(Confirmation("acc-1", "ord_q1", 120000, "USD", "192.0.2.8", terms_sha256=terms_sha256))

    with pytest.raises(InvalidFields):
        confirm(None)
    with pytest.raises(TermsMismatch):
        confirm("b" * 64)
    assert world.orders.get("acc-1", "ord_q1").checkout is None
    order = confirm(TERMS.sha256)
    assert (order.status_at(NOW), order.checkout is None) == (OrderStatus.PENDING, False)
    assert confirm(TERMS.sha256) == order


def test_a_special_licence_for_members_needs_a_running_membership(world: World) -> None:
    terms = replace(TERMS, needs_membership=True)
    world.orders.add(quoted(terms))
    confirmation = Confirmation("acc-1", "ord_q1", 120000, "USD", "192.0.2.8", terms_sha256=terms.sha256)
    with pytest.raises(QuoteNeedsMembership):
        world.confirming(confirmation)
    world.memberships.paid["acc-1"] = (period("premium", starts_at=NOW),)
    assert world.confirming(confirmation).checkout is not None


@pytest.mark.clause("M-III.6.special")
def test_a_special_licence_is_confirmed_again_after_its_checkout_expired(world: World) -> None:
    world.orders.add(quoted())
    confirmation = Confirmation("acc-1", "ord_q1", 120000, "USD", "192.0.2.8", terms_sha256=TERMS.sha256)
    first = world.confirming(confirmation)
    assert first.checkout is not None
    over = Settlement(OrderStatus.EXPIRED, expired_checkout=first.checkout.session_id)
    world.orders.stored["ord_q1"] = replace(first, settlement=over)

    second = world.confirming(confirmation)

    assert second.checkout not in {None, first.checkout}
    assert world.orders.get("acc-1", "ord_q1").checkout == second.checkout
    assert world.confirming(confirmation) == second
    world.clock.advance(days=14)
    world.orders.stored["ord_q1"] = replace(first, settlement=over)
    with pytest.raises(OrderExpired, match="Ask for a new quote"):
        world.confirming(confirmation)
