"""`allmytracks register …`: what an auditor, a licensee and an operator see, and what is found out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx
import pytest
from rich.console import Console
from typer.testing import Result

from allmytracks import wiring
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.settings import Settings
from allmytracks.foundation.throttling.dynamodb import UncountedClients
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.licenses.rules import public_view
from allmytracks.register.rules import license_leaf
from allmytracks.register.s3 import LATEST
from functions.get_jwks.handler import app as get_jwks
from functions.get_register.handler import app as get_register
from infra.ops.main import app
from infra.ops.public_api import PublicApi
from infra.ops.telling import Session
from tests.factories.command_line import run_command
from tests.factories.licenses import letter_of, license_of
from tests.factories.operators import Backend
from tests.factories.register import Register, a_leaf, a_revocation, number
from tests.fakes.register import MemoryRegisterEntries, MemoryRegisterFiles
from tests.fakes.signing import MemoryLicenseKeys
from tests.fakes.wiring import put

LETTER = b"%PDF-1.7 the letter of licence 7"
JWS = b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln"  # pragma: allowlist secret
DOES_NOT_HOLD = 4
Meddle = Callable[[str, dict[str, Any]], None]


class Gateway(httpx.BaseTransport):
    """The public API in this process; `meddle` changes answers on the way, by their path.

    `meanwhile` happens while a command waits, for so many seconds.
    """

    def __init__(self) -> None:
        self.meddle: Meddle = lambda _path, _body: None
        self.refusals: list[httpx.Response] = []
        self.asked: list[str] = []
        self.meanwhile: Callable[[float], None] = lambda _seconds: None

    def wait(self, seconds: float) -> None:
        self.meanwhile(seconds)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if self.refusals:
            return self.refusals.pop()
        key, parameters, function = self._route(request)
        event = {
            "routeKey": key,
            "rawPath": request.url.path,
            "pathParameters": parameters,
            "queryStringParameters": dict(parse_qsl(request.url.query.decode())),
            "headers": {},
            "requestContext": {"http": {"sourceIp": "192.0.2.7", "userAgent": "test"}, "requestId": "r"},
        }
        answer: Any = function(event, None)
        body = json.loads(answer["body"])
        self.meddle(request.url.path, body)
        return httpx.Response(answer["statusCode"], json=body)

    def _route(self, request: httpx.Request) -> tuple[str, dict[str, str], HttpFunction]:
        path = request.url.path
        for function in (get_register, get_jwks):
            for key in function.routes:
                start, braced, _ = key.removeprefix("GET ").partition("{number}")
                if path == start or (braced and path.startswith(start)):
                    return key, {"number": unquote(path.removeprefix(start))}, function
        raise AssertionError(f"no route for {path}")


@pytest.fixture
def register() -> Iterator[Register]:
    made = Register()
    services = wiring.Services(Settings({}))
    throttle = Throttle(UncountedClients, made.clock)
    put(
        services,
        {
            "register.read": made.read,
            "register.prove": made.prove,
            "signing.keys": made.keys,
            "foundation.search_throttle": throttle,
        },
    )
    wiring.install(services)
    leaves = [a_leaf(place) for place in range(300)]
    leaves[7] = license_leaf(number(7), leaves[7].at, *(hashlib.sha256(each).hexdigest() for each in (LETTER, JWS)))
    made.entries.put_pending(leaves)
    made.an_hour_later()
    made.sign()
    yield made
    wiring.install(None)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


Run = Callable[..., Result]


@pytest.fixture
def run(gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def public(url: str) -> PublicApi:
        return PublicApi(httpx.Client(transport=gateway, base_url=url), sleep=gateway.wait)

    def connect() -> Any:
        raise AssertionError("these commands need no operators' API")

    def invoke(*words: str) -> Result:
        session = Session(connect, Console(width=200), Console(width=200, stderr=True), public)
        return run_command(app, ["register", *words], obj=session)

    return invoke


def grow(register: Register, *leaves: Any) -> None:
    register.entries.put_pending(leaves)
    register.an_hour_later()
    register.sign()


def keys_file(register: Register) -> str:
    Path("jwks.json").write_text(json.dumps({"keys": list(register.keys.all())}))
    return "jwks.json"


def test_a_head_is_shown_with_its_signature_checked(register: Register, run: Run, gateway: Gateway) -> None:
    shown = run("head")
    assert shown.exit_code == 0
    assert "signature valid" in shown.stdout
    assert register.read.head().head.root in shown.stdout
    assert run("head", "--number", "2").exit_code == 3

    def bigger(path: str, body: dict[str, Any]) -> None:
        if path.endswith("/head"):
            body["size"] += 1

    gateway.meddle = bigger
    altered = run("head")
    assert (altered.exit_code, "does not say what was signed" in altered.stderr) == (DOES_NOT_HOLD, True)


@pytest.mark.clause("M-III.5.revoke")
def test_a_proof_is_kept_and_holds_offline(register: Register, run: Run, gateway: Gateway) -> None:
    grow(register, a_revocation(7), a_leaf(300))
    proved = run("prove", number(7).lower())
    assert proved.exit_code == 0, proved.stderr
    Path("letter.pdf").write_bytes(LETTER)
    keys, file = keys_file(register), f"{number(7)}.proof.json"
    gateway.asked.clear()
    checked = run("check", file, "--keys", keys, "--letter", "letter.pdf")
    assert checked.exit_code == 0, checked.stderr
    assert gateway.asked == []
    for told in ("The proof holds", "revocation", "the very file", "302 leaves"):
        assert told in checked.stdout
    Path("letter.jws").write_bytes(JWS + b"\n")
    text = run("check", file, "--keys", keys, "--letter", "letter.jws")
    assert (text.exit_code, "no letter" in text.stdout, "the very file" in text.stdout) == (0, True, False)
    for changed in (LETTER + b"\n", b"\n" + LETTER, JWS + b"A", b""):
        Path("letter.pdf").write_bytes(changed)
        altered = run("check", file, "--keys", keys, "--letter", "letter.pdf")
        assert (altered.exit_code, "a byte of it was changed" in altered.stderr) == (DOES_NOT_HOLD, True)


def places(value: Any, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """Where there is a value that is no structure."""
    if isinstance(value, dict | list):
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(each, *path, name)
    elif value is not None:
        yield path


def altered(proof: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    """The proof with the value at this place changed."""
    copy: Any = json.loads(json.dumps(proof))
    at = copy
    for name in path[:-1]:
        at = at[name]
    value = at[path[-1]]
    at[path[-1]] = value + 1 if isinstance(value, int) else value[:-1] + ("0" if value[-1] != "0" else "1")
    return dict(copy)


def test_any_changed_value_of_a_proof_is_refused(register: Register, run: Run) -> None:
    run("prove", number(200), "--out", "proof.json")
    keys, proof = keys_file(register), json.loads(Path("proof.json").read_text())
    wrong = [altered(proof, path) for path in places(proof) if path != ("entries", 0, "head")]
    assert len(wrong) > 20
    wrong += [{**proof, "entries": []}, {**proof, "entries": [{**proof["entries"][0], "path": ["zz"]}]}]
    wrong += [{**proof, "entries": [{**proof["entries"][0], "path": proof["entries"][0]["path"][1:]}]}]
    for text in ("", "[]", "{}", "not JSON", *map(json.dumps, wrong)):
        Path("altered.json").write_text(text)
        assert run("check", "altered.json", "--keys", keys).exit_code == DOES_NOT_HOLD, text
    assert run("check", "proof.json", "--keys", keys).exit_code == 0


def test_a_proof_of_other_keys_is_refused(register: Register, run: Run) -> None:
    run("prove", number(200), "--out", "proof.json")
    register.keys = MemoryLicenseKeys()
    stranger = run("check", "proof.json", "--keys", keys_file(register))
    assert (stranger.exit_code, "none of the keys" in stranger.stderr) == (DOES_NOT_HOLD, True)


def test_pending_and_unknown_numbers_are_reported(register: Register, run: Run) -> None:
    assert run("prove", number(999)).exit_code == 3
    register.entries.put_pending([a_leaf(999)])
    pending = run("prove", number(999))
    assert (pending.exit_code, "It is due at" in pending.stderr) == (3, True)
    assert not list(Path.cwd().glob("*.json"))


def test_who_waits_gets_the_proof_once_the_next_head_is_signed(register: Register, run: Run, gateway: Gateway) -> None:
    register.entries.put_pending([a_leaf(999)])
    waited: list[float] = []

    def signed_at_the_third(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            register.an_hour_later()
            register.sign()

    gateway.meanwhile = signed_at_the_third
    proved = run("prove", number(999), "--wait")
    assert (proved.exit_code, waited) == (0, [5, 5, 5]), proved.stderr
    assert Path(f"{number(999)}.proof.json").exists()


def test_a_head_that_does_not_come_is_not_waited_for_for_ever(register: Register, run: Run, gateway: Gateway) -> None:
    register.entries.put_pending([a_leaf(999)])
    waited: list[float] = []
    gateway.meanwhile = waited.append
    refused = run("prove", number(999), "--wait")
    assert (refused.exit_code, sum(waited)) == (3, 2 * 60 * 60)
    assert "It is due at" in refused.stderr
    assert run("prove", number(998), "--wait").exit_code == 3, "an unknown number is not waited for"


def test_heads_continue_each_other(register: Register, run: Run, gateway: Gateway) -> None:
    grow(register, *(a_leaf(place) for place in range(300, 900)))
    grow(register, a_leaf(901))
    told = run("consistency", "--first", "1")
    assert told.exit_code == 0, told.stderr
    assert "head 3 (901 leaves" in told.stdout
    assert run("consistency", "--first", "1", "--second", "2").exit_code == 0
    assert run("consistency", "--first", "1", "--second", "9").exit_code == 3

    def cut(path: str, body: dict[str, Any]) -> None:
        if path.endswith("/consistency"):
            body["path"].pop()

    gateway.meddle = cut
    assert run("consistency", "--first", "1", "--second", "2").exit_code == DOES_NOT_HOLD


def test_an_audit_follows_the_register_and_resumes(register: Register, run: Run, gateway: Gateway) -> None:
    grow(register, *(a_leaf(place, register.clock.at) for place in range(300, 2_500)))
    first = run("audit")
    assert first.exit_code == 0, first.stderr
    assert "2500 new leaves hold" in first.stdout
    again = run("audit")
    assert "0 new heads and 0 new leaves hold" in again.stdout
    grow(register, a_leaf(2_500, register.clock.at))
    gateway.asked.clear()
    gateway.refusals = [httpx.Response(429, headers={"Retry-After": "7"}), httpx.Response(503)]
    assert "1 new head and 1 new leaf hold" in run("audit").stdout
    assert gateway.asked.count("/v1/register/entries") == 1


def test_an_audit_names_leaves_that_entered_long_after_what_they_state(register: Register, run: Run) -> None:
    assert "long after" not in run("audit").stdout
    backdated = a_leaf(301)
    for _ in range(3):
        grow(register)
    grow(register, backdated)
    told = run("audit")
    assert told.exit_code == 0
    assert "long after" in told.stdout
    assert backdated.number_sha256 in told.stdout.replace("\n", "")


def rewritten(register: Register, place: int) -> Register:
    """The same operator's other register, in which one licence was never issued; signed with the true key."""
    other = Register(keys=register.keys, entries=MemoryRegisterEntries(), files=MemoryRegisterFiles())
    other.clock.at = register.clock.at
    other.entries.put_pending([a_leaf(each) for each in range(300) if each != place])
    other.sign()
    return other


