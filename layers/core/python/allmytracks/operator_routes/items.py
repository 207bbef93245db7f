"""Operators have stored items written in their newest form."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.operations.schemas_upgrades import UpgradeForm, upgrade_step_answer
from allmytracks.operator_routes.requests import answer, body_of, current, operator_of, route
from allmytracks.operator_routes.roles import Role
from allmytracks.wiring import services

items = Blueprint(__name__)


@route(items, "POST", "/item-upgrades", Role.ADMIN)
def upgrade_items() -> Response:
    """Write one page of the accounts table's items in their newest form; ask again with its next_cursor."""
    request = current(items)
    form = body_of(request, UpgradeForm)
    step = services().operations.upgrade_items(operator_of(request), form.cursor, dry_run=form.dry_run)
    return answer(upgrade_step_answer(step))
