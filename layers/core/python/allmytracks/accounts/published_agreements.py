"""Published agreements (M-0.precedence)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from allmytracks.accounts.rules_agreements import Agreement, Agreements
from allmytracks.publishing.bodies import body_of, read_body
from allmytracks.publishing.ports import Publication, Publications

AGREEMENTS = "agreements"


class _AgreementBody(msgspec.Struct):
    id: str
    title: str
    text: str
    updated_at: datetime | None = None
    translations: Mapping[Literal["zh-Hant", "zh-Hans"], str] = {}


def check_agreement(publication: Publication) -> None:
    """Checks that an agreement can be read back. Raises InvalidFields."""
    body_of(publication, _AgreementBody)


def agreement_of(publication: Publication) -> Agreement:
    """The version of an agreement that a publication is."""
    body = read_body(publication, _AgreementBody)
    version = publication.version.removeprefix(f"{body.id}@")
    titles = {str(language): title for language, title in body.translations.items()}
    return Agreement(body.id, version, body.title, publication.effective_at, body.text, body.updated_at, titles)


def published_agreements(publications: Publications) -> Agreements:
    """Every version of every agreement (M-0.precedence)."""
    return Agreements(tuple(agreement_of(each) for each in publications.all(AGREEMENTS)))
