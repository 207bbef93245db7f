"""An operator publishes a version of a price list, an agreement or the rules for names (M-II.9)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.domain.operators import Operator
from allmytracks.ports.publications import Publication, Publications
from allmytracks.services import published
from allmytracks.services.audited import Audit


@dataclass(frozen=True)
class Publish:
    """Raises InvalidFields where the functions could not read it, Conflict where the version has another body."""

    publications: Publications
    audit: Audit

    def __call__(self, publication: Publication, operator: Operator) -> None:
        published.check(publication)
        self.audit(operator, "published", f"{publication.kind}/{publication.version}")
        self.publications.publish(publication)
