"""The topics of the API, in the order in which a website meets them, and the routes of each."""

from __future__ import annotations

from typing import NamedTuple


class Topic(NamedTuple):
    """A tag of the document; `prefixes` are beginnings of its routes' paths, the longest of all topics' decides."""

    name: str
    description: str
    prefixes: tuple[str, ...]


class MissingTopicError(LookupError):
    """A route's path begins like none of any topic."""


TOPICS = (
    Topic(
        "Sign-up and sign-in",
        "From a form to a session: addresses are proved by a code, minors wait for a guardian.",
        (
            "/v1/accounts",
            "/v1/guardian-consents",
            "/v1/password-resets",
            "/v1/sessions",
            "/v1/third-party-",
        ),
    ),
    Topic(
        "Account",
        "The caller's own particulars, sessions and logins, and what happened on the account.",
        ("/v1/account",),
    ),
    Topic(
        "Agreements and data",
        "Agreements with their versions, consents, exports, closing and what is left of a closed account.",
        (
            "/v1/account/acceptances",
            "/v1/account/closing",
            "/v1/account/consents",
            "/v1/account/data-exports",
            "/v1/account/disclosures",
            "/v1/account/searches",
            "/v1/agreements",
            "/v1/erasure-receipts",
            "/v1/processors",
        ),
    ),
    Topic("Catalogue", "Tracks: search, details, previews, favourites.", ("/v1/tracks", "/v1/favourites")),
    Topic(
        "Plans and orders",
        "What memberships cost and permit; an order is quoted, confirmed and paid on the provider's page.",
        ("/v1/account/billing", "/v1/invoices", "/v1/membership", "/v1/orders", "/v1/plans"),
    ),
    Topic(
        "Downloads", "Tracks as files, within the day's allowance.", ("/v1/allowance", "/v1/downloads", "/v1/projects")
    ),
    Topic(
        "Licences",
        "Letters that license a download for one project, the music agreements of orders, and special licences.",
        (
            "/v1/license-batches",
            "/v1/licenses",
            "/v1/orders/{id}/agreement",
            "/v1/orders/{id}/license",
            "/v1/orders/{id}/links",
            "/v1/orders/{id}/terms",
            "/v1/project-packs",
        ),
    ),
    Topic(
        "Verification",
        "Whether a licence is genuine and valid: open to anyone.",
        ("/.well-known/jwks.json", "/v1/status-list", "/v1/verifications", "/verify"),
    ),
    Topic("Register", "The public register of licences, with proofs (RFC 9162).", ("/v1/register",)),
    Topic(
        "Device cloud storage",
        "Devices, trials, packages, subscriptions and recordings.",
        ("/v1/device-recordings", "/v1/devices", "/v1/recordings", "/v1/storage"),
    ),
    Topic(
        "Notices and service",
        "The member's inbox, announcements to everybody, maintenance.",
        ("/v1/announcements", "/v1/notices", "/v1/status", "/v1/unsubscribe"),
    ),
    Topic(
        "Customer service",
        "Tickets with their files; also for those who cannot sign in.",
        ("/v1/account/misuse-reports", "/v1/support-requests", "/v1/tickets"),
    ),
    Topic("Webhooks", "For payment providers.", ("/v1/webhooks",)),
    Topic("This document", "The API's own description.", ("/docs", "/v1/openapi.json")),
)


def topic_of(path: str) -> str:
    """The topic of a route's path. Raises MissingTopicError."""
    found = [(len(prefix), topic.name) for topic in TOPICS for prefix in topic.prefixes if path.startswith(prefix)]
    if not found:
        raise MissingTopicError(f"{path} has no topic: add its beginning in infra/openapi/topics.py")
    return max(found)[1]
