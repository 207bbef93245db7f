"""Acts that need two operators: one asks by sending the act, another approves, then the act is sent again."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
from chalice.app import Blueprint, Request, Response

from allmytracks.foundation.approvals.rules import ApprovalStatus, Asked
from allmytracks.foundation.approvals.schemas import ApprovalsAnswer, ApprovalsQuery, approval_answer
from allmytracks.foundation.http.reading import raw_body
from allmytracks.operator_routes.requests import answer, current, operator_of, query_of, route
from allmytracks.operator_routes.roles import Role
from allmytracks.wiring import services

approvals = Blueprint(__name__)
# Where an act goes on; it is the same act.
PLACES = ("run", "cursor")


def second_operator(request: Request, act: str, subject: str) -> Response | None:
    """202 with the request that a second operator has to approve; None where the act may be done now.

    A view that does an act for two calls this once it has read and checked the body, and returns what it gets.
    """
    sent: dict[str, Any] = msgspec.json.decode(raw_body(request.to_original_event()) or b"{}")
    body = msgspec.json.encode({name: value for name, value in sent.items() if name not in PLACES}, order="sorted")
    # Chalice's path is the resource, with placeholders.
    parts = {name: quote(value, safe="") for name, value in (request.uri_params or {}).items()}
    asked = Asked(act, subject, str(request.method), str(request.path).format(**parts), body.decode())
    approval = services().foundation.two_operators.awaited(asked, operator_of(request))
    return None if approval is None else answer(approval_answer(approval), 202)


@route(approvals, "GET", "/approvals")
def list_approvals() -> Response:
    """Requests that wait for a second operator, oldest first."""
    request = current(approvals)
    query = query_of(request, ApprovalsQuery)
    page = services().foundation.two_operators.waiting(operator_of(request), limit=query.limit, cursor=query.cursor)
    return answer(ApprovalsAnswer([approval_answer(each) for each in page.items], page.next_cursor))


@route(approvals, "GET", "/approvals/{approval_id}")
def show_approval(approval_id: str) -> Response:
    """One request, and its decision."""
    return answer(
        approval_answer(services().foundation.two_operators.show(approval_id, operator_of(current(approvals))))
    )


@route(approvals, "POST", "/approvals/{approval_id}/approval", Role.SUPPORT)
def approve(approval_id: str) -> Response:
    """Approve what another operator asked for; then the act is done by sending it again."""
    return _decide(approval_id, ApprovalStatus.APPROVED)


@route(approvals, "POST", "/approvals/{approval_id}/refusal", Role.SUPPORT)
def refuse(approval_id: str) -> Response:
    """Refuse what was asked for, or take one's own request back."""
    return _decide(approval_id, ApprovalStatus.REFUSED)


def _decide(approval_id: str, status: ApprovalStatus) -> Response:
    decided = services().foundation.two_operators.decide(approval_id, status, operator_of(current(approvals)))
    return answer(approval_answer(decided))
