"""The functions of invoices, called with the events that Lambda passes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from allmytracks import wiring
from allmytracks.foundation.settings import Settings
from functions.get_invoice.handler import handle as get_invoice
from functions.work_invoices.handler import handle as work_invoices
from tests.factories.invoices import Office, paid, refunded
from tests.factories.payments import an_order
from tests.fakes.wiring import put

EVENTS = Path(__file__).parents[2] / "events"
ORDER = "order_01JD8Z3Q7V5K2M9T4X6W1B0N8C"


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    services = wiring.Services(Settings({"PUBLIC_URL": "https://api.example.org"}))
    put(
        services,
        {
            "payments.orders.repository": made.orders,
            "invoices.repository": made.invoices,
            "documents.invoices": made.documents,
            "invoices.issue": made.issue,
        },
    )
    wiring.install(services)
    yield made
    wiring.install(None)


def ask(sample: str) -> dict[str, Any]:
    event = json.loads((EVENTS / "get_invoice" / f"{sample}.json").read_text())
    event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] = "acc-1"
    answer: dict[str, Any] = get_invoice(event, None)
    return answer


def told(sample: str) -> Any:
    return json.loads(ask(sample)["body"])


def work(order_id: str = ORDER, account_id: str = "acc-1") -> list[Any]:
    event = json.loads((EVENTS / "work_invoices" / "paid.json").read_text())
    body = json.loads(event["Records"][0]["body"])
    body["detail"] |= {"account_id": account_id, "order_id": order_id}
    event["Records"][0]["body"] = json.dumps(body)
    return work_invoices(event, None)["batchItemFailures"]


@pytest.mark.clause("M-III.1")
def test_an_order_s_invoice_and_what_followed_it_as_json_and_as_pdf(office: Office) -> None:
    order = an_order(ORDER)
    assert told("get-orders-id-invoice")["code"] == "order_not_found"
    office.settle(order, paid(order), refunded(order, 500))
    assert work() == []

    answer = told("get-orders-id-invoice")

    assert (answer["number"], answer["kind"], answer["total"], answer["currency"]) == (
        "INV-2026-000001",
        "invoice",
        1990,
        "USD",
    )
    assert [(each["kind"], each["total"], each["refers_to"]) for each in answer["followed_by"]] == [
        ("credit_note", 500, "INV-2026-000001")
    ]
    assert answer["document_url"] == "https://api.example.org/v1/invoices/INV-2026-000001/document"
    for sample in ("get-orders-id-invoice-pdf", "get-invoices-number-document"):
        document = ask(sample)
        assert document["headers"]["Content-Type"] == "application/pdf"
        assert base64.b64decode(document["body"]) == office.documents.stored["invoices/INV-2026-000001.pdf"]
    assert [each["number"] for each in told("get-invoices")["items"]] == ["CRN-2026-000001", "INV-2026-000001"]
    assert work("ord-unknown") == [{"itemIdentifier": "00000000-0000-4000-8000-000000000001"}]
