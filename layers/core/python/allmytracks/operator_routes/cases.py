"""Operators read and decide cases, and take measures on accounts."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.enforcement.rules_standings import MeasureKind
from allmytracks.enforcement.schemas import (
    CasesAnswer,
    CasesQuery,
    CorrectionForm,
    DecisionForm,
    GuardianForm,
    MeasureForm,
    TextForm,
    WaitingAnswer,
    case_answer,
    case_file_answer,
    standing_answer,
)
from allmytracks.enforcement.use_cases.take_measure import Measure
from allmytracks.operator_routes.approvals import second_operator
from allmytracks.operator_routes.requests import (
    answer,
    body_of,
    current,
    operator_of,
    query_of,
    route,
)
from allmytracks.operator_routes.roles import Role
from allmytracks.wiring import services

cases = Blueprint(__name__)


@route(cases, "GET", "/cases")
def list_cases() -> Response:
    """Cases of one status, newest first."""
    request = current(cases)
    query = query_of(request, CasesQuery)
    page = services().enforcement.decide_case.page(
        query.status, operator_of(request), limit=query.limit, cursor=query.cursor
    )
    return answer(CasesAnswer([case_answer(case) for case in page.items], page.next_cursor))


@route(cases, "GET", "/cases/{case_id}")
def show_case(case_id: str) -> Response:
    """One case, and its account's standing."""
    return answer(case_file_answer(services().enforcement.decide_case.get(case_id, operator_of(current(cases)))))


@route(cases, "POST", "/cases/{case_id}/decision", Role.SUPPORT)
def decide_case(case_id: str) -> Response:
    """Close a case."""
    request = current(cases)
    form = body_of(request, DecisionForm)
    return answer(
        case_file_answer(services().enforcement.decide_case(case_id, form.outcome, form.reason, operator_of(request)))
    )


@route(cases, "POST", "/accounts/{account_id}/measures", Role.SUPPORT)
def take_measure(account_id: str) -> Response:
    """Restrict, extend, lift, ban or unban an account: 202 where a second operator has to approve it first."""
    request = current(cases)
    form = body_of(request, MeasureForm)
    measure = Measure(form.measure, account_id, form.reason, form.until)
    if measure.kind is MeasureKind.BAN:
        services().enforcement.take_measure.check(measure)
        waits = second_operator(request, "account_ban", account_id)
        if waits is not None:
            return waits
    return answer(standing_answer(account_id, services().enforcement.take_measure(measure, operator_of(request))))


@route(cases, "POST", "/accounts/{account_id}/guardian", Role.SUPPORT)
def start_guardian_procedure(account_id: str) -> Response:
    """Let a minor's account wait for the guardian, who is written to (P-minors.contact)."""
    request = current(cases)
    form = body_of(request, GuardianForm)
    start = services().enforcement.start_guardian_procedure
    return answer(WaitingAnswer(account_id, start(account_id, form.guardian_email, operator_of(request)).value))


@route(cases, "POST", "/accounts/{account_id}/corrections", Role.SUPPORT)
def demand_correction(account_id: str) -> Response:
    """Have a member correct untrue data; the account is restricted until it is accepted (U-II.truth)."""
    request = current(cases)
    form = body_of(request, CorrectionForm)
    services().enforcement.demand.correction(account_id, form.fields, form.until, operator_of(request))
    return _status_of(account_id)


@route(cases, "DELETE", "/accounts/{account_id}/corrections", Role.SUPPORT)
def accept_correction(account_id: str) -> Response:
    """Accept what was corrected: restriction or suspension end."""
    services().enforcement.demand.accept(account_id, operator_of(current(cases)))
    return _status_of(account_id)


@route(cases, "POST", "/accounts/{account_id}/texts", Role.SUPPORT)
def act_on_text(account_id: str) -> Response:
    """Take off a text that breaks the rules, or demand another one (U-II.IV.3)."""
    request = current(cases)
    form, demand = body_of(request, TextForm), services().enforcement.demand
    if form.until is None:
        demand.take_off(account_id, form.field, form.reason, operator_of(request))
    else:
        demand.text(account_id, form.field, form.reason, form.until, operator_of(request))
    return _status_of(account_id)


def _status_of(account_id: str) -> Response:
    return answer(WaitingAnswer(account_id, services().accounts.repository.get(account_id).status.value))
