"""Tax: by published rates, whole minor units, and never a unit lost between net and gross."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmytracks.accounts.rules_billing import Billing
from allmytracks.foundation.errors import InvalidFields
from allmytracks.memberships.published import PLANS
from allmytracks.payments.orders.published import TAXES, check_price_list, check_taxes
from allmytracks.payments.orders.rules_taxes import (
    Tax,
    TaxRate,
    TaxTable,
    in_force,
    reversed_charge,
    taxed,
)
from allmytracks.payments.orders.use_cases.tax_price import TaxPrice
from allmytracks.publishing.ports import Publication
from tests.factories.accounts import account
from tests.factories.instants import NOW, PUBLISHED_AT
from tests.factories.memberships import plans_publication
from tests.factories.payments import taxes_publication
from tests.fakes.accounts import MemoryBillingParticulars
from tests.fakes.publishing import MemoryPublications


def test_without_a_rate_for_the_country_nothing_is_taxed() -> None:
    table = TaxTable(PUBLISHED_AT, (TaxRate("DE", "VAT", Decimal(19), included=True),))

    assert taxed(1990, table.rate("HK"), "HK", 1) == (1990, None)
    assert in_force([TaxTable(NOW, ())], PUBLISHED_AT) is None


@given(
    st.integers(1, 10_000_000),
    st.decimals("0.001", "99.999", places=3),
    st.booleans(),
)
def test_net_and_tax_make_the_whole_sum_and_the_tax_is_off_by_half_a_unit_at_most(
    price: int,
    percent: Decimal,
    included: bool,  # noqa: FBT001 - hypothesis passes it
) -> None:
    total, tax = taxed(price, TaxRate("DE", "VAT", percent, included), "DE", 1)

    assert tax is not None
    net = total - tax.amount
    assert (total if included else net) == price
    exact = Decimal(total) * percent / (100 + percent) if included else Decimal(net) * percent / 100
    assert abs(exact - tax.amount) <= Decimal("0.5")


def test_halves_are_rounded_up_and_the_percentage_is_shown_as_published() -> None:
    assert taxed(150, TaxRate("SG", "GST", Decimal("1.000"), included=False), "SG", 1) == (
        152,
        Tax("SG", "GST", "1", 2),
    )


GERMAN = TaxRate("DE", "VAT", Decimal(19), included=True, reverse_charge=True)


@pytest.mark.clause("M-III.1")
@pytest.mark.parametrize(
    ("country", "number", "charged"),
    [
        ("DE", "DE136695976", 1672),
        ("DE", "136 695 976", 1672),
        ("DE", "DE136695978", 1990),  # its check digit is wrong
        ("DE", "HK-99", 1990),
        ("DE", None, 1990),
        ("HK", "DE136695976", 1990),
    ],
)
def test_a_business_with_a_valid_number_owes_the_tax_itself(country: str, number: str | None, charged: int) -> None:
    rates = [{"country": "DE", "name": "VAT", "percent": "19", "included": True, "reverse_charge": True}]
    publications = MemoryPublications([Publication(TAXES, "t1", PUBLISHED_AT, {"rates": rates})])
    billing = MemoryBillingParticulars()
    billing.put("acc-1", Billing("Ada GmbH", ("Gasse 1",), country, number))
    total, tax = TaxPrice(billing, publications)(1990, "USD", account(), NOW)
    assert total == charged
    assert (tax is not None and tax.reverse_charge) == (charged == 1672)


def test_a_price_without_tax_is_one_that_can_be_charged() -> None:
    assert reversed_charge(1990, GERMAN, "DE", 10) == (1670, Tax("DE", "VAT", "0", 0, reverse_charge=True))
    added = TaxRate("DE", "VAT", Decimal(19), included=False, reverse_charge=True)
    assert reversed_charge(1990, added, "DE", 1) == (1990, Tax("DE", "VAT", "0", 0, reverse_charge=True))


@pytest.mark.parametrize(("price", "added"), [(1230, 110), (1290, 120), (10, 0), (50, 0), (60, 10)])
def test_a_tax_that_is_added_keeps_to_what_can_be_charged(price: int, added: int) -> None:
    gst = TaxRate("KW", "GST", Decimal(9), included=False)

    assert taxed(price, gst, "KW", 10) == (price + added, Tax("KW", "GST", "9", added))


@given(st.integers(1, 10_000_000), st.decimals("0.001", "99.999", places=3), st.sampled_from([1, 10, 100]))
def test_an_added_tax_is_the_nearest_sum_that_can_be_charged(price: int, percent: Decimal, step: int) -> None:
    total, tax = taxed(price * step, TaxRate("KW", "GST", percent, included=False), "KW", step)

    assert tax is not None
    assert total % step == tax.amount % step == 0
    assert abs(Decimal(price * step) * percent / 100 - tax.amount) <= Decimal(step) / 2


CHECKS = {TAXES: check_taxes, PLANS: check_price_list}


@pytest.mark.parametrize(
    ("publication", "field"),
    [
        (taxes_publication(("DE", "VAT", "19", True), ("DE", "VAT", "7", True)), "rates"),
        (taxes_publication(("DE", "VAT", "19", True), ("de", "VAT", "7", True)), "rates"),
        (taxes_publication(("Germany", "VAT", "19", True)), "country"),
        (taxes_publication(("UK", "VAT", "20", True)), "country"),
        (taxes_publication(("", "VAT", "20", True)), "country"),
        (taxes_publication(("DE", "VAT", "-1", True)), "body"),
        (plans_publication(prices=[("month", "USX", 1)]), "currency"),
        (plans_publication(prices=[("month", "USD", 100), ("month", "USD", 200)]), "prices"),
        (plans_publication(prices=[("month", "USD", 0)]), "body"),
    ],
)
def test_what_could_not_be_sold_or_taxed_is_refused_before_it_is_published(
    publication: Publication, field: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        CHECKS[publication.kind](publication)

    assert [problem.field for problem in refused.value.problems] == [field]
