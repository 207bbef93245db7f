"""No route, a member's or an operator's, moves data of one account to another."""

from __future__ import annotations

import copy
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from allmytracks import operator_routes
from allmytracks.accounts.rules_end_users import NamedEndUser
from allmytracks.catalogue.use_cases.reindex_search import ReindexSearch
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.licenses.ports import Binding, LicenseRequest
from allmytracks.licenses.rules_numbers import license_number
from allmytracks.memberships.rules import Period
from allmytracks.wiring import services
from functions.ops_api.handler import app as application
from tests.factories.catalogue import NOW
from tests.factories.licenses import grant, letter_of, license_of, licensed_use
from tests.factories.memberships import period
from tests.factories.operators import ACCOUNT, Backend
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.issued_links import MemoryIssuedLinks
from tests.fakes.search_counts import MemorySearchCounts
from tests.fakes.track_search import MemoryTrackSearch
from tests.fakes.wiring import put

ROOT = Path(__file__).parents[2]
DOCUMENT: dict[str, Any] = json.loads((ROOT / "functions" / "get_openapi" / "openapi.json").read_text())
# Field names by which a request could name a recipient.
SOMEBODY = re.compile(
    r"account|owner|recipient|holder|user|member|person|target|e_?mail|customer|(^|_)(to|into|from|for)$", re.IGNORECASE
)
MOVING = re.compile(r"transfer|gift|lend|loan|sell|merge|assign|move|hand_?over|swap", re.IGNORECASE)
# The address that the account's own user proves, a guardian's, and the end user whom a letter may name; none is another
# account.
MAY_NAME = {
    ("GET /v1/tracks", "usable_for"),  # a purpose
    ("POST /v1/accounts", "email"),
    ("POST /v1/accounts", "guardian_email"),
    ("POST /v1/accounts/verification", "email"),
    ("POST /v1/accounts/verification-codes", "email"),
    ("POST /v1/sessions", "email"),
    ("POST /v1/password-resets", "email"),
    ("POST /v1/third-party-accounts", "guardian_email"),
    ("POST /v1/account/misuse-reports", "email"),
    ("POST /v1/support-requests", "email"),
    ("POST /v1/tickets/{number}/proof-codes", "email"),
    ("PUT /v1/tickets/{number}/proof", "email"),
    ("PUT /v1/password-resets", "email"),
    ("POST /v1/licenses", "designated_user"),
    ("POST /v1/license-batches", "designated_user"),
    # Instants, not persons.
    ("GET /v1/devices/{id}/recordings", "from"),
    ("GET /v1/devices/{id}/recordings", "to"),
    # Refused by name: `not_changeable`.
    ("PATCH /v1/account", "account_id"),
    ("PATCH /v1/account", "email"),
    ("PATCH /v1/account", "end_user"),
    ("PATCH /v1/account", "further_users"),
}
# An event without an owner is attached to an account; a mailing is for listed accounts. The others choose whose or
# which time's list is asked for, correct the name on a letter, and say who got data of the account.
OPERATORS_MAY_NAME = {
    ("GuardianForm", "guardian_email"),  # who is written to; the account stays the minor's
    ("RulingForm", "account_id"),
    ("PartForm", "account_ids"),
    ("AccountsQuery", "email"),
    ("ReplaysForm", "received_to"),
    ("ReplaysForm", "received_from"),
    ("SupersessionForm", "designated_user"),
    ("DisclosureForm", "to"),
}
# What is on queues, the provider's own list or the register alone, which this backend has not.
ELSEWHERE = {
    "/licenses/{number}/register-entries",
    "/orders/{order_id}/reconciliation",
    "/payment-replays",
    "/payment-replays/dead-letters",
    "/payments/reconciliations",
    "/payments/{provider}/{event_id}/replay",
}


def names(node: object, seen: tuple[str, ...] = ()) -> Iterator[str]:
    """The name of every property of a schema, through all that it refers to."""
    if isinstance(node, list):
        for each in node:
            yield from names(each, seen)
    if not isinstance(node, dict):
        return
    reference = node.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        yield from names(DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]], (*seen, reference))
    if isinstance(node.get("properties"), dict):
        yield from node["properties"]
    for each in node.values():
        yield from names(each, seen)


