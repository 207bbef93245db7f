"""A function's response to a batch."""

from __future__ import annotations

import json
from collections.abc import Sequence

from infra.localcloud.invocations import Outcome


def failed_ids(outcome: Outcome, known: Sequence[str], *, reported: bool) -> set[str]:
    """The ids of `known` that failed: all when the function failed, else those that it names.

    As on Lambda, a response that names none is success, and one that names an unknown id or is malformed fails the
    whole batch. Without `reported` (ReportBatchItemFailures) the response is ignored.
    """
    if outcome.error is not None:
        return set(known)
    answer = json.loads(outcome.payload)
    if not reported or not answer:
        return set()
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    if not failures:
        return set()
    named = {str(each.get("itemIdentifier")) if isinstance(each, dict) else "" for each in failures}
    return set(known) if named - set(known) else named
