"""Published anti-fraud rules (M-III.5.fraud)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from allmytracks.enforcement.rules_fraud import (
    Burst,
    Evenness,
    FraudRules,
    Suspicion,
    Watch,
)
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.publishing.bodies import Positive, body_of, read_body
from allmytracks.publishing.ports import Publication, Publications

FRAUD_RULES = "fraud-rules"


class _BurstBody(msgspec.Struct):
    downloads: Positive
    minutes: Positive


class _WatchBody(msgspec.Struct):
    minutes: Positive
    case: Positive
    restrict: Positive


class _EvennessBody(msgspec.Struct):
    variation_percent: Positive
    longest_seconds: Positive


class _FraudRulesBody(msgspec.Struct):
    burst: _BurstBody
    watches: dict[str, _WatchBody]
    evenness: _EvennessBody
    tools: list[Annotated[str, msgspec.Meta(min_length=3)]]
    links_per_download: Positive
    restriction_minutes: Positive


def check_fraud_rules(publication: Publication) -> None:
    """Checks that rules can be read back. Raises InvalidFields."""
    body = body_of(publication, _FraudRulesBody)
    unwatched = [each.value for each in Suspicion if each not in body.watches]
    if unwatched:
        problem = FieldProblem("watches", "required", f"These watches are missing: {', '.join(unwatched)}.")
        raise InvalidFields([problem])
    unknown = sorted(set(body.watches) - {each.value for each in Suspicion})
    if unknown:
        raise InvalidFields([FieldProblem("watches", "unknown", f"There are no such watches: {', '.join(unknown)}.")])


def published_fraud_rules(publications: Publications, now: datetime) -> FraudRules | None:
    """The anti-fraud rules in force; None before the first, and then nothing is slowed down or watched."""
    in_force = [each for each in publications.all(FRAUD_RULES) if each.effective_at <= now]
    if not in_force:
        return None
    body = read_body(in_force[-1], _FraudRulesBody)
    return FraudRules(
        burst=Burst(body.burst.downloads, body.burst.minutes),
        # In a fixed order: where two restrict at once, the notice gives the first as the reason. A rule that is not
        # published watches nothing.
        watches={
            each: Watch(*msgspec.structs.astuple(body.watches[each])) for each in Suspicion if each in body.watches
        },
        evenness=Evenness(body.evenness.variation_percent, body.evenness.longest_seconds),
        tools=tuple(tool.lower() for tool in body.tools),
        links_per_download=body.links_per_download,
        restriction_minutes=body.restriction_minutes,
    )
