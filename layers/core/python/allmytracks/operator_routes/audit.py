"""The audit log of operators' acts; no route changes it."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.foundation.audit.schemas import AuditAnswer, AuditQuery, act_answer
from allmytracks.operator_routes.requests import answer, current, operator_of, query_of, route
from allmytracks.wiring import services

audit = Blueprint(__name__)


@route(audit, "GET", "/audit")
def read_audit() -> Response:
    """Operators' acts of one day, newest first."""
    request = current(audit)
    query = query_of(request, AuditQuery)
    page = services().foundation.read_audit(
        query.day, query.acts(), operator_of(request), limit=query.limit, cursor=query.cursor
    )
    return answer(AuditAnswer([act_answer(each) for each in page.items], page.next_cursor))
