from __future__ import annotations

import contextlib
import json
import os
import queue
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from infra.localcloud import clock
from infra.localcloud.deployment import Function
from infra.localcloud.reloading import reloading
from infra.localcloud.runtime import Runtime, Surroundings
from tests.localcloud.running import RUNNING, function

Start = Callable[..., Runtime]
ECHO = "EchoFunction"


def ask(runtime: Runtime, **wish: str) -> dict[str, Any]:
    outcome = runtime.invoke(ECHO, json.dumps({"queryStringParameters": wish}).encode())
    assert outcome.error is None, outcome.payload
    told: dict[str, Any] = json.loads(json.loads(outcome.payload)["body"])
    return told


def fail(runtime: Runtime, **wish: str) -> dict[str, Any]:
    outcome = runtime.invoke(ECHO, json.dumps({"queryStringParameters": wish}).encode())
    assert outcome.error == "Unhandled"
    error: dict[str, Any] = json.loads(outcome.payload)
    return error


def test_a_function_runs_in_a_process_and_place_of_its_own(start_runtime: Start) -> None:
    runtime = start_runtime(function(ECHO, "echo", {"MODE": "quiet"}, timeout=600))
    told = ask(runtime)
    assert told["pid"] != os.getpid()
    assert told["folder"] == str(RUNNING / "echo")
    assert (told["mode"], told["key"]) == ("quiet", ECHO)
    assert 300_000 < told["remaining"] <= 600_000


def test_requests_one_after_the_other_share_a_process(start_runtime: Start) -> None:
    runtime = start_runtime(function(ECHO, "echo"))
    assert len({ask(runtime)["pid"] for _ in range(5)}) == 1
    assert runtime.environments(ECHO) == 1


def test_requests_at_the_same_time_go_to_different_processes(start_runtime: Start, meeting: Path) -> None:
    runtime = start_runtime(function(ECHO, "echo"))
    with ThreadPoolExecutor() as pool:
        told = list(pool.map(lambda _: ask(runtime, meet=str(meeting)), range(2)))
    assert len({each["pid"] for each in told}) == 2


def test_requests_beyond_the_limit_wait_in_line(start_runtime: Start, meeting: Path) -> None:
    runtime = start_runtime(function(ECHO, "echo"), limit=2)
    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(lambda _: ask(runtime, meet=str(meeting), sleep="0.1"), range(6)))
    assert len({each["pid"] for each in told}) == 2


def test_a_time_out_kills_the_process_and_the_next_request_gets_another(start_runtime: Start) -> None:
    runtime = start_runtime(function(ECHO, "echo"))
    first = ask(runtime)["pid"]
    pool = runtime._pools[ECHO]
    patient, pool.function = pool.function, replace(pool.function, timeout_seconds=1)
    assert "timed out after 1.00 seconds" in fail(runtime, sleep="600")["errorMessage"]
    pool.function = patient
    assert ask(runtime)["pid"] != first
    assert not Path(f"/proc/{first}").exists()


def test_a_crash_is_an_error_and_the_next_request_gets_another_process(start_runtime: Start) -> None:
    runtime = start_runtime(function(ECHO, "echo"))
    first = ask(runtime)["pid"]
    assert fail(runtime, exit="3")["errorType"] == "Runtime.ExitError"
    assert ask(runtime)["pid"] != first


def test_an_unhandled_error_is_reported_as_lambda_does(start_runtime: Start) -> None:
    runtime = start_runtime(function(ECHO, "echo"))
    error = fail(runtime, **{"raise": "no such thing"})
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no such thing")
    assert ask(runtime)


def test_a_function_that_cannot_be_imported_says_so(start_runtime: Start) -> None:
    missing = Function(ECHO, RUNNING / "echo", "nowhere.handle", {}, 5, 128, ())
    runtime = start_runtime(missing)
    assert fail(runtime)["errorType"] == "Runtime.ImportModuleError"
    assert fail(runtime)["errorType"] == "Runtime.ImportModuleError"


def test_a_function_that_is_not_there_harms_no_other(start_runtime: Start) -> None:
    nowhere = Function("NowhereFunction", RUNNING / "nowhere", "handler.handle", {}, 5, 128, ())
    runtime = start_runtime(nowhere, function(ECHO, "echo"))
    outcome = runtime.invoke("NowhereFunction", b"{}")
    assert json.loads(outcome.payload)["errorType"] == "Runtime.InvalidEntrypoint"
    assert ask(runtime)


def test_functions_follow_the_local_clock(start_runtime: Start, clock_file: Path) -> None:
    runtime = start_runtime(function(ECHO, "echo", timeout=600))
    ask(runtime)
    clock.move(clock_file, advance_seconds=86_400 * 400)
    told = ask(runtime)
    assert abs(told["time"] - time.time()) < 60
    assert 300_000 < told["remaining"] <= 600_000


def test_overridden_variables_reach_the_functions_that_declare_them(start_runtime: Start) -> None:
    runtime = start_runtime(function(ECHO, "echo", {"MODE": "on"}), function("OtherFunction", "echo"))
    ask(runtime)
    runtime.invoke("OtherFunction", b"{}")
    runtime.override({"MODE": "off"})
    assert ask(runtime)["mode"] == "off"
    other = json.loads(runtime.invoke("OtherFunction", b"{}").payload)
    assert json.loads(other["body"])["mode"] is None


def test_idle_environments_end(start_runtime: Start) -> None:
    runtime = start_runtime(function(ECHO, "echo"))
    ask(runtime)
    pool = runtime._pools[ECHO]
    assert pool.expire(0.0, 3600.0) == []
    time.sleep(0.01)
    assert len(pool.expire(0.0, 0.0)) == 1
    assert ask(runtime)


def test_logs_are_kept_by_function(start_runtime: Start, surroundings: Surroundings) -> None:
    runtime = start_runtime(function(ECHO, "echo"))
    fail(runtime, **{"raise": "a trace"})
    assert "ValueError: a trace" in (surroundings.logs / "EchoFunction.log").read_text()


def test_warming_starts_one_process_a_function(start_runtime: Start) -> None:
    runtime = start_runtime(function(ECHO, "echo"), function("OtherFunction", "echo"))
    runtime.warm([ECHO, "OtherFunction"])
    assert (runtime.environments(ECHO), runtime.environments("OtherFunction")) == (1, 1)
    ask(runtime)
    assert runtime.environments(ECHO) == 1


def test_stopping_leaves_no_process(start_runtime: Start) -> None:
    runtime = start_runtime(function(ECHO, "echo"))
    pid = ask(runtime)["pid"]
    runtime.stop()
    assert not Path(f"/proc/{pid}").exists()


def written(folder: Path, said: str) -> None:
    (folder / "handler.py").write_text(f"def handle(event, context):\n    return {said!r}\n", encoding="utf-8")


def test_a_saved_file_is_what_the_next_request_meets(start_runtime: Start, tmp_path: Path) -> None:
    written(tmp_path, "first")
    runtime = start_runtime(Function(ECHO, tmp_path, "handler.handle", {}, 240, 128, ()))
    said: queue.SimpleQueue[str] = queue.SimpleQueue()
    assert runtime.invoke(ECHO, b"{}").payload == b'"first"'
    with reloading([tmp_path], runtime.reload, said.put):
        for number in range(240):  # the watching may begin after the first
            written(tmp_path, f"changed {'again ' * number}")
            with contextlib.suppress(queue.Empty):
                assert said.get(timeout=1).startswith("handler.py: ")
                break
    assert b"changed" in runtime.invoke(ECHO, b"{}").payload
