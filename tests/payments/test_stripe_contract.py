"""The Stripe adapter against the local provider, and both against the shapes that Stripe publishes.

stripe_shapes.json: objects of the published API description (stripe/openapi, fixtures3.json, MIT licence).
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from stripe import SignatureVerificationError, WebhookSignature

from allmytracks.foundation.errors import Malformed, Unavailable
from allmytracks.payments.rules import Fact, FactKind, InvalidSignature, StaleSignature
from allmytracks.payments.secrets_manager import PaymentSecrets
from allmytracks.payments.stripe.calls import API_VERSION, StripeCalls
from allmytracks.payments.stripe.checkout import StripeCheckout
from allmytracks.payments.stripe.signatures import read_header
from allmytracks.payments.stripe.webhooks import LARGEST_BODY, EventObject, StripeWebhooks
from infra.local.payments.objects import API_VERSION as PROVIDER_VERSION
from tests.factories.payment_desk import API_KEY, OLD_SECRET, SECRET, SECRETS, Desk
from tests.factories.payments import an_order
from tests.factories.special_licenses import quoted
from tests.fakes.payment_secrets import FixedSecrets

SHAPES: dict[str, Any] = json.loads((Path(__file__).parent / "stripe_shapes.json").read_text())
WEBHOOKS = StripeWebhooks(SECRETS)


def signed(body: bytes, secret: str = SECRET, signed_at: float | None = None) -> dict[str, str]:
    stamp = int(signed_at if signed_at is not None else time.time())
    return {"stripe-signature": WebhookSignature.generate_signature_header(body.decode(), secret, stamp)}


def an_event(kind: str, about: dict[str, Any]) -> bytes:
    event = {**SHAPES["event"], "type": kind, "data": {"object": about}}
    return json.dumps(event).encode()


def read(kind: str, about: dict[str, Any]) -> Fact:
    body = an_event(kind, about)
    return WEBHOOKS.read(body, signed(body))


# ------------------------------------------------------------------ signatures

BODY = an_event("checkout.session.completed", SHAPES["checkout.session"])


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET])
def test_any_of_the_secrets_is_good_while_they_are_rotated(secret: str) -> None:
    assert WEBHOOKS.read(BODY, signed(BODY, secret)).event_id == SHAPES["event"]["id"]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "nonsense",
        "t=1,v1=",
        "t=,v1=00",
        "v1=00",
        "t=1795327200,v0=00",
        "t=1795327200,v1=é",
        "t=" + "9" * 5000 + ",v1=00",
    ],
)
def test_a_signature_that_is_not_the_provider_s_is_refused(header: str | None) -> None:
    with pytest.raises(InvalidSignature):
        WEBHOOKS.read(BODY, {} if header is None else {"stripe-signature": header})


@pytest.mark.parametrize(("body", "secret"), [(BODY, "whsec_other"), (BODY[:-1], SECRET)], ids=["secret", "body"])
def test_a_signature_of_another_secret_or_body_is_refused(body: bytes, secret: str) -> None:
    with pytest.raises(InvalidSignature):
        WEBHOOKS.read(BODY, signed(body, secret))


def test_an_altered_body_is_refused() -> None:
    with pytest.raises(InvalidSignature):
        WEBHOOKS.read(BODY.replace(b"unpaid", b"paid"), signed(BODY))


def test_without_any_secret_nothing_passes() -> None:
    empty = StripeWebhooks(FixedSecrets(PaymentSecrets("", ())))
    blank = StripeWebhooks(FixedSecrets(PaymentSecrets("", ("",))))

    for reader in (empty, blank):
        with pytest.raises(InvalidSignature):
            reader.read(BODY, signed(BODY, ""))


HEX = st.text("0123456789abcdef", max_size=4)
# What a header may contain: the right signature, that of another secret, and much else.
PARTS = st.one_of(
    st.sampled_from(["RIGHT", "RIGHT=", "v1=OTHER", "t", "v1", "", "=", "v1=", "t=", "v0=00", "t=NOW"]),
    st.builds("v1={}".format, HEX),
    st.builds("t={}".format, st.one_of(st.integers(-5, 5), st.text(" 0123456789_+-٣", max_size=3))),
    st.text("tv1=,0 é", max_size=5),
)


def header_of(parts: Sequence[str], payload: str, secret: str, now: int) -> str:
    """The parts with signatures of this payload filled in."""
    _, right = WebhookSignature.generate_signature_header(payload, secret, now).split(",v1=")
    _, other = WebhookSignature.generate_signature_header(payload, "whsec_other", now).split(",v1=")
    return ",".join(parts).replace("RIGHT", f"v1={right}").replace("OTHER", other).replace("NOW", str(now))


@given(
    parts=st.lists(PARTS, max_size=4),
    begins=st.booleans(),
    secret=st.sampled_from([SECRET, OLD_SECRET, "", " ", "\t\n", "whsec_é"]),
    payload=st.text(max_size=8),
    age=st.integers(-1000, 1000),
)
@settings(max_examples=200)
def test_signatures_are_judged_as_stripe_s_own_library_judges_them(
    parts: list[str], secret: str, payload: str, age: int, *, begins: bool
) -> None:
    now = 1795327200
    header = header_of(["t=NOW", *parts] if begins else parts, payload, secret, now)
    with time_machine.travel(now + age, tick=False):
        for tolerance in (None, 300):
            try:
                theirs = WebhookSignature.verify_header(payload, header, secret, tolerance)
            except (SignatureVerificationError, TypeError):  # the latter where it meets text that is not ASCII
                theirs = False
            signed = read_header(header)
            ours = signed is not None and signed.by(secret, payload.encode())
            ours = ours and signed is not None and (tolerance is None or signed.at >= now + age - tolerance)
            assert ours == theirs, header


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(InvalidSignature):
        WEBHOOKS.read(b"\xff\xfe", signed(BODY))


def test_an_old_signature_is_refused_as_stale_and_one_within_tolerance_is_not() -> None:
    now = time.time()

    assert WEBHOOKS.read(BODY, signed(BODY, signed_at=now - 290))
    assert WEBHOOKS.read(BODY, signed(BODY, signed_at=now + 3600)), "this machine's clock may be behind"
    with pytest.raises(StaleSignature):
        WEBHOOKS.read(BODY, signed(BODY, signed_at=now - 310))
    with pytest.raises(StaleSignature):
        WEBHOOKS.read(BODY, signed(BODY, OLD_SECRET, signed_at=now - 310))


@pytest.mark.parametrize("body", [b"[]", b"not json", b'{"id": "evt_1"}', b"{}"])
def test_a_signed_body_that_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        WEBHOOKS.read(body, signed(body))


ODD: list[object] = [
    None,
    True,
    -1,
    10**30,
    1e308,
    "",
    "x" * 3000,
    "a\0b",
    "\u20ac",
    [],
    [[]],
    ["x"],
    {},
    {"id": []},
    {"id": "x" * 3000},
]
ODD_OBJECT = {**SHAPES["charge"], "object": "charge", "metadata": {"order_id": "ord-1", "account_id": "acc-1"}}


@pytest.mark.parametrize(
    "kind", ["checkout.session.completed", "refund.updated", "charge.dispute.closed", "charge.refunded"]
)
@pytest.mark.parametrize("field", EventObject.__struct_fields__)
def test_odd_fields_of_what_a_signed_event_is_about_never_lose_it(kind: str, field: str) -> None:
    for value in ODD:
        fact = read(kind, {**ODD_OBJECT, field: value})
        assert all(
            len(each) <= 255 for each in (fact.order_id, fact.account_id, fact.subject, *fact.references) if each
        )
        assert fact.amount is None or 0 <= fact.amount < 10**20


@pytest.mark.parametrize("field", ["order_id", "account_id"])
def test_odd_names_of_ours_are_none(field: str) -> None:
    for value in ODD:
        fact = read("charge.refunded", {**ODD_OBJECT, "metadata": {field: value}})
        assert getattr(fact, field) in {None, "a\0b", "\u20ac"}


ODD_ENVELOPES: dict[str, list[object]] = {
    "id": [None, 7, "", "x" * 256, "a b", "a\0b", "\u20ac", "evt\n"],
    "created": [None, "7", 1.5, -1, 10**12, 10**30],
    "type": [None, 7, "", "x" * 256],
    "data": [None, [], {}, {"object": None}, {"object": []}],
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in ODD_ENVELOPES.items() for value in values]
)
def test_a_signed_event_with_an_odd_envelope_is_refused(field: str, value: object) -> None:
    body = json.dumps({**SHAPES["event"], "data": {"object": ODD_OBJECT}, field: value}).encode()
    with pytest.raises(Malformed):
        WEBHOOKS.read(body, signed(body))


def test_a_body_beyond_the_limit_is_refused_before_it_is_read() -> None:
    body = b" " * (LARGEST_BODY + 1)

    with pytest.raises(Malformed) as refused:
        WEBHOOKS.read(body, signed(body))

    assert refused.value.code == "malformed_request"


# ------------------------------------------------------------------ shapes

METADATA = {"order_id": "ord-1", "account_id": "acc-1"}


@pytest.mark.parametrize(
    ("kind", "shape", "changes", "expected"),
    [
        ("checkout.session.completed", "checkout.session", {"payment_status": "paid"}, FactKind.PAYMENT_SUCCEEDED),
        ("checkout.session.completed", "checkout.session", {}, FactKind.PAYMENT_AWAITED),
        ("checkout.session.async_payment_succeeded", "checkout.session", {}, FactKind.PAYMENT_SUCCEEDED),
        ("checkout.session.async_payment_failed", "checkout.session", {}, FactKind.PAYMENT_FAILED),
        ("checkout.session.expired", "checkout.session", {}, FactKind.CHECKOUT_EXPIRED),
        ("payment_intent.payment_failed", "payment_intent", {"metadata": METADATA}, FactKind.PAYMENT_FAILED),
        ("payment_intent.payment_failed", "payment_intent", {}, FactKind.OTHER),
        ("charge.refunded", "charge", {}, FactKind.CHARGE_REFUNDED),
        ("refund.created", "refund", {}, FactKind.REFUND_SUCCEEDED),
        ("refund.created", "refund", {"status": "pending"}, FactKind.REFUND_PENDING),
        ("refund.updated", "refund", {"status": "canceled"}, FactKind.REFUND_FAILED),
        ("refund.failed", "refund", {"status": "failed"}, FactKind.REFUND_FAILED),
        ("charge.refund.updated", "refund", {}, FactKind.REFUND_SUCCEEDED),
        ("charge.dispute.created", "dispute", {}, FactKind.DISPUTE_OPENED),
        ("charge.dispute.updated", "dispute", {"status": "under_review"}, FactKind.DISPUTE_OPENED),
        ("charge.dispute.funds_withdrawn", "dispute", {"status": "needs_response"}, FactKind.DISPUTE_OPENED),
        ("charge.dispute.closed", "dispute", {"status": "lost"}, FactKind.DISPUTE_LOST),
        ("charge.dispute.closed", "dispute", {"status": "won"}, FactKind.DISPUTE_WON),
        ("charge.dispute.closed", "dispute", {"status": "warning_closed"}, FactKind.DISPUTE_WON),
        ("charge.dispute.funds_reinstated", "dispute", {"status": "won"}, FactKind.DISPUTE_WON),
        ("charge.succeeded", "charge", {}, FactKind.OTHER),
        ("a.kind.of.tomorrow", "charge", {"amount": "1", "metadata": [], "currency": 3}, FactKind.OTHER),
    ],
)
def test_published_shapes_are_read(kind: str, shape: str, changes: dict[str, Any], expected: FactKind) -> None:
    fact = read(kind, {**SHAPES[shape], **changes})

    assert (fact.kind, fact.source_kind, fact.provider) == (expected, kind, "stripe")
    assert fact.occurred_at == datetime.fromtimestamp(SHAPES["event"]["created"], UTC)
    assert fact.subject == SHAPES[shape]["id"]


@pytest.mark.clause("P-7.payment")
def test_of_a_payment_only_references_method_status_and_sums_are_kept() -> None:
    about = {**SHAPES["charge"], "payment_intent": "pi_1", "metadata": METADATA, "amount_refunded": 40}

    fact = read("charge.refunded", about)

    assert fact == Fact(
        "stripe",
        SHAPES["event"]["id"],
        datetime.fromtimestamp(1234567890, UTC),
        FactKind.CHARGE_REFUNDED,
        "charge.refunded",
        "ord-1",
        "acc-1",
        ("pi_1", about["id"]),
        about["id"],
        40,
        "USD",
        "card",
        None,
    )
    for private in ("4242", "Jenny", "AOB934RVNwzk6xtn", "2030"):
        assert private not in repr(fact)


def test_a_session_names_its_order_in_either_field() -> None:
    by_reference = read("checkout.session.completed", {**SHAPES["checkout.session"], "client_reference_id": "ord-7"})
    by_metadata = read("checkout.session.completed", {**SHAPES["checkout.session"], "metadata": METADATA})

    assert (by_reference.order_id, by_reference.account_id) == ("ord-7", None)
    assert (by_metadata.order_id, by_metadata.account_id) == ("ord-1", "acc-1")


# ------------------------------------------------------------------ the local provider


def now_order(desk: Desk) -> Any:
    return an_order(quoted_at=desk.clock[0])


def test_both_speak_the_pinned_version() -> None:
    assert API_VERSION == PROVIDER_VERSION


@pytest.mark.clause("U-III.I.2")
def test_a_checkout_is_for_exactly_the_order_s_price(desk: Desk) -> None:
    order = now_order(desk)

    checkout = desk.checkout.open_checkout(order)

    session = desk.client.v1.checkout.sessions.retrieve(checkout.session_id)
    assert (session.amount_total, session.currency, session.url) == (1990, "usd", checkout.url)
    assert session.client_reference_id == "ord-1"
    assert session.metadata is not None
    assert session.metadata.to_dict() == METADATA
    assert session.adaptive_pricing is not None
    assert session.adaptive_pricing.enabled is False
    assert session.expires_at == int((order.expires_at + timedelta(hours=1)).timestamp())
    assert session.success_url == "https://site.example/orders/ord-1?checkout=done"


def test_the_same_order_gets_the_same_checkout_whatever_the_minute(desk: Desk) -> None:
    order = now_order(desk)
    first = desk.checkout.open_checkout(order)
    desk.clock[0] += timedelta(minutes=29)

    assert desk.checkout.open_checkout(order) == first
    assert len(desk.provider.till.sessions) == 1


def test_a_provider_that_does_not_answer_is_unavailable(desk: Desk) -> None:
    nobody = StripeCheckout(StripeCalls(SECRETS, "http://127.0.0.1:9"), "https://site.example")

    with pytest.raises(Unavailable):
        nobody.open_checkout(now_order(desk))


def test_paying_posts_a_signed_webhook_that_pays_the_order(desk: Desk) -> None:
    checkout = desk.checkout.open_checkout(now_order(desk))

    answer = desk.pay(checkout.url)

    assert answer.status_code == 200
    assert answer.json()["redirect_url"] == "https://site.example/orders/ord-1?checkout=done"
    [fact] = desk.facts(1)
    assert (fact.kind, fact.order_id, fact.account_id) == (FactKind.PAYMENT_SUCCEEDED, "ord-1", "acc-1")
    assert (fact.amount, fact.currency, fact.subject) == (1990, "USD", checkout.session_id)
    assert desk.pay(checkout.url).status_code == 409


def test_a_browser_gets_a_page_and_is_sent_back_to_the_site(desk: Desk) -> None:
    checkout = desk.checkout.open_checkout(now_order(desk))

    page = httpx.get(checkout.url)
    answer = httpx.post(checkout.url, data={"outcome": "paid"})

    assert "USD 19.90" in page.text
    assert 'value="paid"' in page.text
    assert answer.status_code == 303
    assert answer.headers["location"] == "https://site.example/orders/ord-1?checkout=done"
    over = httpx.get(checkout.url).text
    assert 'value="paid"' not in over
    assert 'href="https://site.example/orders/ord-1?checkout=done"' in over


def test_the_browser_goes_back_to_the_website_that_the_local_cloud_serves(desk: Desk) -> None:
    served = StripeCheckout(StripeCalls(SECRETS, f"{desk.address}/_local/stripe"), desk.address)
    checkout = served.open_checkout(now_order(desk))

    answer = httpx.post(checkout.url, data={"outcome": "paid"})

    assert answer.status_code == 303
    assert answer.headers["location"] == f"{desk.address}/orders/ord-1?checkout=done"


@pytest.mark.clause("M-III.6.special")
def test_a_quote_of_a_special_licence_opens_a_checkout_though_it_holds_for_weeks(desk: Desk) -> None:
    now = now_order(desk)
    order = replace(
        quoted(order_id="ord-special"), quoted_at=now.quoted_at, expires_at=now.quoted_at + timedelta(days=14)
    )
    checkout = desk.checkout.open_checkout(order)
    assert desk.checkout.open_checkout(order) == checkout
    desk.pay(checkout.url, "expired")
    another = desk.checkout.open_checkout(replace(order, checkout=checkout))
    assert another.session_id != checkout.session_id
    assert desk.checkout.open_checkout(replace(order, checkout=checkout)) == another
    assert [fact.subject for fact in desk.facts(1)] == [checkout.session_id]


def test_a_declined_card_leaves_the_checkout_open_for_another(desk: Desk) -> None:
    checkout = desk.checkout.open_checkout(now_order(desk))

    desk.pay(checkout.url, "declined")
    desk.pay(checkout.url)

    declined, paid = desk.facts(2)
    assert (declined.kind, declined.order_id, declined.reason) == (
        FactKind.PAYMENT_FAILED, "ord-1", "generic_decline",
    )  # fmt: skip
    assert paid.kind is FactKind.PAYMENT_SUCCEEDED
    assert paid.references[0] == declined.references[0]


def test_a_checkout_expires_on_request_and_by_the_clock(desk: Desk) -> None:
    by_hand = desk.checkout.open_checkout(now_order(desk))
    desk.checkout.open_checkout(replace(now_order(desk), id="ord-2"))
    desk.pay(by_hand.url, "expired")
    desk.clock[0] += timedelta(hours=2)

    facts = desk.facts(2)

    assert {(fact.kind, fact.order_id) for fact in facts} == {
        (FactKind.CHECKOUT_EXPIRED, "ord-1"),
        (FactKind.CHECKOUT_EXPIRED, "ord-2"),
    }
    assert desk.pay(by_hand.url).status_code == 409


def test_refunds_and_disputes_are_reported_with_the_payment_they_are_of(desk: Desk) -> None:
    desk.pay(desk.checkout.open_checkout(now_order(desk)).url)
    [paid] = desk.facts(1)

    assert desk.make_so("partial_refund", amount=500).status_code == 200
    part, part_sum = desk.facts(2)
    assert (part.kind, part.amount) == (FactKind.REFUND_SUCCEEDED, 500)
    assert (part_sum.kind, part_sum.amount, part_sum.order_id) == (FactKind.CHARGE_REFUNDED, 500, "ord-1")
    desk.make_so("refund")
    rest, rest_sum = desk.facts(2)
    assert (rest.amount, rest_sum.amount) == (1490, 1990)
    assert part.references == rest.references == part_sum.references
    assert part.references[0] == paid.references[0]
    assert desk.make_so("refund").status_code == 400


@pytest.mark.parametrize(("decision", "kind"), [("won", FactKind.DISPUTE_WON), ("lost", FactKind.DISPUTE_LOST)])
def test_a_dispute_is_opened_and_decided(desk: Desk, decision: str, kind: FactKind) -> None:
    assert desk.make_so("dispute_opened").status_code == 404
    desk.pay(desk.checkout.open_checkout(now_order(desk)).url)
    desk.facts(1)

    desk.make_so("dispute_opened")
    desk.make_so(f"dispute_{decision}")

    opened, withdrawn, closed = desk.facts(3)
    assert opened.kind is withdrawn.kind is FactKind.DISPUTE_OPENED
    assert closed.kind is kind
    assert opened.subject == closed.subject
    assert desk.make_so("dispute_won").status_code == 409


def test_a_duplicate_is_the_same_event_again(desk: Desk) -> None:
    desk.pay(desk.checkout.open_checkout(now_order(desk)).url)
    [paid] = desk.facts(1)

    desk.make_so("duplicate")

    assert desk.facts(1) == [paid]


def test_a_webhook_that_is_not_accepted_is_posted_again(desk: Desk) -> None:
    desk.refusals.extend([500, 503])

    desk.pay(desk.checkout.open_checkout(now_order(desk)).url)

    [fact] = desk.facts(1)
    assert fact.kind is FactKind.PAYMENT_SUCCEEDED
    assert desk.refusals == []


def test_the_provider_s_lists_are_paged_newest_first(desk: Desk) -> None:
    desk.pay(desk.checkout.open_checkout(now_order(desk)).url)
    desk.make_so("partial_refund", amount=1)
    desk.make_so("partial_refund", amount=2)

    kinds = [event.type for event in desk.client.v1.events.list({"limit": 2}).auto_paging_iter()]
    refunds = desk.client.v1.refunds.list({"limit": 10}).data

    assert kinds == [
        "charge.refunded", "refund.created", "charge.refunded", "refund.created",
        "checkout.session.completed", "payment_intent.succeeded", "charge.succeeded",
    ]  # fmt: skip
    assert [refund.amount for refund in refunds] == [2, 1]
    chosen = desk.client.v1.events.list({"types": ["refund.created"], "created": {"gte": 0}})
    assert [event.type for event in chosen.data] == ["refund.created"] * 2


def test_a_refund_through_the_api_is_made_once_for_one_key(desk: Desk) -> None:
    desk.pay(desk.checkout.open_checkout(now_order(desk)).url)
    [intent] = desk.provider.till.intents

    made = [
        desk.client.v1.refunds.create({"payment_intent": intent, "amount": 100}, {"idempotency_key": "key-1"})
        for _ in range(2)
    ]

    assert made[0].id == made[1].id
    assert len(desk.provider.till.refunds) == 1


def test_a_wrong_key_or_an_unknown_address_is_refused_as_by_stripe(desk: Desk) -> None:
    sessions = f"{desk.address}/_local/stripe/v1/checkout/sessions"

    assert httpx.post(sessions, headers={"Authorization": "Bearer sk_wrong"}).status_code == 401
    assert httpx.get(f"{sessions}/cs_none", headers={"Authorization": f"Bearer {API_KEY}"}).json()["error"]["code"] == (
        "resource_missing"
    )
    assert httpx.get(f"{desk.address}/_local/stripe/v1/nothing").status_code == 404
    assert httpx.get(f"{desk.address}/_local/webhook-secret").json() == {"secret": SECRET}
