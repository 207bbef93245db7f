"""Request and response bodies of the operators' routes for reconciliation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.instants import rfc3339
from allmytracks.payments.reconciliation.ports import Listing, Position, Span
from allmytracks.payments.reconciliation.rules import Finding, Tally, Verdict

Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class SpanForm(msgspec.Struct, forbid_unknown_fields=True):
    """The span, until now by default; `position` from the previous response."""

    since: Instant
    until: Instant | None = None
    position: str | None = None


class FindingAnswer(msgspec.Struct):
    """A fact that is not simply known."""

    event_id: str
    verdict: str
    fed_in: bool
    kind: str
    source_kind: str
    occurred_at: str
    order_id: str | None
    payment: str | None


class TallyAnswer(msgspec.Struct):
    """Each fact of the provider's record is counted under one of the four; `fed_in` counts those corrected now."""

    counted: int
    known: int
    missing: int
    different: int
    unattachable: int
    fed_in: int
    findings: list[FindingAnswer]


class SpanAnswer(TallyAnswer):
    """A part of a span; repeat with `position` while there is one."""

    since: str
    until: str
    position: str | None


def span_of(form: SpanForm, now: datetime) -> Span:
    """The span of a form; without an end, up to and including the present second."""
    return Span(form.since, form.until or now.replace(microsecond=0) + timedelta(seconds=1))


def position_of(text: str | None) -> Position:
    """The position from an earlier response. Raises InvalidFields."""
    if text is None:
        return Position()
    listing, _, after = text.partition(":")
    if listing not in set(Listing):
        raise InvalidFields([FieldProblem("position", "invalid", "Send position of the previous response unchanged.")])
    return Position(Listing(listing), after or None)


def tally_answer(tally: Tally) -> TallyAnswer:
    """The result of a comparison."""
    return TallyAnswer(
        counted=tally.counted,
        known=tally.known,
        missing=tally.count(Verdict.MISSING),
        different=tally.count(Verdict.DIFFERENT),
        unattachable=tally.count(Verdict.UNATTACHABLE),
        fed_in=tally.drift,
        findings=[_finding(each) for each in tally.findings],
    )


def span_answer(tally: Tally, since: datetime, until: datetime, position: Position | None) -> SpanAnswer:
    """The result of a part of a span, and where to resume."""
    rest = f"{position.listing}:{position.after or ''}" if position is not None else None
    told = msgspec.structs.asdict(tally_answer(tally))
    return SpanAnswer(**told, since=rfc3339(since), until=rfc3339(until), position=rest)


def _finding(finding: Finding) -> FindingAnswer:
    fact = finding.fact
    return FindingAnswer(
        event_id=fact.event_id,
        verdict=finding.verdict.value,
        fed_in=finding.fed_in,
        kind=fact.kind.value,
        source_kind=fact.source_kind,
        occurred_at=rfc3339(fact.occurred_at),
        order_id=fact.order_id,
        payment=next(iter(fact.references), None),
    )
