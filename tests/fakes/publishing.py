"""In-memory fakes: publishing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from allmytracks.publishing.ports import Publication, refuse_another_body


@dataclass
class MemoryPublications:
    """Publications in memory."""

    published: list[Publication] = field(default_factory=list)

    def all(self, kind: str) -> Sequence[Publication]:
        return sorted((each for each in self.published if each.kind == kind), key=lambda each: each.effective_at)

    def publish(self, publication: Publication) -> None:
        refuse_another_body(self.published, publication)
        if publication not in self.published:
            self.published.append(publication)
