"""Which limit by client each route has, and why the others have only the gateway's (U-II.IV.7).

The gateway limits each route for all clients together (template.yaml, RouteSettings); what is counted by client costs a
write unit a request (docs/decisions/2026-11-22-throttling.md).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.factories.template import ROOT, described

# A member's own data, one or two reads by key: cheaper than counting, and the token identifies the caller.
OWN_READ = "a member reads own data by key"
# A member's own data, one or two writes by key, each replacing the last.
OWN_WRITE = "a member replaces own data"
CACHED = "the same for everybody, and kept in caches"
ALLOWANCE = "the day's allowance and the burst rule count each grant; links are counted with their download or licence"
ONE_EACH = "at most one for each download, and downloads are counted"
PROVIDER = "signed by the provider, who would send what was refused again"
QUOTE = "a quote is one small item of the member's own; one checkout for each order at the provider"
TRIAL = "one for each account and device"
EXPORT = "one pending export and three a day for each account, after a fresh sign-in; a worker makes it"
BATCH = "one small item of the member's own; a worker makes its downloads, which are counted"
PACK = "one at a time for each project; a worker makes it"
AGREEMENT = "one for each paid order, however often it is asked for; a worker makes it"
TRACK = "one track by key, kept in memory; the gateway's limit of the stage"

LIMITS = {
    "POST /v1/accounts": "SIGN_UP",
    "POST /v1/accounts/verification": "VERIFICATION",
    "POST /v1/accounts/verification-codes": "VERIFICATION",
    "POST /v1/password-resets": "PASSWORDS",
    "PUT /v1/password-resets": "PASSWORDS",
    "PUT /v1/account/password": "PASSWORDS",
    "POST /v1/account/freeze": "PASSWORDS",
    "POST /v1/account/freeze-codes": "PASSWORDS",
    "POST /v1/guardian-consents": "GUARDIAN_CONSENT",
    "POST /v1/guardian-consents/links": "GUARDIAN_CONSENT",
    "POST /v1/sessions": "SIGN_IN",
    "POST /v1/sessions/refresh": "REFRESH",
    "GET /v1/tracks": "SEARCH",
    "GET /v1/tracks/suggestions": "SEARCH",
    "GET /v1/tracks/{id}/similar": "SEARCH",
    "POST /v1/devices": "DEVICE_CLAIMS",
    "POST /v1/devices/{id}/recordings": "DEVICE_UPLOADS",
    "POST /v1/device-recordings": "DEVICE_UPLOADS",
    "GET /v1/third-party-provider": "SIGN_IN",
    "POST /v1/third-party-visits": "SIGN_IN",
    "POST /v1/third-party-sessions": "SIGN_IN",
    "POST /v1/third-party-accounts": "SIGN_UP",
    "POST /v1/tickets": "TICKETS",
    "POST /v1/account/misuse-reports": "TICKETS",
    "POST /v1/support-requests": "TICKETS",
    "POST /v1/tickets/{number}/proof-codes": "PASSWORDS",
    "PUT /v1/tickets/{number}/proof": "PASSWORDS",
    "POST /v1/tickets/{number}/messages": "TICKETS",
    "POST /v1/account/enterprise/letters": "TICKETS",
    "POST /v1/verifications": "LETTER_VERIFICATION",
    "GET /v1/verifications/{number}": "LICENSE_VERIFICATION",
    "HEAD /verify": "LICENSE_VERIFICATION",
    "HEAD /v1/verifications/{number}": "LICENSE_VERIFICATION",
    "GET /verify": "LICENSE_VERIFICATION",
    "GET /v1/register/consistency": "REGISTER",
    "GET /v1/register/entries": "REGISTER",
    "GET /v1/register/head": "REGISTER",
    "GET /v1/register/heads": "REGISTER",
    "GET /v1/register/inclusion/{number}": "REGISTER",
}
KEYED = "a token under this deployment's key; mail services ask for many members from few addresses"

NO_LIMIT = {
    "GET /v1/unsubscribe/{token}": KEYED,
    "POST /v1/unsubscribe/{token}": KEYED,
    "DELETE /v1/account/billing": OWN_WRITE,
    "DELETE /v1/account/closing": OWN_WRITE,
    "POST /v1/account/closing": OWN_WRITE,
    "GET /v1/account/closing": OWN_READ,
    "PUT /v1/account/billing": OWN_WRITE,
    "GET /v1/account/enterprise": OWN_READ,
    "PUT /v1/account/enterprise": OWN_WRITE,
    "DELETE /v1/sessions": OWN_WRITE,
    "DELETE /v1/account/sessions": OWN_WRITE,
    "PATCH /v1/account": OWN_WRITE,
    "GET /v1/account/third-party-logins": OWN_READ,
    "POST /v1/account/third-party-logins": OWN_WRITE,
    "PUT /v1/account/third-party-logins": OWN_WRITE,
    "DELETE /v1/account/third-party-logins": OWN_WRITE,
    "GET /v1/account/sessions": OWN_READ,
    "POST /v1/membership/cancellation": OWN_WRITE,
    "GET /.well-known/jwks.json": CACHED,
    "GET /docs": CACHED,
    "HEAD /docs": CACHED,
    "GET /docs/redoc.js": CACHED,
    "HEAD /v1/unsubscribe/{token}": KEYED,
    "GET /v1/openapi.json": CACHED,
    "GET /v1/agreements": CACHED,
    "GET /v1/announcements": CACHED,
    "GET /v1/status": CACHED,
    "GET /v1/agreements/{id}": CACHED,
    "HEAD /v1/agreements/{id}": CACHED,
    "GET /v1/plans": CACHED,
    "GET /v1/status-list": CACHED,
    "GET /v1/erasure-receipts/{id}": TRACK,
    "GET /v1/tracks/{id}": TRACK,
    "GET /v1/tracks/{id}/preview": TRACK,
    "GET /v1/tracks/{id}/waveform": TRACK,
    "GET /v1/account": OWN_READ,
    "GET /v1/account/billing": OWN_READ,
    "GET /v1/account/consents": OWN_READ,
    "PUT /v1/account/consents/{id}": OWN_WRITE,
    "POST /v1/account/acceptances": OWN_WRITE,
    "GET /v1/processors": CACHED,
    "GET /v1/allowance": OWN_READ,
    "GET /v1/account/timeline": OWN_READ,
    "GET /v1/account/disclosures": OWN_READ,
    "GET /v1/account/searches": OWN_READ,
    "DELETE /v1/account/searches": OWN_WRITE,
    "GET /v1/favourites": OWN_READ,
    "PUT /v1/favourites/{id}": OWN_WRITE,
    "DELETE /v1/favourites/{id}": OWN_WRITE,
    "GET /v1/downloads": OWN_READ,
    "GET /v1/downloads/{id}": OWN_READ,
    "GET /v1/downloads/{id}/links": OWN_READ,
    "GET /v1/projects": OWN_READ,
    "GET /v1/invoices": OWN_READ,
    "GET /v1/invoices/{number}/document": OWN_READ,
    "GET /v1/licenses": OWN_READ,
    "GET /v1/licenses/{number}": OWN_READ,
    "GET /v1/licenses/{number}/dispute-text": OWN_READ,
    "GET /v1/licenses/{number}/document": OWN_READ,
    "GET /v1/membership": OWN_READ,
    "GET /v1/notices": OWN_READ,
    "POST /v1/notices/{id}/read": OWN_WRITE,
    "GET /v1/orders": OWN_READ,
    "GET /v1/orders/{id}": OWN_READ,
    "GET /v1/orders/{id}/agreement": OWN_READ,
    "GET /v1/orders/{id}/license": OWN_READ,
    "GET /v1/orders/{id}/terms": OWN_READ,
    "GET /v1/orders/{id}/invoice": OWN_READ,
    "GET /v1/license-batches/{id}": OWN_READ,
    "GET /v1/project-packs/{id}": OWN_READ,
    "GET /v1/account/data-exports/{id}": OWN_READ,
    "POST /v1/account/data-exports": EXPORT,
    "GET /v1/devices": OWN_READ,
    "PATCH /v1/devices/{id}": OWN_WRITE,
    "POST /v1/devices/{id}/token": OWN_WRITE,
    "DELETE /v1/devices/{id}/token": OWN_WRITE,
    "GET /v1/devices/{id}/recordings": OWN_READ,
    "GET /v1/recordings/{id}/link": OWN_READ,
    "DELETE /v1/recordings/{id}": OWN_WRITE,
    "DELETE /v1/devices/{id}": OWN_WRITE,
    "POST /v1/storage/trials": TRIAL,
    "POST /v1/storage/orders": QUOTE,
    "GET /v1/storage/packages": CACHED,
    "GET /v1/storage/subscriptions": OWN_READ,
    "GET /v1/storage/subscriptions/{id}": OWN_READ,
    "POST /v1/storage/subscriptions/{id}/cancellation": OWN_WRITE,
    "GET /v1/tickets": OWN_READ,
    "GET /v1/tickets/{number}": OWN_READ,
    "POST /v1/downloads": ALLOWANCE,
    "POST /v1/downloads/{id}/links": ALLOWANCE,
    "POST /v1/orders/{id}/links": ALLOWANCE,
    "POST /v1/licenses": ONE_EACH,
    "POST /v1/orders": QUOTE,
    "POST /v1/orders/{id}/confirmation": QUOTE,
    "POST /v1/orders/{id}/agreement": AGREEMENT,
    "POST /v1/license-batches": BATCH,
    "POST /v1/project-packs": PACK,
    "POST /v1/webhooks/{provider}": PROVIDER,
}
OF_MEMBERS = {AGREEMENT, OWN_READ, OWN_WRITE, ALLOWANCE, ONE_EACH, QUOTE, BATCH, PACK, EXPORT, TRIAL}

pytestmark = pytest.mark.clause("U-II.IV.7")


def in_the_code() -> Iterator[tuple[str, str | None]]:
    """Each route with the limit of its handler."""
    for name in described():
        tree = ast.parse((ROOT / "functions" / name / "handler.py").read_text())
        for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
            calls = [each for each in function.decorator_list if isinstance(each, ast.Call)]
            limit = next((ast.unparse(each.args[0]) for each in calls if ast.unparse(each.func) == "throttled"), None)
            for each in calls:
                if ast.unparse(each.func) == "app.route":
                    method, path = (ast.literal_eval(word) for word in each.args[:2])
                    yield f"{method} {path}", limit
                    if any(word.arg == "head" for word in each.keywords):
                        yield f"HEAD {path}", limit


def test_each_route_has_the_limit_that_the_table_says_or_a_reason_for_none() -> None:
    found = dict(in_the_code())
    assert {route for function in described().values() for route in function.routes()} == set(found)
    assert {route: limit for route, limit in found.items() if limit} == LIMITS
    assert {route for route, limit in found.items() if limit is None} == set(NO_LIMIT)


def test_reasons_of_members_hold_for_members_alone() -> None:
    public = {
        f"{each['Method']} {each['Path']}"
        for function in described().values()
        for each in function.events("HttpApi")
        if each.get("Auth", {}).get("Authorizer") == "NONE"
    }
    for route, reason in NO_LIMIT.items():
        assert (route in public) == (reason not in OF_MEMBERS), route
