"""`allmytracks devices …`"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from allmytracks.storage.rules_devices import ReleaseReason, code_of, device_id_of, hash_of_claim, serial_of
from infra.ops.commands import Commands, Limit, Yes, reason_option, segment
from infra.ops.errors import Exit
from infra.ops.files import text_of
from infra.ops.telling import connected, paged, require_yes, tell
from infra.ops.writing import Fields, Rows, counted

app = Commands("The register of devices that members can claim.")
COLUMNS = ["device_id", "serial", "model", "account_id"]
HEADER = ("serial", "model", "claim_code")
AT_ONCE = 100
SERIAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/-]{0,63}")
# A shorter one could be found by trying all.
SHORTEST_CODE = 8


@dataclass
class Lines:
    """The lines of a file: devices with the number of their line, and what is refused."""

    devices: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, number: int, why: str) -> None:
        """A line that registers nothing."""
        self.refused.append({"line": number, "why": why})


def read_lines(path: Path) -> Lines:
    """The devices of a CSV file with the columns serial, model, claim_code; codes leave this machine as hashes."""
    lines = Lines()
    seen: dict[str, int] = {}
    reader = csv.DictReader(io.StringIO(text_of(path), newline=""))
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise typer.BadParameter(f"{path}, after line {reader.line_num}: {error}") from None
    missing = [name for name in HEADER if name not in (reader.fieldnames or ())]
    if missing:
        raise typer.BadParameter(f"the first line of {path} lacks: {', '.join(missing)}")
    for number, row in rows:
        why = _fault(row)
        serial = serial_of(row["serial"] or "")
        if why is None and serial in seen:
            why = f"the same serial number as line {seen[serial]}"
        if why is not None:
            lines.refuse(number, why)
            continue
        seen[serial] = number
        claim_hash = hash_of_claim(serial, row["claim_code"])
        lines.devices.append((number, {"serial": serial, "model": row["model"].strip(), "claim_hash": claim_hash}))
    return lines


def _fault(row: Mapping[str, str | None]) -> str | None:
    if None in row or None in row.values():
        return "not as many values as the first line has names"
    serial, model, code = (str(row[name]).strip() for name in HEADER)
    if not SERIAL.fullmatch(serial):
        return "serial is not 1 to 64 letters, digits and . _ / -"
    if not (model and len(model) <= 60 and model.isascii() and model.isprintable()):
        return "model is not 1 to 60 plain characters"
    if len(code_of(code)) < SHORTEST_CODE:
        return f"claim_code has fewer than {SHORTEST_CODE} letters and digits"
    return None


def _batches(devices: Sequence[tuple[int, dict[str, str]]]) -> Iterator[Sequence[tuple[int, dict[str, str]]]]:
    for start in range(0, len(devices), AT_ONCE):
        yield devices[start : start + AT_ONCE]


@app.command("import")
def import_devices(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV: serial, model, claim_code.")],
) -> None:
    """Register the devices of a file. Run it again to resume: what is on the register already is known."""
    lines = read_lines(file)
    counts = {"registered": 0, "known": 0}
    with connected(context) as client:
        for batch in _batches(lines.devices):
            answered = client.call("POST", "/devices", json={"items": [device for _, device in batch]})["items"]
            for (number, _), each in zip(batch, answered, strict=True):
                if each["outcome"] == "different":
                    lines.refuse(number, "on the register with another model or claim code")
                else:
                    counts[each["outcome"]] += 1
    refused = sorted(lines.refused, key=lambda each: each["line"])
    answer = {**counts, "refused": refused}
    title = counted(len(refused), "refused line")
    tell(context, answer, Fields("Devices", counts), Rows(title, ["line", "why"], refused, "refused"))
    if refused:
        raise typer.Exit(Exit.REFUSED)


@app.command("list")
def list_devices(context: typer.Context, limit: Limit = 50) -> None:
    """List the register by serial number, with the account that has each device."""
    with connected(context) as client:
        rows, more = paged(client, "/devices", limit)
    tell(context, rows, Rows(counted(len(rows), "device", more=more), COLUMNS, rows))


DeviceArgument = Annotated[str, typer.Argument(help="Its id (dev_...) or serial number.")]


def _path(device: str) -> str:
    return f"/devices/{segment(device if device.startswith('dev_') else device_id_of(device))}"


@app.command("show")
def show_device(context: typer.Context, device: DeviceArgument) -> None:
    """Show a device on the register, and the account that has it."""
    with connected(context) as client:
        found = client.call("GET", _path(device))
    tell(context, found, Fields("Device", found))


@app.command("release")
def release_device(
    context: typer.Context,
    device: DeviceArgument,
    reason: Annotated[ReleaseReason, reason_option(ReleaseReason, "On record.")],
    *,
    yes: Yes = False,
) -> None:
    """Take a device from its account, so that another can claim it; refused while it is covered."""
    require_yes(context, f"Take device {device} from its account?", yes=yes)
    with connected(context) as client:
        found = client.call("POST", f"{_path(device)}/release", json={"reason": reason.value})
    tell(context, found, Fields("Device", found))
