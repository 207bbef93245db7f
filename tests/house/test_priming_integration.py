"""What goes into a snapshot: everything that a first request needs, but no credential, no connection and no call."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping

import pytest

from allmytracks.operator_routes.api import AREAS
from infra.local.product import LIBRARIES
from tests.bench.world import ENVIRONMENT, ROOT, function_environment
from tests.factories.template import described

# Runs a handler's hooks as Lambda does, and says what is in the process then; after that one request, which reaches no
# service, and what it still had to load. Each function in a process of its own, forked from one that has loaded the
# libraries: it is our own modules that are looked at.
PROGRAM = """
import gc, importlib, json, os, random, socket, sys, time, traceback

keys, events, libraries = (json.loads(each) for each in sys.argv[1:])

def refuse(*_words):
    raise AssertionError("network I/O before a snapshot")

def primed(function, event):
    random.seed(1)
    handle = importlib.import_module(f"functions.{function}.handler").handle
    assert not [each for each in gc.get_objects() if type(each).__name__ == "Services"], "nothing is built at import"
    hooks = importlib.import_module("awslambdaric.lambda_runtime_hooks_runner")
    connect, socket.socket.connect = socket.socket.connect, refuse
    hooks.run_before_snapshot()
    gc.unfreeze()  # to be found below
    socket.socket.connect = connect
    environments = [each for each in gc.get_objects() if type(each).__name__ == "AwsEnvironment"]
    primed = {
        "loaded": sorted(name for name in sys.modules if name.startswith("allmytracks.")),
        "credentials": any("_credentials" in vars(each) for each in environments),
        "unloaded": [each.__name__ for each in sys.modules["allmytracks.foundation.first_use"].LOADERS
                     if not each.cache_info().currsize] if "allmytracks.foundation.first_use" in sys.modules else [],
        "connections": sum(isinstance(each, socket.socket) for each in gc.get_objects()),
        "random": [random.random()],
    }
    hooks.run_after_restore()
    primed["random"].append(random.random())
    random.seed(1)
    random.random()
    primed["random"].append(random.random())
    os.environ.update(keys)
    time.sleep = lambda _seconds: None  # pauses between tries
    before = set(sys.modules)
    primed["status"] = handle(event, None)["statusCode"]
    ours = {name for name in sys.modules if name.startswith(("allmytracks.", "functions."))}
    primed["late"] = sorted(ours - before)
    return primed

for library in libraries:
    importlib.import_module(library)
assert not [name for name in sys.modules if name.startswith(("allmytracks", "functions"))]
for function, event in events.items():
    reading, writing = os.pipe()
    if os.fork() == 0:
        try:
            told = primed(function, event)
        except BaseException:
            told = {"failed": traceback.format_exc()}
        with os.fdopen(writing, "w") as answer:
            json.dump(told, answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        told = answer.read()
    os.wait()
    sys.stdout.write(f"{function} {told}\\n")
"""
KEYS = {name: value for name, value in function_environment().items() if "ACCESS_KEY" in name}
NO_KEYS = {
    **{name: value for name, value in function_environment().items() if name not in KEYS},
    # Nothing listens there; one try, so that a refusal comes at once.
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_MAX_ATTEMPTS": "1",
    "THROTTLING": "off",
}
# Of our own, in any such function: a third of all. issue_license loads most of it.
MOST_MODULES = 300
WAITED_FOR = sorted(name for name, each in described().items() if each.events("HttpApi"))


def request_of(function: str) -> Mapping[str, object]:
    """The first sample event of a function."""
    found: Mapping[str, object] = json.loads(min((ROOT / "events" / function).glob("*.json"), key=str).read_text())
    return found


def source_of(function: str) -> str:
    return (ROOT / "functions" / function / "handler.py").read_text(encoding="utf-8")


Primed = Mapping[str, Mapping[str, object]]


@pytest.fixture(scope="module")
def primed() -> Primed:
    """What each function has in its process."""
    events = {function: request_of(function) for function in (*WAITED_FOR, "ops_api")}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM, *map(json.dumps, (KEYS, events, LIBRARIES))],
        cwd=ROOT,
        env=NO_KEYS,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = (line.partition(" ") for line in done.stdout.splitlines())
    return {function: json.loads(told) for function, _, told in lines if function in events}


def test_keys_are_left_away_until_the_request() -> None:
    assert {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} <= set(ENVIRONMENT)
    assert KEYS
    assert not set(KEYS) & set(NO_KEYS)


@pytest.mark.parametrize("function", WAITED_FOR)
def test_a_snapshot_has_what_the_first_request_needs_and_nothing_of_one_environment(
    primed: Primed, function: str
) -> None:
    found = primed[function]
    assert "failed" not in found, found["failed"]
    assert found["late"] == []
    assert found["unloaded"] == []
    assert found["credentials"] is False
    assert found["connections"] == 0
    drawn = found["random"]
    assert isinstance(drawn, list)
    # Environments of one snapshot do not draw the same; who asks nothing of the wiring draws nothing.
    assert (drawn[1] != drawn[2]) is ("services()" in source_of(function))


def test_no_function_that_a_person_waits_for_loads_most_of_the_product(primed: Primed) -> None:
    loaded = {function: set(str(primed[function]["loaded"]).split("'")) for function in WAITED_FOR}
    everywhere = {module for each in loaded.values() for module in each}
    assert "allmytracks.privacy.records" not in everywhere
    assert max(map(len, loaded.values())) < MOST_MODULES


def test_the_snapshot_of_the_operators_api_has_all_its_areas(primed: Primed) -> None:
    """Without a snapshot an area is loaded by its first request."""
    found = primed["ops_api"]
    assert found["late"] == []
    assert {f"allmytracks.operator_routes.{area}" for area in AREAS} <= set(str(found["loaded"]).split("'"))


def test_only_snapshots_of_those_who_issue_letters_have_what_makes_them(primed: Primed) -> None:
    having = {function for function in WAITED_FOR if "allmytracks.licenses.letters.pdf" in str(primed[function])}
    assert having == {"issue_license"}
