"""Operators record liquidated damages."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.damages.schemas import DamagesForm, DamagesListAnswer, damages_answer
from allmytracks.operator_routes.requests import (
    answer,
    body_of,
    current,
    operator_of,
    route,
)
from allmytracks.operator_routes.roles import Role
from allmytracks.wiring import services

damages = Blueprint(__name__)


@route(damages, "POST", "/accounts/{account_id}/damages", Role.FINANCE)
def record_damages(account_id: str) -> Response:
    """Record a claim: 201, or 200 where it is on record already (M-III.10)."""
    request = current(damages)
    wanted = body_of(request, DamagesForm).wanted(account_id)
    record, new = services().damages.record(wanted, operator_of(request))
    return answer(damages_answer(record), 201 if new else 200)


@route(damages, "GET", "/accounts/{account_id}/damages")
def list_damages(account_id: str) -> Response:
    """An account's claims."""
    found = services().damages.record.all(account_id, operator_of(current(damages)))
    return answer(DamagesListAnswer([damages_answer(each) for each in found]))
