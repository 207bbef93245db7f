"""A payment fact as DynamoDB's JSON, without PynamoDB for the webhook's speed; dynamodb_facts.py has the model."""

from __future__ import annotations

from typing import Any

from allmytracks.foundation.aws.tables import Attributes, to_attributes, to_values
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.payments.rules import Fact, FactKind


def fact_attributes(pk: str, sk: str, fact: Fact) -> dict[str, dict[str, Any]]:
    """The item of a fact: no other data that a provider sends is ever stored (P-7.payment)."""
    return to_attributes(
        {
            "pk": pk,
            "sk": sk,
            "provider": fact.provider,
            "event_id": fact.event_id,
            "occurred_at": rfc3339(fact.occurred_at),
            "kind": fact.kind,
            "source_kind": fact.source_kind,
            "order_id": fact.order_id,
            "account_id": fact.account_id,
            "references": fact.references,
            "subject": fact.subject,
            "amount": fact.amount,
            "currency": fact.currency,
            "method": fact.method,
            "reason": fact.reason,
            "covers_from": rfc3339(fact.covers_from) if fact.covers_from else None,
            "renews": fact.renews,
        }
    )


def fact_of(item: Attributes) -> Fact:
    """The fact of an item."""
    values = to_values(item)
    return Fact(
        provider=values["provider"],
        event_id=values["event_id"],
        occurred_at=parse_rfc3339(values["occurred_at"]),
        kind=FactKind(values["kind"]),
        source_kind=values["source_kind"],
        order_id=values.get("order_id"),
        account_id=values.get("account_id"),
        references=tuple(values.get("references", ())),
        subject=values.get("subject"),
        amount=values.get("amount"),
        currency=values.get("currency"),
        method=values.get("method"),
        reason=values.get("reason"),
        covers_from=parse_rfc3339(values["covers_from"]) if values.get("covers_from") else None,
        renews=values.get("renews"),
    )
