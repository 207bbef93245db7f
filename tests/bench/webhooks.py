"""One payment webhook: its CPU beside a bare floor, its AWS calls and units."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import os
import time
from collections.abc import Mapping
from typing import Any

import boto3

from functions.receive_webhook.handler import handle
from infra.local.payments import objects
from tests.bench.palindromes import Work
from tests.bench.recorder import Recorder
from tests.bench.requests import Cost, sample_event, seen
from tests.bench.world import WEBHOOK_SECRET, World

NAME = "payment webhook"
FLOOR = "by hand: HMAC, one conditional put, one queue send"
CALLS = 20
FLOOR_TABLE = "WebhookFloorTable"

_numbers = itertools.count(1)


def delivery() -> dict[str, Any]:
    """A paid checkout, as the provider reports it, signed now."""
    event = sample_event("receive_webhook/post-webhooks-provider.json")
    body = json.dumps(_paid_checkout(next(_numbers)))
    event["body"] = body
    event["headers"]["stripe-signature"] = _signature(body, int(time.time()))
    return event


def _paid_checkout(number: int) -> dict[str, Any]:
    named = {"order_id": f"ord_{number:026}", "account_id": f"7e1d9a54-3c1b-4f0e-9d3b-{number:012}"}
    form = {
        "cancel_url": "https://www.example.com/orders/cancelled",
        "client_reference_id": named["order_id"],
        "customer_email": "member@example.com",
        "metadata": named,
        "mode": "payment",
        "success_url": "https://www.example.com/orders/paid",
    }
    now = int(time.time())
    session = objects.checkout_session(form, 1990, "usd", now + 86_400, now)
    session |= {"status": "complete", "payment_status": "paid", "payment_intent": objects.new_id("pi")}
    return objects.event("checkout.session.completed", session, now)


def _signature(body: str, at: int) -> str:
    return f"t={at},v1={_digest(body, at)}"


def _digest(body: str, at: int) -> str:
    return hmac.new(WEBHOOK_SECRET.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()


def deliveries(calls: int) -> list[dict[str, Any]]:
    """Webhooks that never came before."""
    return [delivery() for _ in range(calls)]


def handler() -> Work:
    """The product: the function's own handler with its services."""
    return Work(deliveries, lambda event: handle(event, None), _taken)


def _taken(answer: Mapping[str, Any]) -> bool:
    return bool(answer["statusCode"] == 200)


def floor(world: World) -> Work:
    """The minimal hand-written version with boto3: a table of its own, the handler's queue."""
    world.dynamodb.create_table(
        TableName=FLOOR_TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    dynamodb, sqs, queue_url = boto3.client("dynamodb"), boto3.client("sqs"), os.environ["PAYMENTS_QUEUE_URL"]

    def call(event: Mapping[str, Any]) -> int:
        parts = dict(part.split("=", 1) for part in event["headers"]["stripe-signature"].split(","))
        expected = _digest(event["body"], int(parts["t"]))
        if not hmac.compare_digest(expected, parts["v1"]):
            return 400
        payment = json.loads(event["body"])
        dynamodb.put_item(
            TableName=FLOOR_TABLE,
            Item={"pk": {"S": payment["id"]}, "kind": {"S": payment["type"]}, "at": {"N": str(payment["created"])}},
            ConditionExpression="attribute_not_exists(pk)",
        )
        sqs.send_message(
            QueueUrl=queue_url,
            MessageBody=payment["id"],
            MessageGroupId=payment["data"]["object"]["metadata"]["account_id"],
            MessageDeduplicationId=payment["id"],
        )
        return 200

    return Work(deliveries, call, lambda status: status == 200)


def costs(world: World, recorder: Recorder) -> list[Cost]:
    """The first webhook of a fresh process, and a warm one. Call it before anything else calls the handler."""
    names = ("first webhook of an environment", NAME)
    return [seen(name, world, recorder, lambda: handle(delivery(), None), _taken) for name in names]