@pytest.mark.clause("M-III.3")
def test_no_request_of_a_member_says_to_whom_something_goes() -> None:
    routes = {
        f"{method.upper()} {path}": {
            *names(of.get("requestBody")),
            *(each["name"] for each in of.get("parameters", ())),
        }
        for path, methods in DOCUMENT["paths"].items()
        for method, of in methods.items()
    }
    assert "guardian_email" in routes["POST /v1/accounts"]
    assert "name" in routes["POST /v1/licenses"]  # of the licensee, a schema behind a reference

    named = {(route, name) for route, fields in routes.items() for name in fields if SOMEBODY.search(name)}
    assert named <= MAY_NAME
    assert [each for route, fields in routes.items() for each in (route, *fields) if MOVING.search(each)] == []


@pytest.mark.clause("M-III.3")
def test_no_request_of_an_operator_names_a_second_account() -> None:
    forms = {
        form
        for module in pkgutil.iter_modules(operator_routes.__path__, f"{operator_routes.__name__}.")
        for form in vars(importlib.import_module(module.name)).values()
        if isinstance(form, type) and issubclass(form, msgspec.Struct) and form.__name__.endswith(("Form", "Query"))
    }
    assert len(forms) > 10

    named = {(form.__name__, each) for form in forms for each in form.__struct_fields__ if SOMEBODY.search(each)}
    assert named <= OPERATORS_MAY_NAME
    routes = [json.loads(path.read_text())["resource"] for path in (ROOT / "events" / "ops_api").glob("*.json")]
    assert [route for route in routes if MOVING.search(route) or route.count("{account_id}") > 1] == []


def holdings(backend: Backend, account_id: str) -> dict[str, Any]:
    """All that is an account's: its downloads, periods, letters, orders, and what it may still download."""
    licenses, record = backend.licenses, backend.downloads.records[account_id]
    return copy.deepcopy(
        {
            "downloads": set(record.grants),
            "periods": record.periods,
            "letters": {key: replace(letter) for key, letter in licenses.letters.items() if key[0] == account_id},
            "owned": {number for number, owner in licenses.owners.items() if owner == account_id},
            "orders": [order.id for order in backend.orders.all(account_id)],
            "allowance": backend.books.allowances.get(account_id, ()),
            "end_user": backend.accounts.get(account_id).end_user,
        }
    )


@pytest.fixture
def number(backend: Backend) -> str:
    """A licence of acc-1; acc-2 has a membership, a download and a licence of its own."""
    numbers = []
    for account_id in ("acc-1", "acc-2"):
        backend.accounts.add(replace(ACCOUNT, id=account_id, email=f"{account_id}@example.org"), [])
        paid: Period = period(order_id=f"ord-of-{account_id}")
        backend.downloads.set_periods(account_id, [paid])
        granted = replace(grant(f"key-{account_id}"), account_id=account_id, download_id=f"dl_{account_id}")
        backend.downloads.records[account_id].grants[granted.download_id] = granted
        license_ = replace(
            license_of(license_number(RandomIds().new("license")), granted.download_id, issued_at=NOW),
            account_id=account_id,
        )
        binding = Binding(licensed_use(), NamedEndUser(license_.end_user))
        assert backend.licenses.issue(letter_of(license_), LicenseRequest(f"r-{account_id}", "print"), binding)
        numbers.append(license_.number)
    return numbers[0]


@pytest.mark.clause("M-III.3")
def test_whatever_an_operator_does_to_one_account_gives_another_nothing(backend: Backend, number: str) -> None:
    """Every sample of every operators' route, sent about acc-1, with acc-2 in each field that could name it."""
    put(
        services(),
        {
            "downloads.issued_links": MemoryIssuedLinks(backend.downloads),
            "catalogue.search": MemoryTrackSearch(),
            "catalogue.reindex": ReindexSearch(None, MemoryTracks(), services().foundation.audit),
            "catalogue.search_counts": MemorySearchCounts(),
        },
    )
    others = holdings(backend, "acc-2")
    failed = set()
    for path in sorted((ROOT / "events" / "ops_api").glob("*.json")):
        event = json.loads(path.read_text())
        known = {"account_id": "acc-1", "number": number, "download_id": "dl_acc-1"}
        event["pathParameters"] = {**(event["pathParameters"] or {}), **known}
        if event["body"]:
            body = json.loads(event["body"])
            event["body"] = json.dumps({name: "acc-2" if name == "account_id" else of for name, of in body.items()})
        if application(event, None)["statusCode"] >= 500:
            failed.add(event["resource"])

    assert holdings(backend, "acc-2") == others
    assert set(holdings(backend, "acc-1")["downloads"]) == {"dl_acc-1"}
    assert failed == ELSEWHERE
