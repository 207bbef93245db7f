"""Published certificates of the keys that seal letters."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from allmytracks.publishing.bodies import body_of, read_body
from allmytracks.publishing.ports import Publication, Publications

CERTIFICATES = "certificates"


class _CertificatesBody(msgspec.Struct):
    chain: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^-----BEGIN CERTIFICATE-----\n[\s\S]+\n-----END CERTIFICATE-----\s*$",
            description="certificates as PEM, the one that signs first",
        ),
    ]


def check_certificates(publication: Publication) -> None:
    """Checks that a chain can be read back. Raises InvalidFields."""
    body_of(publication, _CertificatesBody)


def published_certificate_chains(publications: Publications, now: datetime) -> list[str]:
    """The certificates of the keys that seal letters, each with its chain (PEM), the newest in force first."""
    in_force = [each for each in publications.all(CERTIFICATES) if each.effective_at <= now]
    return [read_body(each, _CertificatesBody).chain for each in reversed(in_force)]
