"""/v1/devices and /v1/storage/trials as members call them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from allmytracks import wiring
from functions.keep_devices.handler import handle
from tests.factories.gateway import call, read
from tests.factories.storage import CODE, Home

ACCEPT = [{"agreement": "cloud-agreement", "version": "2026-11-01"}]


@pytest.fixture
def home() -> Iterator[Home]:
    made = Home()
    wiring.install(made.services)
    yield made
    wiring.install(None)


def claimed(serial: str = "CAM-1", caller: str = "acc-1") -> str:
    status, device = read(
        call(handle, "POST /v1/devices", caller, body=json.dumps({"serial": serial, "claim_code": CODE}))
    )
    assert status == 201
    return str(device["device_id"])


def of(device_id: str) -> dict[str, Any]:
    return {"pathParameters": {"id": device_id}}


@pytest.mark.usefixtures("home")
@pytest.mark.clause("S-1.devices")
def test_a_device_is_claimed_renamed_listed_and_released() -> None:
    device_id = claimed()
    status, renamed = read(
        call(handle, "PATCH /v1/devices/{id}", body=json.dumps({"name": " Front  door "}), **of(device_id))
    )
    assert (status, renamed["name"]) == (200, "Front door")
    status, listed = read(call(handle, "GET /v1/devices"))
    assert listed["items"] == [renamed]
    assert {name: renamed[name] for name in ("serial", "model", "cover")} == {
        "serial": "CAM-1",
        "model": "Doorbell",
        "cover": {"status": "none"},
    }
    assert call(handle, "DELETE /v1/devices/{id}", **of(device_id))["statusCode"] == 204
    assert claimed(caller="acc-2") == device_id


@pytest.mark.usefixtures("home")
@pytest.mark.clause("S-7.1")
@pytest.mark.clause("S-0.accept")
def test_a_trial_is_started_and_says_when_it_ends() -> None:
    device_id = claimed()
    form = {"device_id": device_id, "accept": ACCEPT}
    status, refused = read(call(handle, "POST /v1/storage/trials", body=json.dumps({**form, "accept": []})))
    assert (status, refused["code"]) == (422, "invalid_fields")
    status, trial = read(call(handle, "POST /v1/storage/trials", body=json.dumps(form)))
    assert status == 201
    assert {name: trial[name] for name in ("status", "starts_at", "ends_at", "retention_days")} == {
        "status": "trial",
        "starts_at": "2026-11-22T06:00:00.000Z",
        "ends_at": "2026-12-06T06:00:00.000Z",
        "retention_days": 7,
    }
    assert read(call(handle, "POST /v1/storage/trials", body=json.dumps(form))) == (201, trial)
    assert read(call(handle, "DELETE /v1/devices/{id}", **of(device_id)))[1]["code"] == "device_covered"
    status, listed = read(call(handle, "GET /v1/devices"))
    assert listed["items"][0]["cover"] == {"status": "trial", "ends_at": trial["ends_at"]}


@pytest.mark.usefixtures("home")
def test_nobody_does_anything_with_the_device_of_another() -> None:
    device_id = claimed()
    for route, body in (("PATCH", {"name": "Mine"}), ("DELETE", None)):
        answer = call(handle, f"{route} /v1/devices/{{id}}", "acc-2", body=body and json.dumps(body), **of(device_id))
        assert read(answer)[1]["code"] == "device_not_found"
    answer = call(
        handle, "POST /v1/storage/trials", "acc-2", body=json.dumps({"device_id": device_id, "accept": ACCEPT})
    )
    assert read(answer)[1]["code"] == "device_not_found"
    assert read(call(handle, "GET /v1/devices", "acc-2"))[1]["items"] == []
    status, taken = read(
        call(handle, "POST /v1/devices", "acc-2", body=json.dumps({"serial": "CAM-1", "claim_code": CODE}))
    )
    assert (status, taken["code"]) == (409, "device_claimed")
