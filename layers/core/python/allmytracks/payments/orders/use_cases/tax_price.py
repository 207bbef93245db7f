"""The tax on a price, by where its buyer is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allmytracks.accounts.ports_billing import BillingParticulars
from allmytracks.accounts.rules import Account
from allmytracks.foundation.countries import known_country
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.payments.orders.published import published_tax_tables
from allmytracks.payments.orders.rules_tax_numbers import is_vat_number
from allmytracks.payments.orders.rules_taxes import Tax, in_force, reversed_charge, taxed
from allmytracks.payments.rules_charges import step_of
from allmytracks.publishing.ports import Publications


@dataclass(frozen=True)
class TaxPrice:
    """Taxes by the country of the billing particulars, else of the account.

    A business whose particulars have a valid number for tax is not charged the tax of a country with a reverse charge.
    Raises InvalidFields, Unavailable.
    """

    billing: BillingParticulars
    publications: Publications

    def __call__(self, amount: int, currency: str, account: Account, now: datetime) -> tuple[int, Tax | None]:
        """The whole sum, and the tax in it."""
        table = in_force(published_tax_tables(self.publications), now)
        if table is None:
            return amount, None
        billing = self.billing.get(account.id)
        country = known_country(billing.country if billing else account.country)
        if country is None and table.needs_country():
            message = "The tax depends on your country: give it in your particulars for invoices, then order again."
            raise InvalidFields([FieldProblem("country", "required", message)])
        rate, step = table.rate(country), step_of(currency)
        if rate is None or not rate.reverse_charge or country is None or billing is None or billing.tax_id is None:
            return taxed(amount, rate, country, step)
        if is_vat_number(country, billing.tax_id):
            return reversed_charge(amount, rate, country, step)
        return taxed(amount, rate, country, step)
