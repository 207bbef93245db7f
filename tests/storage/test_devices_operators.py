"""Operators keep the register of devices, by the operators' API and by the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from allmytracks import wiring
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.storage.rules_devices import device_id_of, hash_of_claim
from tests.factories.accounts import account
from tests.factories.operators import Api, Backend, Run
from tests.factories.storage import CODE, NAME_RULES
from tests.fakes.foundation import MemoryClientCounters
from tests.fakes.wiring import put

FILE = """serial,model,claim_code
CAM-1,Doorbell,AB12-CD34
CAM-2,Doorbell,EF56-GH78
,Doorbell,EF56-GH78
CAM-3,Doorbell,SHORT
cam-1,Doorbell,AB12-CD34
CAM-4,Doorbell
CAM-5,"Indoor camera",IJ90-KL12
"""


def claim(backend: Backend, serial: str) -> None:
    """As the member acc-1 does."""
    backend.accounts.add(account("acc-1"), [])
    backend.publications.publish(NAME_RULES)
    throttle = Throttle(MemoryClientCounters, backend.clock)
    put(wiring.services(), {"foundation.throttle": throttle})
    wiring.services().storage.keep_devices.claim("acc-1", serial, CODE)


@pytest.mark.clause("S-1.devices")
def test_a_file_is_imported_and_the_refused_lines_are_named(backend: Backend, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "devices.csv"
    file.write_text(FILE)
    for registered, known in ((3, 0), (0, 3)):
        result = run("devices", "import", str(file), "--json")
        assert result.exit_code == 3, result.output
        answer = json.loads(result.stdout)
        assert (answer["registered"], answer["known"]) == (registered, known)
        assert [each["line"] for each in answer["refused"]] == [4, 5, 6, 7]
    rows = json.loads(run("devices", "list", "--json").stdout)
    assert [(each["serial"], each["model"], each["account_id"]) for each in rows] == [
        ("CAM-1", "Doorbell", None),
        ("CAM-2", "Doorbell", None),
        ("CAM-5", "Indoor camera", None),
    ]
    assert {each for each, _ in backend.acts} == {"devices_registered", "devices_listed"}
    file.write_text("serial,model,claim_code\nCAM-1,Another,AB12-CD34\n")
    answer = json.loads(run("devices", "import", str(file), "--json").stdout)
    assert answer["refused"] == [{"line": 2, "why": "on the register with another model or claim code"}]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"serial,name\nCAM-1,Doorbell\n", "lacks: model, claim_code"),
        (b"", "lacks: serial"),
        ("serial,model,claim_code\nCAM-1,T\u00fcr,AB12-CD34\n".encode("latin-1"), "not UTF-8 from byte 31 on"),
        ("serial,model,claim_code\nCAM-1,Doorbell,AB12-CD34\n".encode("utf-16"), "not UTF-8 from byte 0 on"),
        (b"serial,model,claim_code\nCAM-1," + b"x" * 200_000 + b",AB12-CD34\n", "after line 1: field larger"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_nothing_is_sent(
    backend: Backend, run: Run, tmp_path: Path, content: bytes, told: str
) -> None:
    file = tmp_path / "devices.csv"
    file.write_bytes(content)
    refused = run("devices", "import", str(file))
    assert refused.exit_code == 2
    assert told in " ".join(refused.output.replace("\u2502", " ").split())
    assert backend.acts == []


def test_a_file_with_a_byte_order_mark_and_other_columns_is_read(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "devices.csv"
    file.write_bytes(b"\xef\xbb\xbfserial,colour,model,claim_code\r\nCAM-1,red,Doorbell,AB12-CD34\r\n\r\n")
    assert json.loads(run("devices", "import", str(file), "--json").stdout)["registered"] == 1


@pytest.mark.clause("S-1.devices")
def test_a_code_leaves_the_operators_machine_as_a_hash(api: Api) -> None:
    device = {"serial": "CAM-1", "model": "Doorbell", "claim_hash": hash_of_claim("CAM-1", CODE)}
    code, answered = api("POST", "/devices", {"items": [device]})
    assert (code, answered["items"][0]["outcome"]) == (200, "registered")
    shown = api("GET", "/devices/{device_id}", device_id=device_id_of("CAM-1"))[1]
    assert shown == {"device_id": device_id_of("CAM-1"), "serial": "CAM-1", "model": "Doorbell", "account_id": None}
    for changed in ({"claim_hash": CODE}, {"serial": "CAM\n1"}, {"model": ""}):
        assert api("POST", "/devices", {"items": [{**device, **changed}]})[0] == 422


@pytest.mark.clause("S-1.devices")
def test_a_device_is_taken_from_its_account_with_a_reason(backend: Backend, api: Api, run: Run) -> None:
    device = {"serial": "CAM-1", "model": "Doorbell", "claim_hash": hash_of_claim("CAM-1", CODE)}
    api("POST", "/devices", {"items": [device]})
    claim(backend, "CAM-1")
    assert json.loads(run("devices", "show", "cam-1", "--json").stdout)["account_id"] == "acc-1"
    for _ in range(2):
        released = run("devices", "release", "CAM-1", "--reason", "sold", "--yes", "--json")
        answer = json.loads(released.stdout)
        assert (answer["account_id"], answer["released_from"]) == (None, "acc-1"), "also the second time"
    acts = [(act.name, act.subject, act.reason) for act in backend.audit_log.acts if act.reason]
    assert acts == [("device_released", device_id_of("CAM-1"), "sold")] * 2
    assert run("devices", "show", "CAM-9").exit_code == 3