@pytest.mark.parametrize("more", [0, 1])
def test_a_register_that_was_rewritten_is_found_out(register: Register, run: Run, more: int) -> None:
    assert run("audit").exit_code == 0
    seen = Path("register.json").read_text()
    other = rewritten(register, 13)
    for _ in range(more):
        grow(other, a_leaf(400))
    services = wiring.services()
    put(services, {"register.read": other.read, "register.prove": other.prove})
    forked = run("audit")
    assert (forked.exit_code, "has forked" in forked.stderr) == (DOES_NOT_HOLD, True)
    assert Path("register.json").read_text() == seen


def test_a_register_that_was_shortened_is_found_out(register: Register, run: Run) -> None:
    assert isinstance(register.files, MemoryRegisterFiles)
    before = register.files.stored[LATEST]
    grow(register, a_leaf(300))
    assert run("audit").exit_code == 0
    register.files.stored[LATEST] = before
    assert run("audit").exit_code == DOES_NOT_HOLD


MEDDLINGS: Mapping[str, tuple[str, Callable[[dict[str, Any]], None]]] = {
    "a changed leaf": ("entries", lambda body: body["leaves"].__setitem__(5, body["leaves"][6])),
    "a leaf that is none": ("entries", lambda body: body["leaves"].__setitem__(5, "{}")),
    "missing leaves": ("entries", lambda body: body.update(leaves=[])),
    "a missing head": ("heads", lambda body: body.update(items=body["items"][1:])),
    "a changed head": ("heads", lambda body: body["items"][0].update(root="00" * 32)),
}


