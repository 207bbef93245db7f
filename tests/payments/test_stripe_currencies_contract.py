"""Every currency of ISO 4217 against what Stripe publishes of it."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from iso4217 import Currency
from msgspec.structs import replace

from allmytracks.foundation.errors import InvalidFields
from allmytracks.payments.orders.published import check_price_list
from allmytracks.payments.rules_charges import most_of, step_of, why_not_charged
from allmytracks.payments.stripe.money import from_stripe, to_stripe
from tests.factories.memberships import plans_publication
from tests.factories.payment_desk import API_KEY, Desk
from tests.factories.payments import an_order

STRIPE: dict[str, Any] = tomllib.loads((Path(__file__).parent / "stripe_currencies.toml").read_text())
PRESENTMENT = {*STRIPE["presentment"].split(), *STRIPE["three_decimal"].split()}
WHOLE = set(STRIPE["zero_decimal"].split())
THOUSANDTHS = set(STRIPE["three_decimal"].split())
ALWAYS_00 = set(STRIPE["hundredths_always_00"].split())
EXPONENTS = {each.code: each.exponent for each in Currency}
COUNTED = {code: exponent for code, exponent in EXPONENTS.items() if exponent is not None}
CHARGED = sorted(PRESENTMENT & set(COUNTED))


def stripe_exponent(currency: str) -> int:
    if currency in ALWAYS_00:
        return 2
    return 0 if currency in WHOLE else 3 if currency in THOUSANDTHS else 2


def minor(amount: str | Decimal, currency: str) -> int:
    return int(Decimal(amount).scaleb(COUNTED[currency]))


def test_what_is_published_for_stripe_is_the_whole_table() -> None:
    assert [code for code in EXPONENTS if why_not_charged(100_000, code) is None] == [
        code for code in EXPONENTS if code in PRESENTMENT
    ]
    # Stripe names the old guilder and dobra still, ISO 4217 no more: no price can be published in either.
    assert PRESENTMENT - set(EXPONENTS) == {"ANG", "STD"}
    for withdrawn in ("ANG", "STD"):
        with pytest.raises(InvalidFields):
            check_price_list(plans_publication(prices=[("month", withdrawn, 100_000)]))


@pytest.mark.parametrize("currency", sorted(set(COUNTED) - PRESENTMENT))
def test_what_stripe_does_not_charge_is_not_published(currency: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        check_price_list(plans_publication(prices=[("month", currency, 100_000)]))

    assert {problem.code for problem in refused.value.problems} == {"not_chargeable"}


@pytest.mark.parametrize("currency", CHARGED)
def test_each_currency_is_sent_as_stripe_counts_it_and_read_back(currency: str) -> None:
    price = minor("500", currency)

    check_price_list(plans_publication(prices=[("month", currency, price)]))

    assert to_stripe(price, currency) == 500 * 10 ** stripe_exponent(currency)
    assert from_stripe(to_stripe(price, currency), currency) == price


@pytest.mark.parametrize("currency", CHARGED)
def test_the_smallest_difference_between_two_sums_is_what_stripe_can_charge(currency: str) -> None:
    price, step = minor("500", currency), step_of(currency)
    in_stripe = 1 if currency in WHOLE - ALWAYS_00 else 100 if currency in ALWAYS_00 else 1
    smallest = 10 if currency in THOUSANDTHS else in_stripe

    assert to_stripe(price + step, currency) - to_stripe(price, currency) == smallest
    for between in range(1, step):
        assert why_not_charged(price + between, currency) is not None
        with pytest.raises(ValueError, match="multiples"):
            to_stripe(price + between, currency)


@pytest.mark.parametrize("currency", CHARGED)
def test_the_least_and_the_most_of_a_charge(currency: str) -> None:
    most = 10 ** STRIPE["digits"].get(currency, STRIPE["digits"]["others"]) - 1
    in_stripe = to_stripe(most_of(currency) - most_of(currency) % step_of(currency), currency)
    unit = 10 if currency in THOUSANDTHS else 100 if currency in ALWAYS_00 else 1
    assert in_stripe == most - most % unit
    assert why_not_charged(most_of(currency) + step_of(currency), currency) is not None

    least = minor(STRIPE["least"][currency], currency) if currency in STRIPE["least"] else step_of(currency)
    assert why_not_charged(least, currency) is None
    assert why_not_charged(least - step_of(currency), currency) is not None or least == step_of(currency)
    assert why_not_charged(0, currency) is not None


def test_forint_and_taiwan_dollars_are_whole_in_payouts_only() -> None:
    assert (to_stripe(104_500 + 45, "HUF"), to_stripe(80_045, "TWD")) == (104_545, 80_045)


@pytest.mark.parametrize(("currency", "amount"), [("KWD", 1235), ("MGA", 8_900_050), ("USD", 49), ("USD", 60_000_000)])
def test_a_price_that_could_not_be_charged_is_refused_when_it_is_published(currency: str, amount: int) -> None:
    with pytest.raises(InvalidFields) as refused:
        check_price_list(plans_publication(prices=[("year", "USD", 19900), ("month", currency, amount)]))

    assert {(problem.field, problem.code) for problem in refused.value.problems} == {("prices", "not_chargeable")}
    assert all(f"{currency} {amount}" in problem.message for problem in refused.value.problems)


@pytest.mark.parametrize(("currency", "unit_amount"), [("kwd", 1235), ("isk", 550), ("ugx", 100_050), ("usd", 10**8)])
def test_the_local_provider_refuses_what_stripe_does(desk: Desk, currency: str, unit_amount: int) -> None:
    form = {
        "mode": "payment",
        "success_url": "https://site.example",
        "line_items[0][price_data][currency]": currency,
        "line_items[0][price_data][unit_amount]": str(unit_amount),
    }

    refused = httpx.post(
        f"{desk.address}/_local/stripe/v1/checkout/sessions", data=form, headers={"Authorization": f"Bearer {API_KEY}"}
    )

    assert (refused.status_code, refused.json()["error"]["code"]) in {
        (400, "parameter_invalid_integer"),
        (400, "amount_too_large"),
    }


@pytest.mark.parametrize("currency", sorted(THOUSANDTHS | ALWAYS_00 | {"MGA", "JPY", "HUF"}))
def test_the_local_provider_takes_what_is_sent(desk: Desk, currency: str) -> None:
    now = datetime.now(UTC)
    order = replace(an_order(amount=minor("500", currency), quoted_at=now), currency=currency)

    assert desk.checkout.open_checkout(order).url
