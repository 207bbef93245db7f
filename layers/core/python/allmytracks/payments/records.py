"""Orders and payments as stored records."""

from __future__ import annotations

from allmytracks.foundation.aws.keys import OF_ACCOUNT
from allmytracks.foundation.records import (
    ACCOUNTS_LIFE,
    PRODUCT,
    Attributes,
    Delete,
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
)
from allmytracks.payments.ledger.dynamodb import RECORDED, facts_of
from allmytracks.payments.ledger.dynamodb_claims import CLAIM, payment_key
from allmytracks.payments.ledger.dynamodb_inbox import EVENT, inbox_key
from allmytracks.payments.ledger.dynamodb_subscriptions import SUBSCRIPTIONS
from allmytracks.payments.orders.dynamodb import OWNER, order_sort_key
from allmytracks.payments.orders.dynamodb_upgrades import ORDER_UPGRADES
from allmytracks.payments.reconciliation.dynamodb import CHECKPOINT, checkpoint_key

_BOOKS = Keep("books of account; no name and no card, the account by its id")
_HIDDEN = frozenset({"checkout_url", "checkout_session", "announced"})


def _owners_of_event(item: Attributes) -> list[tuple[str, str]]:
    """An event that names no account names an order, or ids of payments."""
    order_id, references = item.get("order_id"), item.get("references")
    ids = [str(each) for each in references] if isinstance(references, list) else []
    of_order = [(order_sort_key(str(order_id)), OWNER)] if order_id else []
    return of_order + [(payment_key(str(item.get("provider")), each), CLAIM) for each in ids]


RECORDS = (
    Record(
        "order",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("orders.json", hidden=_HIDDEN),
        _BOOKS,
        books(attribute("quoted_at")),
        sort=order_sort_key("{order}"),
        upgrades=ORDER_UPGRADES,
    ),
    Record(
        "owner of an order",
        Store.ACCOUNTS,
        order_sort_key("{order}"),
        Whose.ACCOUNT,
        NotExported("finds the order"),
        _BOOKS,
        books(None, "order"),
        sort=OWNER,
        owner="account_id",
    ),
    Record(
        "payment fact",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("payments.json"),
        _BOOKS,
        books(attribute("occurred_at")),
        sort=facts_of("{order}") + "{place}",
        names=(Named("provider", attribute("provider")), Named("event", attribute("event_id"))),
    ),
    Record(
        "recorded fact",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("payments.json"),
        _BOOKS,
        books(attribute("occurred_at")),
        sort=f"{RECORDED}{{place}}",
    ),
    Record(
        "event of a payment provider",
        Store.ACCOUNTS,
        inbox_key("{provider}", "{event}"),
        Whose.ACCOUNT,
        NotExported("the payment fact says the same"),
        _BOOKS,
        books(attribute("occurred_at")),
        sort=EVENT,
        through=_owners_of_event,
    ),
    Record(
        "name of a payment",
        Store.ACCOUNTS,
        payment_key("{provider}", "{reference}"),
        Whose.ACCOUNT,
        NotExported("finds the payment's order"),
        _BOOKS,
        books(attribute("occurred_at")),
        sort=CLAIM,
    ),
    Record(
        "subscriptions of cloud storage",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("storage_subscriptions.json", json=frozenset({"subscriptions"})),
        Delete(),
        ACCOUNTS_LIFE,
        sort=SUBSCRIPTIONS,
    ),
    Record(
        "checkpoint of the reconciliation",
        Store.ACCOUNTS,
        checkpoint_key("{provider}"),
        Whose.NOBODY,
        NotExported("about no account"),
        Keep("about no account"),
        PRODUCT,
        sort=CHECKPOINT,
        hold=Hold.UNAFFECTED,
    ),
)
