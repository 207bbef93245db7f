"""The list of those who process personal data for the site, as it is published (P-13.processors)."""

from __future__ import annotations

import msgspec

from allmytracks.accounts.rules_processors import Processor, ProcessorList
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
    return tuple(
        ProcessorList(each.version, each.effective_at, tuple(read_body(each, _ProcessorsBody).processors))
        for each in publications.all(PROCESSORS)
    )
