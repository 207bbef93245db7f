"""Operators decide applications to close an account, and close one themselves."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.closing.schemas import (
    CloseForm,
    ClosingDecisionForm,
    ClosingsAnswer,
    ClosingsQuery,
    EndAnswer,
    EndForm,
    Outcome,
    closing_record,
)
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.operator_routes.approvals import second_operator
from allmytracks.operator_routes.requests import answer, body_of, current, operator_of, query_of, route
from allmytracks.operator_routes.roles import Role
from allmytracks.wiring import services

closings = Blueprint(__name__)


@route(closings, "GET", "/closings")
def list_closings() -> Response:
    """Applications that wait, oldest first."""
    request = current(closings)
    query = query_of(request, ClosingsQuery)
    page = services().closing.decide.waiting(operator_of(request), limit=query.limit, cursor=query.cursor)
    return answer(ClosingsAnswer([closing_record(each) for each in page.items], page.next_cursor))


@route(closings, "POST", "/accounts/{account_id}/closing/decision", Role.SUPPORT)
def decide_closing(account_id: str) -> Response:
    """Approve or refuse an application."""
    request = current(closings)
    form = body_of(request, ClosingDecisionForm)
    decide = services().closing.decide
    if form.outcome is Outcome.APPROVE:
        return answer(closing_record(decide.approve(account_id, operator_of(request))))
    if form.reason is None:
        raise InvalidFields([FieldProblem("reason", "required", "Say why the application is refused.")])
    return answer(closing_record(decide.refuse(account_id, form.reason, operator_of(request))))


@route(closings, "POST", "/accounts/{account_id}/closing", Role.SUPPORT)
def close_account(account_id: str) -> Response:
    """Close an account that nobody applied for: 202 where a second operator has to approve it first."""
    request = current(closings)
    form = body_of(request, CloseForm)
    services().closing.decide.check(account_id, form.reason)
    waits = second_operator(request, "account_closing", account_id)
    if waits is not None:
        return waits
    return answer(closing_record(services().closing.decide.close(account_id, form.reason, operator_of(request))))


@route(closings, "POST", "/service-end")
def end_service() -> Response:
    """Close one page of all accounts, once the announced end of the service is past (U-III.III.1)."""
    request = current(closings)
    form = body_of(request, EndForm)
    closed, after = services().closing.end_service(operator_of(request), limit=form.limit, cursor=form.cursor)
    return answer(EndAnswer(closed, after))
