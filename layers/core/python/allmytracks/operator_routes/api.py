"""The Chalice application: it loads an area's views when one of its routes is called, and all before a snapshot.

There are about ninety routes in twenty areas, and a request needs the libraries of one of them.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import Chalice, Response
from snapshot_restore_py import register_before_snapshot

from allmytracks.foundation.http.answers import EVERYWHERE

ACCOUNT = "/accounts/{account_id}"
AREAS: Mapping[str, tuple[str, ...]] = {
    "accounts": ("/accounts", "/account-list", "/orders/{order_id}"),
    "announcements": ("/announcements", "/maintenance"),
    "approvals": ("/approvals",),
    "audit": ("/audit",),
    "cases": (
        "/cases",
        *(f"{ACCOUNT}/{each}" for each in ("measures", "guardian", "corrections", "texts")),
    ),
    "catalog": (
        "/tracks",
        "/publications",
        "/search-rebuilds",
        "/search-reindexing",
        "/search-explanation",
        "/search-statistics",
    ),
    "closings": ("/closings", f"{ACCOUNT}/closing", "/service-end"),
    "damages": (f"{ACCOUNT}/damages",),
    "devices": ("/devices",),
    "disclosures": (f"{ACCOUNT}/disclosures",),
    "downloads": (f"{ACCOUNT}/downloads",),
    "enterprises": ("/letters-of-authority", *(f"{ACCOUNT}/{each}" for each in ("enterprise", "letters-of-authority"))),
    "imports": ("/imports",),
    "items": ("/item-upgrades",),
    "licenses": ("/licenses", f"{ACCOUNT}/licenses", f"{ACCOUNT}/designated-users", f"{ACCOUNT}/publicity"),
    "mail": ("/mail-failures", f"{ACCOUNT}/mail-resumption"),
    "mailings": ("/mailings",),
    "orders": ("/orders", "/orders/{order_id}/decline", f"{ACCOUNT}/cancellation", f"{ACCOUNT}/fees"),
    "payments": ("/payments", "/payment-replays", f"{ACCOUNT}/payments"),
    "privacy": ("/retention", *(f"{ACCOUNT}/{each}" for each in ("erasure", "holds", "data-exports"))),
    "quotes": ("/quotes", f"{ACCOUNT}/quotes"),
    "reconciliation": ("/payments/reconciliations", "/orders/{order_id}/reconciliation"),
    "storage": ("/storage-subscriptions", f"{ACCOUNT}/storage-subscriptions"),
    "tickets": ("/tickets",),
}
"""The module and blueprint of each area, with the paths that it begins at; the longest path decides."""
_PATHS = {path: area for area, paths in AREAS.items() for path in paths}


def area_of(resource: str) -> str | None:
    """The area that a resource of the API belongs to; None where there is no such resource."""
    while resource:
        if resource in _PATHS:
            return _PATHS[resource]
        resource = resource.rpartition("/")[0]
    return None


class OperatorsApi(Chalice):
    """All areas as one application."""

    def __init__(self) -> None:
        super().__init__(app_name="ops_api", configure_logs=False)
        self._loaded: set[str] = set()
        self.middleware("http")(with_headers_of_every_answer)
        # Hooks run in reverse order: this one before the wiring's, which primes the handlers that are loaded.
        register_before_snapshot(self.whole)

    def __call__(self, event: Any, context: Any) -> Any:
        """The answer to an event of API Gateway; an unknown resource is refused by Chalice."""
        area = area_of(event["requestContext"]["resourcePath"])
        if area is not None:
            self.load(area)
        return super().__call__(event, context)

    def load(self, area: str) -> None:
        """Imports an area's module and registers its blueprint, once."""
        if area not in self._loaded:
            module = importlib.import_module(f"allmytracks.operator_routes.{area}")
            self.register_blueprint(getattr(module, area))
            self._loaded.add(area)

    def whole(self) -> OperatorsApi:
        """Itself with all areas loaded: before snapshots, and for those who read `routes`."""
        for area in AREAS:
            self.load(area)
        return self


def with_headers_of_every_answer(event: object, get_response: Callable[[object], Response]) -> Response:
    """Adds the common headers to all responses, including Chalice's own errors."""
    response = get_response(event)
    response.headers = {**EVERYWHERE, **response.headers}
    return response
