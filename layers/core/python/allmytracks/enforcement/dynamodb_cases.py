"""Cases in the accounts table."""

from __future__ import annotations

import json

from msgspec.structs import replace
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from allmytracks.enforcement.rules_cases import (
    Case,
    CaseClosed,
    CaseNotFound,
    CaseStatus,
    Decision,
)
from allmytracks.foundation.aws.history import history_attributes
from allmytracks.foundation.aws.models import ListedInHistory, Table, bind, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor

CASE = "CASE"


class CasesIndex(GlobalSecondaryIndex["CaseItem"]):
    """Cases of one status, by when they were opened."""

    class Meta:
        """PynamoDB's settings of the index."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class CaseItem(ListedInHistory):
    """One case; `evidence` is JSON, and `timeline_at` its opening and id."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    timeline = CasesIndex()
    timeline_key = UnicodeAttribute()
    timeline_at = UnicodeAttribute()
    case_id = UnicodeAttribute()
    case_of = UnicodeAttribute()
    kind = UnicodeAttribute()
    evidence = UnicodeAttribute()
    outcome = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    closed_by = UnicodeAttribute(null=True)
    closed_at = UnicodeAttribute(null=True)


class DynamoCases:
    """Cases in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(CaseItem, table)

    def open(self, case: Case) -> None:
        model = self._items
        first = f"{rfc3339(case.opened_at)}#{case.id}"
        actions: list[Action] = [
            model.timeline_key.set(_timeline_key(CaseStatus.OPEN)),
            model.timeline_at.set(model.timeline_at | first),
            model.case_id.set(case.id),
            *(
                getattr(model, name).set(text)
                for name, text in history_attributes(
                    case.account_id, case.opened_at, "case_opened", code=case.kind, reference=case.id
                ).items()
            ),
            model.case_of.set(case.account_id),
            model.kind.set(case.kind),
            model.evidence.set(json.dumps(dict(case.evidence), sort_keys=True)),
        ]
        try:
            self._item(case.id).update(actions=actions, condition=model.outcome.does_not_exist())
        except UpdateError as error:
            if not is_condition_failure(error):
                raise

    def get(self, case_id: str) -> Case:
        try:
            return _to_case(self._items.get(case_key(case_id), CASE, consistent_read=True))
        except DoesNotExist:
            raise CaseNotFound("There is no such case.") from None

    def page(self, status: CaseStatus, *, limit: int, cursor: str | None) -> Page[Case]:
        start = _start(status, cursor) if cursor else None
        found = self._items.timeline.query(
            _timeline_key(status), scan_index_forward=False, limit=limit, last_evaluated_key=start
        )
        items = list(found)
        more = found.last_evaluated_key is not None
        cursor_after = make_cursor(items[-1].timeline_at, items[-1].case_id) if more and items else None
        return Page([_to_case(item) for item in items], cursor_after)

    def close(self, case_id: str, decision: Decision) -> Case:
        model = self._items
        actions: list[Action] = [
            model.timeline_key.set(_timeline_key(CaseStatus.CLOSED)),
            model.outcome.set(decision.outcome),
            model.reason.set(decision.reason),
            model.closed_by.set(decision.operator),
            model.closed_at.set(rfc3339(decision.at)),
        ]
        item = self._item(case_id)
        try:
            item.update(actions=actions, condition=model.pk.exists() & model.outcome.does_not_exist())
        except UpdateError as error:
            if not is_condition_failure(error):
                raise
            return decided(self.get(case_id), decision)
        return _to_case(item)

    def _item(self, case_id: str) -> CaseItem:
        return self._items(case_key(case_id), CASE)


def decided(case: Case, decision: Decision) -> Case:
    """The closed case, if it was closed by an equal decision (ignoring its time). Raises CaseClosed."""
    if case.decision is None or replace(case.decision, at=decision.at) != decision:
        raise CaseClosed("This case was decided already.")
    return case


def case_key(case_id: str) -> str:
    """The partition of a case."""
    return f"CASE#{case_id}"


def _timeline_key(status: CaseStatus) -> str:
    return f"CASES#{status}"


def _start(status: CaseStatus, cursor: str) -> dict[str, dict[str, str]]:
    place, case_id = read_cursor(cursor, tuple[KeyPart, KeyPart])
    return {
        "pk": {"S": case_key(case_id)},
        "sk": {"S": CASE},
        "timeline_key": {"S": _timeline_key(status)},
        "timeline_at": {"S": place},
    }


def _to_case(item: CaseItem) -> Case:
    decision = None
    if item.outcome is not None and item.closed_at is not None:
        decision = Decision(item.outcome, item.reason or "", item.closed_by or "", parse_rfc3339(item.closed_at))
    return Case(
        id=item.case_id,
        account_id=item.case_of,
        kind=item.kind,
        opened_at=parse_rfc3339(item.timeline_at.partition("#")[0]),
        evidence=json.loads(item.evidence),
        decision=decision,
    )
