"""Minor units, whatever share of the major unit they are."""

from __future__ import annotations

import pytest

from allmytracks.foundation.money import is_currency, money


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1990, "USD", "USD 19.90"),
        (5, "USD", "USD 0.05"),
        (1234567, "HKD", "HKD 12,345.67"),
        (2980, "JPY", "JPY 2,980"),
        (1990, "KWD", "KWD 1.990"),
        (-500, "EUR", "EUR -5.00"),
    ],
)
def test_money_is_shown_in_its_currency_s_own_units(amount: int, currency: str, text: str) -> None:
    assert money(amount, currency) == text


def test_only_currencies_in_which_money_is_counted_are_known() -> None:
    assert [code for code in ("USD", "JPY", "usd", "XXX", "ABC", "") if is_currency(code)] == ["USD", "JPY"]
