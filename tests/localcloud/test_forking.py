"""Functions are forked from one process, and depend on it for nothing but their libraries."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.localcloud.runtime import Runtime, Surroundings
from tests.localcloud.running import function

Start = Callable[..., Runtime]
ECHO = "EchoFunction"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere functions are started one by one")


def test_two_functions_share_no_variable_and_no_log(start_runtime: Start, surroundings: Surroundings) -> None:
    runtime = start_runtime(function(ECHO, "echo", {"MODE": "one"}), function("OtherFunction", "echo", {"MODE": "two"}))
    told = {}
    for name in (ECHO, "OtherFunction"):
        told[name] = json.loads(json.loads(runtime.invoke(name, b"{}").payload)["body"])
    assert [told[ECHO]["mode"], told["OtherFunction"]["mode"]] == ["one", "two"]
    assert [told[ECHO]["key"], told["OtherFunction"]["key"]] == [ECHO, "OtherFunction"]
    assert told[ECHO]["pid"] != told["OtherFunction"]["pid"]
    runtime.invoke("OtherFunction", json.dumps({"queryStringParameters": {"raise": "of the other"}}).encode())
    assert "of the other" in (surroundings.logs / "OtherFunction.log").read_text()
    assert "of the other" not in (surroundings.logs / "EchoFunction.log").read_text()


def test_functions_end_with_the_process_that_forked_them(start_runtime: Start) -> None:
    runtime = start_runtime(function(ECHO, "echo"))
    pid = json.loads(json.loads(runtime.invoke(ECHO, b"{}").payload)["body"])["pid"]
    assert runtime._forks is not None
    (environment,) = runtime._environments.values()
    assert environment.process is not None
    runtime._forks.stop()
    assert environment.process.wait(240) == -9
    assert environment.process.pid == pid
    assert json.loads(runtime.invoke(ECHO, b"{}").payload)["errorType"] == "Runtime.InvalidEntrypoint"


def test_a_library_that_is_missing_is_named(start_runtime: Start, surroundings: Surroundings) -> None:
    runtime = start_runtime(function(ECHO, "echo"), libraries=["no_such_library"])
    error = json.loads(runtime.invoke(ECHO, b"{}").payload)
    assert error["errorType"] == "Runtime.InvalidEntrypoint"
    log = Path(error["errorMessage"].rpartition("see ")[2])
    assert log.parent == surroundings.logs
    assert "no_such_library" in log.read_text()
