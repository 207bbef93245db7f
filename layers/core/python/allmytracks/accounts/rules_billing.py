"""The particulars that a buyer gives for invoices (M-III.1, U-II.III.1.4)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from allmytracks.accounts.rules_end_users import LONGEST_NAME, LONGEST_TAX_ID
from allmytracks.documents.rules_text import line, required_line
from allmytracks.foundation.countries import country_of
from allmytracks.foundation.errors import FieldProblem, FieldProblems, InvalidFields, NotFound, PreconditionFailed

MOST_ADDRESS_LINES = 6
LONGEST_ADDRESS_LINE = 80


class BillingNotFound(NotFound):
    """The account has no billing particulars."""

    code = "billing_not_found"


class Billing(Struct, frozen=True):
    """Whom invoices are made out to: name of the company or person, address, and number for tax.

    `country` by ISO 3166 (two letters); the tax of an order follows from it.
    """

    name: str
    address: tuple[str, ...]
    country: str
    tax_id: str | None = None

    @property
    def etag(self) -> str:
        """The ETag of exactly these particulars."""
        return f'"{hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:32]}"'


def billing_stale() -> PreconditionFailed:
    """The refusal of a change based on other particulars."""
    return PreconditionFailed("The particulars changed since you read them. Read them again and repeat your change.")


def billing_of(name: str, address: Sequence[str], country: str, tax_id: str | None) -> Billing:
    """The particulars in their stored form. Raises InvalidFields naming every invalid field."""
    return Billing(*named_party(name, address, country, ("tax_id", tax_id)))


def named_party(
    name: str, address: Sequence[str], country: str, number: tuple[str, str | None]
) -> tuple[str, tuple[str, ...], str, str | None]:
    """Name, address, country and an official number (its field and value) in their stored form.

    Raises InvalidFields naming every invalid field.
    """
    problems = FieldProblems()
    kept_name, kept_country, kept_number = "", "", None
    kept_address: list[str] = []
    with problems.gathered():
        kept_name = required_line("name", name, LONGEST_NAME)
    with problems.gathered():
        kept_address = address_lines(address)
    with problems.gathered():
        kept_country = country_of("country", country)
    with problems.gathered():
        kept_number = line(*number, LONGEST_TAX_ID)
    problems.raise_found()
    return kept_name, tuple(kept_address), kept_country, kept_number


def check_alone(field: str, value: Any) -> None:
    """Checks one field of the particulars by its name. Raises InvalidFields."""
    match field:
        case "name":
            required_line(field, value, LONGEST_NAME)
        case "address":
            address_lines(value)
        case "country":
            country_of(field, value)
        case _:
            line(field, value, LONGEST_TAX_ID)


def address_lines(lines: Sequence[str]) -> list[str]:
    """An address in its stored form, without its empty lines. Raises InvalidFields."""
    if len(lines) > MOST_ADDRESS_LINES:
        message = f"Use at most {MOST_ADDRESS_LINES} lines."
        raise InvalidFields([FieldProblem("address", "too_many_lines", message)])
    kept = [line("address", each, LONGEST_ADDRESS_LINE) for each in lines]
    written = [each for each in kept if each is not None]
    if not written:
        raise InvalidFields([FieldProblem("address", "required", "Send the address, a line each.")])
    return written
