"""Operators record disclosures of members' data."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.disclosures.schemas import DisclosureForm, RecordedListAnswer, recorded_answer
from allmytracks.operator_routes.requests import answer, body_of, current, operator_of, route
from allmytracks.operator_routes.roles import Role
from allmytracks.wiring import services

disclosures = Blueprint(__name__)


@route(disclosures, "POST", "/accounts/{account_id}/disclosures", Role.SUPPORT)
def record_disclosure(account_id: str) -> Response:
    """Record a disclosure: 201, or 200 where it is on the register already (U-V.privacy)."""
    request = current(disclosures)
    disclosure = body_of(request, DisclosureForm).of(account_id)
    recorded, new = services().disclosures.keep.record(disclosure, operator_of(request))
    return answer(recorded_answer(recorded), 201 if new else 200)


@route(disclosures, "GET", "/accounts/{account_id}/disclosures")
def list_disclosures(account_id: str) -> Response:
    """An account's disclosures."""
    found = services().disclosures.keep.all(account_id, operator_of(current(disclosures)))
    return answer(RecordedListAnswer([recorded_answer(each) for each in found]))
