"""The second provider: any sender that signs by the Standard Webhooks scheme; signatures made by its own library."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from allmytracks.foundation.errors import Malformed
from allmytracks.payments.rules import Fact, FactKind, InvalidSignature, StaleSignature
from allmytracks.payments.secrets_manager import PaymentSecrets
from allmytracks.payments.standard_webhooks import LARGEST_BODY, StandardWebhooks
from tests.fakes.payment_secrets import FixedSecrets

SECRET, OLD_SECRET = (f"whsec_{base64.b64encode(bytes([n]) * 24).decode()}" for n in (1, 2))
READER = StandardWebhooks(FixedSecrets(PaymentSecrets("sk", ("whsec_stripe",), (OLD_SECRET, SECRET))))
DATA = {
    "order_id": "ord-1",
    "account_id": "acc-1",
    "payment": "pay_1",
    "amount": 1990,
    "currency": "eur",
    "method": "bank_transfer",
}


def an_event(kind: str = "payment.succeeded", **data: Any) -> bytes:
    about = {name: value for name, value in {**DATA, **data}.items() if value is not None}
    return json.dumps({"type": kind, "timestamp": "2026-11-24T12:00:00.5+01:00", "data": about}).encode()


def signed(body: bytes, secret: str = SECRET, signed_at: datetime | None = None, name: str = "msg_1") -> dict[str, str]:
    stamp = signed_at or datetime.now(UTC)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(stamp.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, stamp, body.decode()),
    }


def read(body: bytes) -> Fact:
    return READER.read(body, signed(body))


@pytest.mark.clause("P-7.payment")
def test_an_event_becomes_a_fact() -> None:
    assert read(an_event(card_number="4242424242424242")) == Fact(
        "standard",
        "msg_1",
        datetime(2026, 11, 24, 11, 0, 0, 500_000, tzinfo=UTC),
        FactKind.PAYMENT_SUCCEEDED,
        "payment.succeeded",
        "ord-1",
        "acc-1",
        ("pay_1",),
        "pay_1",
        1990,
        "EUR",
        "bank_transfer",
        None,
    )


@pytest.mark.parametrize(
    ("kind", "data", "expected", "subject"),
    [
        ("payment.awaited", {}, FactKind.PAYMENT_AWAITED, "pay_1"),
        ("payment.failed", {"reason": "x" * 500}, FactKind.PAYMENT_FAILED, "pay_1"),
        ("checkout.expired", {"payment": None}, FactKind.CHECKOUT_EXPIRED, None),
        ("refund.pending", {"refund": "rf_1"}, FactKind.REFUND_PENDING, "rf_1"),
        ("refund.succeeded", {"refund": "rf_1", "order_id": None}, FactKind.REFUND_SUCCEEDED, "rf_1"),
        ("refund.failed", {"refund": "rf_1"}, FactKind.REFUND_FAILED, "rf_1"),
        ("dispute.opened", {"dispute": "dp_1"}, FactKind.DISPUTE_OPENED, "dp_1"),
        ("dispute.won", {"dispute": "dp_1"}, FactKind.DISPUTE_WON, "dp_1"),
        ("dispute.lost", {"dispute": "dp_1"}, FactKind.DISPUTE_LOST, "dp_1"),
        ("a.kind.of.tomorrow", {"amount": "1", "payment": [1]}, FactKind.OTHER, None),
    ],
)
def test_every_kind_is_read(kind: str, data: dict[str, Any], expected: FactKind, subject: str | None) -> None:
    fact = read(an_event(kind, **data))

    assert (fact.kind, fact.source_kind, fact.subject) == (expected, kind, subject)
    assert len(fact.reason or "") <= 100


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (an_event(amount=None, currency=None), "data.amount, data.currency"),
        (an_event(payment=None), "data.payment"),
        (an_event("refund.succeeded"), "data.refund"),
        (an_event("dispute.opened"), "data.dispute"),
        (an_event(amount="1990"), "$.amount"),
        (an_event(amount=-1), "$.amount"),
        (an_event(amount=19.9), "$.amount"),
        (an_event(currency="euro"), "$.currency"),
        (an_event(order_id=""), "$.order_id"),
        (b'{"type": "payment.succeeded", "timestamp": "2026-11-24T12:00:00", "data": {}}', "$.timestamp"),
        (b'{"type": "payment.succeeded", "timestamp": "2026-11-24T12:00:00Z"}', "data"),
        (an_event(amount=10**30), "$.amount"),
        (an_event(order_id="x" * 256), "$.order_id"),
        (b'{"type": "other", "timestamp": "0001-01-01T00:00:00+14:00", "data": {}}', "timestamp"),
        (b'{"type": "other", "timestamp": "9999-12-31T23:59:59-14:00", "data": {}}', "timestamp"),
        (b'{"type": "", "timestamp": "2026-11-24T12:00:00Z", "data": {}}', "$.type"),
        (b'{"type": "' + b"x" * 256 + b'", "timestamp": "2026-11-24T12:00:00Z", "data": {}}', "$.type"),
        (b"[]", "object"),
        (b"no JSON", "malformed"),
    ],
)
def test_a_signed_body_that_is_no_event_names_what_is_wrong(body: bytes, named: str) -> None:
    with pytest.raises(Malformed) as refused:
        read(body)

    assert named in refused.value.detail


@pytest.mark.parametrize("name", ["x" * 256, "a b", "\u20ac", "a\0b"])
def test_a_signed_event_with_a_name_that_no_key_takes_is_refused(name: str) -> None:
    body = an_event()
    with pytest.raises(Malformed):
        READER.read(body, signed(body, name=name))


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET])
def test_any_of_the_secrets_is_good_while_they_are_rotated(secret: str) -> None:
    body = an_event()
    both = signed(body, secret)
    both["webhook-signature"] = f"v1,AAAA v1a,asymmetric {both['webhook-signature']}"

    assert READER.read(body, both).event_id == "msg_1"


@pytest.mark.parametrize("changes", [
    {"webhook-id": "msg_2"}, {"webhook-id": ""}, {"webhook-timestamp": "1795327200"}, {"webhook-timestamp": "soon"},
    {"webhook-timestamp": "9" * 400}, {"webhook-timestamp": "nan"}, {"webhook-signature": ""},
    {"webhook-signature": "v1"}, {"webhook-signature": "v1,é"}, {"webhook-signature": "v1,%%%"},
    {"webhook-signature": "nonsense , , ,"},
])  # fmt: skip
def test_a_signature_that_is_not_the_sender_s_is_refused(changes: dict[str, str]) -> None:
    body = an_event()

    with pytest.raises(InvalidSignature):
        READER.read(body, signed(body) | changes)


def test_no_headers_an_altered_body_and_bytes_that_are_no_text_are_refused() -> None:
    body = an_event()

    for sent, headers in [
        (body, {}),
        (body.replace(b"1990", b"1"), signed(body)),
        (body, signed(body, "whsec_b3RoZXI=")),
        (b"\xff\xfe", signed(body)),
    ]:
        with pytest.raises(InvalidSignature):
            READER.read(sent, headers)


@pytest.mark.parametrize("seconds", [-310, 310])
def test_a_stale_signature_is_distinguished_from_a_wrong_one(seconds: int) -> None:
    body, then = an_event(), datetime.now(UTC) + timedelta(seconds=seconds)

    with pytest.raises(StaleSignature):
        READER.read(body, signed(body, OLD_SECRET, then))
    with pytest.raises(InvalidSignature):
        READER.read(body, signed(body, "whsec_b3RoZXI=", then))
    assert READER.read(body, signed(body, signed_at=datetime.now(UTC) + timedelta(seconds=seconds * 0.9)))


@pytest.mark.parametrize("secrets", [(), ("",), ("whsec_",), ("whsec_no base64 at all!",)])
def test_without_a_secret_nothing_passes(secrets: tuple[str, ...]) -> None:
    body = an_event()

    with pytest.raises(InvalidSignature):
        StandardWebhooks(FixedSecrets(PaymentSecrets("", (), secrets))).read(body, signed(body))


def test_a_body_beyond_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(Malformed):
        read(b" " * (LARGEST_BODY + 1))
