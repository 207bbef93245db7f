"""Invoices as stored records."""

from __future__ import annotations

from allmytracks.foundation.aws.keys import OF_ACCOUNT
from allmytracks.foundation.records import (
    PRODUCT,
    Exported,
    Hold,
    Keep,
    Named,
    NotExported,
    Record,
    Store,
    Whose,
    attribute,
    books,
    in_json,
)
from allmytracks.invoices.dynamodb import COUNTER, INVOICE, SERIES
from allmytracks.payments.orders.dynamodb import OWNER

_BOOKS = Keep("an invoice is kept as it was issued, with the buyer's particulars, as the law on accounts asks")

RECORDS = (
    Record(
        "invoice",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("invoices.json", json=frozenset({"body"})),
        _BOOKS,
        books(in_json("body", "issued_at")),
        sort=f"{INVOICE}{{order}}#{{position}}",
        names=(Named("invoice", attribute("number")),),
    ),
    Record(
        "owner of an invoice",
        Store.ACCOUNTS,
        f"{INVOICE}{{invoice}}",
        Whose.ACCOUNT,
        NotExported("finds the invoice"),
        _BOOKS,
        books(None, "invoice"),
        sort=OWNER,
        owner="account_id",
    ),
    Record(
        "invoice's document",
        Store.DOCUMENTS,
        "invoices/{invoice}.pdf",
        Whose.ACCOUNT,
        Exported("invoices"),
        _BOOKS,
        books(None, "invoice"),
    ),
    Record(
        "count of a series of invoices",
        Store.ACCOUNTS,
        f"{SERIES}{{series}}",
        Whose.NOBODY,
        NotExported("about no account"),
        Keep("about no account"),
        PRODUCT,
        sort=COUNTER,
        hold=Hold.UNAFFECTED,
    ),
)
