"""Operators have accounts erased and exported, and set and lift legal holds."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.operator_routes.approvals import second_operator
from allmytracks.operator_routes.requests import answer, body_of, current, operator_of, route
from allmytracks.operator_routes.roles import Role
from allmytracks.privacy.rules_erasure import Phase
from allmytracks.privacy.schemas import (
    ErasureForm,
    ExportForm,
    HoldForm,
    HoldsAnswer,
    LiftForm,
    data_export_answer,
    erasure_answer,
    hold_answer,
    retention_answer,
)
from allmytracks.wiring import services

privacy = Blueprint(__name__)


@route(privacy, "POST", "/accounts/{account_id}/erasure", Role.ADMIN)
def erase_account(account_id: str) -> Response:
    """Close and erase an account: 202 as long as it goes on or a second operator has to approve it, 200 once it is
    done; repeat it to see.
    """
    request = current(privacy)
    form = body_of(request, ErasureForm)
    services().privacy.order.check(account_id)
    waits = second_operator(request, "account_erasure", account_id)
    if waits is not None:
        return waits
    erasure = services().privacy.order(account_id, form.reason, operator_of(request))
    return answer(erasure_answer(erasure), 200 if erasure.phase is Phase.DONE else 202)


@route(privacy, "POST", "/accounts/{account_id}/data-exports", Role.ADMIN)
def export_account(account_id: str) -> Response:
    """Have everything that is stored of an account put in an archive, for a deceased member's relatives or a guardian:
    202 as long as it is made or a second operator has to approve it, 200 with its link once it is ready; repeat it.
    """
    request = current(privacy)
    form = body_of(request, ExportForm)
    services().privacy.order_export.check(account_id)
    waits = second_operator(request, "account_export", account_id)
    if waits is not None:
        return waits
    asked = services().privacy.order_export(account_id, form.reason, form.ticket, operator_of(request))
    return answer(data_export_answer(asked), 200 if asked.link else 202)


@route(privacy, "GET", "/retention")
def show_retention() -> Response:
    """How long each kind of record is kept, why, and what the last pass of retention did."""
    return answer(retention_answer(*services().privacy.show_retention(operator_of(current(privacy)))))


@route(privacy, "GET", "/accounts/{account_id}/holds")
def list_holds(account_id: str) -> Response:
    """The legal holds of an account."""
    request = current(privacy)
    found = services().privacy.keep_holds.of(account_id, operator_of(request))
    return answer(HoldsAnswer([hold_answer(each) for each in found]))


@route(privacy, "POST", "/accounts/{account_id}/holds", Role.ADMIN)
def set_hold(account_id: str) -> Response:
    """Hold records of an account: erasure and retention leave them."""
    request = current(privacy)
    form = body_of(request, HoldForm)
    return answer(
        hold_answer(services().privacy.keep_holds.set(account_id, form.reason, form.kinds, operator_of(request))), 201
    )


@route(privacy, "POST", "/accounts/{account_id}/holds/{hold_id}/end", Role.ADMIN)
def lift_hold(account_id: str, hold_id: str) -> Response:
    """Lift a hold."""
    request = current(privacy)
    keep = services().privacy.keep_holds
    keep.lift(account_id, hold_id, body_of(request, LiftForm).reason, operator_of(request))
    return answer(HoldsAnswer([hold_answer(each) for each in keep.of(account_id, operator_of(request))]))