@pytest.mark.parametrize(("part", "meddle"), MEDDLINGS.values(), ids=MEDDLINGS)
def test_an_audit_trusts_no_unverified_head(
    register: Register, run: Run, gateway: Gateway, part: str, meddle: Callable[[dict[str, Any]], None]
) -> None:
    grow(register, a_leaf(300))
    gateway.meddle = lambda path, body: meddle(body) if path.endswith(part) else None
    assert run("audit").exit_code == DOES_NOT_HOLD
    gateway.meddle = lambda _path, _body: None
    assert run("audit").exit_code == 0


def test_unreachable_and_unreadable_files_are_reported(run: Run, register: Register, gateway: Gateway) -> None:
    gateway.refusals = [httpx.Response(502, text="<html>") for _ in range(4)]
    told = run("head")
    assert (told.exit_code, "502" in told.stderr) == (1, True)


def test_an_operator_lets_a_licence_wait_again(backend: Backend, client: Any) -> None:
    entries = MemoryRegisterEntries()
    put(wiring.services(), {"register.entries": entries})
    backend.licenses.records[number(1)] = public_view(letter_of(license_of(number(1), "dl_1")))
    answer = client.call("POST", f"/licenses/{number(1).lower()}/register-entries")
    assert answer == {"waiting": ["license"]}
    (leaf,) = entries.waiting.values()
    assert (leaf.at, json.loads(leaf.data)["document_sha256"]) == (
        rfc3339(license_of("x", "y").issued_at),
        "cd" * 32,
    )
    assert backend.acts == [("license_entered_in_register", number(1))]
