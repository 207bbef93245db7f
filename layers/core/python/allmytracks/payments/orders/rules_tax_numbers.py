"""Whether a number for tax has the form of its country, with its check digits. No authority is queried."""

from __future__ import annotations

from importlib import import_module


def is_vat_number(country: str, number: str) -> bool:
    """Whether `number` can be a number for value added tax of `country` (ISO 3166-1), with or without its prefix."""
    # Its modules are many; only buyers from countries with a reverse charge need one.
    get_cc_module = import_module("stdnum").get_cc_module
    module = get_cc_module(country.lower(), "vat")
    if module is None:
        return False
    return bool(module.is_valid(number))
