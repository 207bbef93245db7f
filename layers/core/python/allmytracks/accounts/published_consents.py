"""Purposes of optional consents as they are published (P-15.consent, P-share.purpose)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from allmytracks.accounts.rules_consents import Purpose, Purposes
from allmytracks.publishing.bodies import body_of, read_body
from allmytracks.publishing.ports import Publication, Publications

CONSENTS = "consents"


class _PurposeBody(msgspec.Struct):
    id: str
    purpose: str
    translations: Mapping[Literal["zh-Hant", "zh-Hans"], str] = {}


def check_consent(publication: Publication) -> None:
    """Refuses a purpose that could not be read again. Raises InvalidFields."""
    body_of(publication, _PurposeBody)


def published_purposes(publications: Publications) -> Purposes:
    """Every version of every purpose."""
    return Purposes(tuple(purpose_of(each) for each in publications.all(CONSENTS)))


def purpose_of(publication: Publication) -> Purpose:
    """The version of a purpose that a publication is."""
    body = read_body(publication, _PurposeBody)
    version = publication.version.removeprefix(f"{body.id}@")
    translations = {str(language): text for language, text in body.translations.items()}
    return Purpose(body.id, version, publication.effective_at, body.purpose, translations)
