"""Operators keep the register of devices."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.operator_routes.requests import answer, body_of, current, operator_of, query_of, route
from allmytracks.operator_routes.roles import Role
from allmytracks.storage.schemas_register import (
    RegisterDevicesForm,
    RegisterQuery,
    ReleaseForm,
    entered_answer,
    registration_answer,
    registrations_answer,
    released_answer,
)
from allmytracks.wiring import services

devices = Blueprint(__name__)


@route(devices, "POST", "/devices", Role.ADMIN)
def register_devices() -> Response:
    """Register devices; the same again changes nothing (S-1.devices)."""
    request = current(devices)
    wanted = [each.registered() for each in body_of(request, RegisterDevicesForm).items]
    return answer(entered_answer(services().storage.keep_register.register(wanted, operator_of(request))))


@route(devices, "GET", "/devices")
def list_devices() -> Response:
    """The register, by serial number."""
    request = current(devices)
    query = query_of(request, RegisterQuery)
    page = services().storage.keep_register.page(operator_of(request), limit=query.limit, cursor=query.cursor)
    return answer(registrations_answer(page))


@route(devices, "GET", "/devices/{device_id}")
def show_device(device_id: str) -> Response:
    """One device, and whose it is."""
    return answer(registration_answer(services().storage.keep_register.get(device_id, operator_of(current(devices)))))


@route(devices, "POST", "/devices/{device_id}/release", Role.SUPPORT)
def release_device(device_id: str) -> Response:
    """Take a device from its account; refused while it is covered."""
    request = current(devices)
    reason = body_of(request, ReleaseForm).reason
    return answer(released_answer(services().storage.keep_register.release(device_id, reason, operator_of(request))))
