"""The list of those who process personal data for the site, as it is published (P-13.processors)."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from allmytracks.accounts.rules_processors import Processor, ProcessorList, require_told_first
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.publishing.bodies import body_of, read_body
from allmytracks.publishing.ports import Publication, Publications

PROCESSORS = "processors"


class _ProcessorsBody(msgspec.Struct):
    processors: list[Processor]


def check_processors(publication: Publication) -> None:
    """Refuses a list that could not be read again. Raises InvalidFields."""
    body_of(publication, _ProcessorsBody)


def published_processors(publications: Publications) -> tuple[ProcessorList, ...]:
    """Every version of the list, oldest first."""
    return tuple(processors_of(each) for each in publications.all(PROCESSORS))


def processors_of(publication: Publication) -> ProcessorList:
    """The version of the list that a publication is."""
    processors = tuple(read_body(publication, _ProcessorsBody).processors)
    return ProcessorList(publication.version, publication.effective_at, processors)


@dataclass(frozen=True)
class CheckProcessors:
    """Refuses a list that could not be read again, or begins before members can be notified. Raises InvalidFields."""

    publications: Publications
    clock: Clock

    def __call__(self, publication: Publication) -> None:
        check_processors(publication)
        versions = published_processors(self.publications)
        if publication.version not in {each.version for each in versions}:  # a repetition was checked before
            require_told_first(versions, processors_of(publication), self.clock.now())
