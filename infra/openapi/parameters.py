"""What each parameter of a path, query or header means, in words; a test fails for one that is not here."""

from __future__ import annotations

from collections.abc import Mapping

# By name, or by path and name where a name means different things.
DESCRIPTIONS: Mapping[str, str] = {
    "Idempotency-Key": "Any text of your own, new for each purpose; repeated with the same key it is one request.",
    "If-Match": "The ETag of what you read, or `*`.",
    "limit": "The most items of a page.",
    "cursor": "`next_cursor` of the page before; the first page without it.",
    "q": "Words of title, artist, genre, mood or instrument; nothing finds all.",
    "kind": "Music or sound effects; both without it.",
    "genre": "Genres, separated by commas, of which one is the track's.",
    "mood": "Moods, separated by commas, of which one is the track's.",
    "instrument": "Instruments, separated by commas, of which one is the track's.",
    "key": "Musical keys, separated by commas, of which one is the track's.",
    "artist": "Artists, separated by commas, of whom one is the track's.",
    "usable_for": "A purpose (a row of the plans' rights): nothing is found where the caller's plan prohibits it.",
    "facets": "What to count the values of: `genre`, `mood`, `instrument`, `kind`, separated by commas.",
    "bpm_min": "The lowest tempo, in beats per minute.",
    "bpm_max": "The highest tempo, in beats per minute.",
    "length_min": "The least length, in seconds.",
    "length_max": "The greatest length, in seconds.",
    "sort": "Best match, newest, most downloaded, shortest or longest first.",
    "project": "The name of one project.",
    "licensed": "`yes` for downloads with a licence, `no` for those without; both without it.",
    "format": "The form of the list.",
    "unread": "`true` leaves out notices that were read.",
    "language": "The language of the sentences.",
    "lang": "The language of the page: `en`, `zh-Hant` or `zh-Hans`; the browser's by default.",
    "version": "The version; the one in force without it.",
    "head": "The number of the head to prove against; the last one without it.",
    "first": "The size of the earlier tree.",
    "second": "The size of the later tree; the last head's without it.",
    "start": "The index of the first leaf, counted from 0.",
    "end": "The index of the last leaf, which is included.",
    "from": "The earliest instant (RFC 3339, with its zone).",
    "to": "The instant before which all lie (RFC 3339, with its zone).",
    "number": "The licence's number, `AMT-` and four groups of six; case and spaces do not matter.",
    "provider": "The sender of the event.",
    "token": "The token of the mail's link.",
    "platform": "The platform, by its id.",
    "status": "Only licences in this state.",
    "/v1/tickets number": "The ticket's number.",
    "/v1/licenses platform": "The platform whose form it is for, by its id.",
    "/v1/licenses language": "The language of the text: `en`, `zh-Hant` or `zh-Hans`.",
    "/v1/invoices number": "The invoice's number.",
    "/v1/account/consents id": "The id of the consent, from the list of consents.",
    "/v1/account/data-exports id": "The `export_id`.",
    "/v1/agreements id": "The id of the agreement.",
    "/v1/downloads id": "The `download_id`.",
    "/v1/erasure-receipts id": "The id of the receipt, from the notice of closing.",
    "/v1/notices id": "The `notice_id`.",
    "/v1/orders id": "The `order_id`.",
    "/v1/license-batches id": "The `batch_id`.",
    "/v1/project-packs id": "The `pack_id`.",
    "/v1/favourites id": "The `track_id`.",
    "/v1/tracks id": "The `track_id`.",
    "/v1/devices id": "The `device_id`.",
    "/v1/recordings id": "The `recording_id`.",
    "/v1/storage/subscriptions id": "The `subscription_id`.",
}


class MissingDescriptionError(LookupError):
    """A parameter has no description."""


def description_of(path: str, name: str) -> str:
    """What the parameter means on this route. Raises MissingDescriptionError."""
    own = [key for key in DESCRIPTIONS if key.endswith(f" {name}") and path.startswith(key.partition(" ")[0])]
    key = max(own, key=len, default=name)
    if key not in DESCRIPTIONS:
        raise MissingDescriptionError(f"{path} has no words for {name}: add them in infra/openapi/parameters.py")
    return DESCRIPTIONS[key]
