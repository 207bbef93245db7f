"""Purposes of optional consents as they are published (P-15.consent, P-share.purpose)."""

from __future__ import annotations

import msgspec

from allmytracks.accounts.rules_consents import Purpose, Purposes
from allmytracks.publishing.bodies import body_of, read_body
from allmytracks.publishing.ports import Publication, Publications

CONSENTS = "consents"


class _PurposeBody(msgspec.Struct):
    id: str
    purpose: str


def check_consent(publication: Publication) -> None:
    """Refuses a purpose that could not be read again. Raises InvalidFields."""
    body_of(publication, _PurposeBody)


def published_purposes(publications: Publications) -> Purposes:
    """Every version of every purpose."""
    found = []
    for each in publications.all(CONSENTS):
        body = read_body(each, _PurposeBody)
        found.append(Purpose(body.id, each.version.removeprefix(f"{body.id}@"), each.effective_at, body.purpose))
    return Purposes(tuple(found))
