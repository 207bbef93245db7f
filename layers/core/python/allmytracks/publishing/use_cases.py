"""An operator publishes a version of a price list, an agreement, rates or rules (M-II.9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.publishing.ports import Publication, Publications, refuse_another_body


@dataclass(frozen=True)
class Publish:
    """Raises InvalidFields where the code could not read it back, Conflict where the version has another body.

    `checks` holds each kind's check, by the kind's name; `followed_by` what has to happen after a publication, which
    a repeated one does again.
    """

    publications: Publications
    audit: Audit
    checks: Mapping[str, Callable[[Publication], None]]
    followed_by: Mapping[str, Callable[[Publication, Operator], object]] = field(default_factory=dict)

    def published(self, kind: str) -> Sequence[Publication]:
        """Every version of a kind, oldest first. Raises InvalidFields where there is no such kind."""
        self._require_known(kind)
        return self.publications.all(kind)

    def check(self, publication: Publication) -> None:
        """Checks as for publishing, without publishing. Raises InvalidFields, Conflict."""
        self._require_known(publication.kind)
        self.checks[publication.kind](publication)
        refuse_another_body(self.publications.all(publication.kind), publication)

    def _require_known(self, kind: str) -> None:
        if kind not in self.checks:
            kinds = ", ".join(self.checks)
            raise InvalidFields([FieldProblem("kind", "unknown", f"There are publications of these kinds: {kinds}.")])

    def __call__(self, publication: Publication, operator: Operator) -> None:
        self._require_known(publication.kind)
        self.checks[publication.kind](publication)
        self.audit(operator, "published", f"{publication.kind}/{publication.version}")
        self.publications.publish(publication)
        if publication.kind in self.followed_by:
            self.followed_by[publication.kind](publication, operator)
