"""Webhooks of any sender that signs by the Standard Webhooks specification (standardwebhooks.com).

The body is in our own format; docs/decisions/2026-11-24-second-provider.md describes each field.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from standardwebhooks import Webhook, WebhookVerificationError
from standardwebhooks.webhooks import EmptyWebhookSecretError

from allmytracks.foundation.errors import Malformed
from allmytracks.payments.rules import LARGEST_SUM, EventId, EventType, Fact, FactKind, InvalidSignature, StaleSignature
from allmytracks.payments.secrets_manager import SecretSource

PROVIDER = "standard"
LARGEST_BODY = 256 * 1024
LONGEST_REASON = 100

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
_Sum = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_SUM)]
_Currency = Annotated[str, msgspec.Meta(pattern="^[A-Za-z]{3}$", description="a currency's three letters, such as USD")]
_When = Annotated[datetime, msgspec.Meta(tz=True)]


class _About(msgspec.Struct):
    """The fields of every kind; each kind below requires some of them."""

    order_id: _Name | None = None
    account_id: _Name | None = None
    payment: _Name | None = None
    refund: _Name | None = None
    dispute: _Name | None = None
    amount: _Sum | None = None
    currency: _Currency | None = None
    method: _Name | None = None
    reason: str | None = None


class _Envelope(msgspec.Struct):
    type: EventType
    timestamp: _When
    data: msgspec.Raw


_REQUIRED = {
    FactKind.PAYMENT_AWAITED: ("order_id", "payment"),
    FactKind.PAYMENT_SUCCEEDED: ("order_id", "payment", "amount", "currency"),
    FactKind.PAYMENT_FAILED: ("order_id", "payment"),
    FactKind.CHECKOUT_EXPIRED: ("order_id",),
    FactKind.REFUND_PENDING: ("payment", "refund", "amount", "currency"),
    FactKind.REFUND_SUCCEEDED: ("payment", "refund", "amount", "currency"),
    FactKind.REFUND_FAILED: ("payment", "refund", "amount", "currency"),
    FactKind.DISPUTE_OPENED: ("payment", "dispute", "amount", "currency"),
    FactKind.DISPUTE_WON: ("payment", "dispute", "amount", "currency"),
    FactKind.DISPUTE_LOST: ("payment", "dispute", "amount", "currency"),
}
"""The fields of each kind. A type is its kind with a dot for the first underscore: `payment.succeeded`."""
_KINDS = {kind.value.replace("_", ".", 1): kind for kind in _REQUIRED}


class StandardWebhooks:
    """Reads webhooks signed with any of the secrets in `standard_webhook_secrets`."""

    def __init__(self, secrets: SecretSource) -> None:
        self._secrets = secrets

    def read(self, body: bytes, headers: Mapping[str, str]) -> Fact:
        if len(body) > LARGEST_BODY:
            raise Malformed(f"A webhook has at most {LARGEST_BODY} bytes.")
        self._verify(body, headers)
        return _fact(headers["webhook-id"], body)

    def _verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Raises InvalidSignature, StaleSignature."""
        stale = False
        for secret in self._secrets().standard_webhook_secrets:
            try:
                webhook = Webhook(secret)
            except (EmptyWebhookSecretError, ValueError):
                continue  # no secret, or not of this scheme: no signature is valid
            try:
                webhook.verify(body, dict(headers), json_parse=False)
            # Beside its own error the library raises ValueError for malformed headers.
            except (WebhookVerificationError, ValueError):
                stale = stale or _signed(webhook, body, headers)
            else:
                return
        if stale:
            raise StaleSignature("The webhook was signed too long ago, or by a clock that is ahead.")
        raise InvalidSignature("The webhook's signature is not the provider's.")


def _signed(webhook: Webhook, body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether a signature is valid except for its time, which the library checks first."""
    try:
        signed_at = datetime.fromtimestamp(int(headers.get("webhook-timestamp", "")), UTC)
        right = webhook.sign(headers.get("webhook-id", ""), signed_at, body.decode())
    except (ValueError, OverflowError, OSError):
        return False
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(each.encode(), right.encode()) for each in given)


def _fact(event_id: str, body: bytes) -> Fact:
    """Raises Malformed, naming the field, for a known kind; other kinds may hold anything."""
    try:
        event_id = msgspec.convert(event_id, EventId)
        event = msgspec.json.decode(body, type=_Envelope)
        kind = _KINDS.get(event.type, FactKind.OTHER)
        about = _About() if kind is FactKind.OTHER else msgspec.json.decode(event.data, type=_About)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"The body is not an event, or its data cannot be read: {error}.") from None
    # In other time zones it is the year before or after.
    if not 1970 <= event.timestamp.year < 9999:
        raise Malformed("The timestamp must be in a year from 1970 to 9998.")
    missing = [name for name in _REQUIRED.get(kind, ()) if getattr(about, name) is None]
    if missing:
        raise Malformed(f"A {event.type} needs data.{', data.'.join(missing)}.")
    return Fact(
        provider=PROVIDER,
        event_id=event_id,
        occurred_at=event.timestamp.astimezone(UTC),
        kind=kind,
        source_kind=event.type,
        order_id=about.order_id,
        account_id=about.account_id,
        references=(about.payment,) if about.payment else (),
        subject=_subject(kind, about),
        amount=about.amount,
        currency=about.currency.upper() if about.currency else None,
        method=about.method,
        reason=about.reason[:LONGEST_REASON] if about.reason else None,
    )


def _subject(kind: FactKind, about: _About) -> str | None:
    if kind.startswith("refund_"):
        return about.refund
    return about.dispute if kind.startswith("dispute_") else about.payment
