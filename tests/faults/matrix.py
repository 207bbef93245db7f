"""Every function with every dependency that it calls, under every fault of the network: a program of its own process.

`python -m tests.faults.matrix ENDPOINT` writes one JSON line a run. A function handles its sample events against the
services at ENDPOINT (moto); each run is a fork, so that nothing is cached. Faults are injected below every HTTP
library, in the socket; time is a number that pauses and time-outs advance, so that no run waits.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).resolve().parents[2]
SLOW_SECONDS = 1.5
OPERATION = re.compile(rb"x-amz-target: *[\w]+\.(\w+)", re.IGNORECASE)
SERVICE = re.compile(rb"Credential=[^/]+/\d+/[\w-]+/([\w-]+)/aws4_request")
# What each fault of a dependency is, in the words of docs/faults.md.
LASTING = ("throttled", "slow", "silent", "gone", "answers lost")
ENDING = ("killed before", "killed after")


class Killed(BaseException):
    """The process ended here."""


@dataclass
class Network:
    """What was called, and what fails: every call of `service`, or for an ending its call number `at`."""

    service: str = ""
    fault: str = ""
    at: int = 0
    called: list[str] = field(default_factory=list)
    later: float = 0.0

    def next_call(self, sent: bytes) -> str:
        """Counts a request; returns the fault that it meets."""
        found = SERVICE.search(sent)
        service = found[1].decode() if found else "other"
        number = self.called.count(service)
        self.called.append(service)
        if service != self.service or (self.fault in ENDING and number != self.at):
            return ""
        return self.fault


def throttling_of(service: str) -> bytes:
    """A refusal for too many requests in the service's own protocol."""
    if service == "s3":
        status, kind = "503 Slow Down", "application/xml"
        body = "<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>As planned.</Message></Error>"
    else:
        status, kind = "400 Bad Request", "application/x-amz-json-1.1"
        body = json.dumps({"__type": "ThrottlingException", "message": "As planned."})
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nx-amzn-ErrorType: ThrottlingException\r\n"
    return f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


def install(network: Network) -> None:  # noqa: C901 - the functions that replace a socket's, over one state
    """Puts the faults below every HTTP library of this process, and time under its own control."""
    kept = {name: getattr(socket.socket, name) for name in ("send", "sendall", "recv", "recv_into")}
    faults: dict[int, str] = {}
    waiting: dict[int, bytes] = {}
    monotonic, sleeping = time.monotonic, time.sleep

    def begins(data: Any) -> bool:
        return bytes(data[:8]).split(b" ")[0] in (b"GET", b"POST", b"PUT", b"HEAD", b"DELETE", b"PATCH")

    def sending(name: str) -> Callable[..., Any]:
        def send(this: socket.socket, data: Any, *flags: int) -> Any:
            number = id(this)
            if begins(data):
                faults[number] = network.next_call(bytes(data))
                waiting[number] = throttling_of(network.service)
            fault = faults.get(number, "")
            if fault == "gone":
                raise ConnectionResetError("as planned")
            if fault == "killed before":
                raise Killed
            if fault in ("throttled", "silent"):
                return len(data) if name == "send" else None
            return kept[name](this, data, *flags)

        return send

    def before_answer(this: socket.socket) -> str:
        fault = faults.get(id(this), "")
        allowed = this.gettimeout()
        if fault == "silent" or (fault == "slow" and allowed is not None and allowed <= SLOW_SECONDS):
            # Without a time-out the caller waits until Lambda ends it.
            network.later += 10_000 if allowed is None else allowed
            raise TimeoutError("as planned")
        if fault == "slow":
            faults[id(this)] = ""
            network.later += SLOW_SECONDS
        return fault

    def recv_into(this: socket.socket, buffer: Any, *more: int) -> int:
        fault = before_answer(this)
        if fault == "throttled":
            held = waiting[id(this)]
            length = min(len(buffer), len(held))
            buffer[:length], waiting[id(this)] = held[:length], held[length:]
            return length
        length = int(kept["recv_into"](this, buffer, *more))
        if fault == "answers lost":
            raise ConnectionResetError("as planned")
        if fault == "killed after":
            raise Killed
        return length

    def recv(this: socket.socket, size: int, *flags: int) -> bytes:
        buffer = bytearray(size)
        return bytes(buffer[: recv_into(this, memoryview(buffer))])

    def sleep(seconds: float) -> None:
        network.later += seconds

    patched: dict[str, Any] = {"send": sending("send"), "sendall": sending("sendall"), "recv": recv}
    for name, each in {**patched, "recv_into": recv_into}.items():
        setattr(socket.socket, name, each)
    setattr(time, "monotonic", lambda: monotonic() + network.later)  # noqa: B010 - mypy knows it as final
    setattr(time, "sleep", sleep)  # noqa: B010 - as above
    assert sleeping is not sleep


@dataclass(frozen=True)
class Context:
    """Lambda's context of an invocation that began now."""

    function_name: str
    ends_at: float
    memory_limit_in_mb: int = 1769
    invoked_function_arn: str = "arn:aws:lambda:ap-east-1:123456789012:function:sample"
    aws_request_id: str = "00000000-0000-4000-8000-000000000009"

    def get_remaining_time_in_millis(self) -> int:
        return int((self.ends_at - time.monotonic()) * 1000)


def told(answer: Any) -> str:
    """What an invocation ended with, in a word."""
    if isinstance(answer, Mapping) and "statusCode" in answer:
        return str(answer["statusCode"])
    if isinstance(answer, Mapping) and answer.get("batchItemFailures"):
        return "again"
    return "done"


def invoke(function: str, event: Any, seconds: int, network: Network) -> dict[str, Any]:
    """One invocation: how it ended, the calls, and the seconds it took."""
    handle = importlib.import_module(f"functions.{function}.handler").handle
    began = time.monotonic()
    try:
        ended = told(handle(event, Context(function, began + seconds)))
    except Killed:
        ended = "killed"
    except Exception as error:  # noqa: BLE001 - as Lambda's runtime does
        ended = f"failed {type(error).__name__}"
    return {"ended": ended, "called": network.called, "seconds": round(time.monotonic() - began, 1)}


def forked(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The result of some work in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with os.fdopen(os.open(os.devnull, os.O_WRONLY), "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        try:
            found = work()
        except BaseException as error:  # noqa: BLE001 - told to the parent
            found = {"ended": f"failed {type(error).__name__} {error}", "called": [], "seconds": 0}
        with os.fdopen(writing, "w") as answer:
            json.dump(found, answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    result: dict[str, Any] = json.loads(text)
    return result


def run(function: str, event: Any, seconds: int, **plan: Any) -> dict[str, Any]:
    """One invocation in a process of its own, under a plan of faults."""

    def work() -> dict[str, Any]:
        network = Network(**plan)
        install(network)
        return invoke(function, event, seconds, network)

    return forked(work)


@cache
def _dynamodb() -> Any:
    """Made before functions are forked; none of them calls it."""
    return boto3.client("dynamodb")


def tables() -> dict[str, dict[str, Any]]:
    """The items of every table, by their keys."""
    client = _dynamodb()
    found: dict[str, dict[str, Any]] = {}
    for table in client.list_tables()["TableNames"]:
        pages = client.get_paginator("scan").paginate(TableName=table)
        found[table] = {json.dumps(_key(each)): each for page in pages for each in page["Items"]}
    return found


def put_back(before: Mapping[str, Mapping[str, Any]]) -> None:
    """Makes the tables what they were."""
    client = _dynamodb()
    for table, now in tables().items():
        was = before[table]
        for key, item in now.items():
            if key not in was:
                client.delete_item(TableName=table, Key=_key(item))
        for key, item in was.items():
            if now.get(key) != item:
                client.put_item(TableName=table, Item=item)


def _key(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: item[name] for name in ("pk", "sk") if name in item}


def faulty(
    function: str, event: Any, seconds: int, before: Mapping[str, Any], plan: Mapping[str, Any]
) -> dict[str, Any]:
    """One invocation that meets a fault. Where runs before it have done its work, so that it would call nothing, the
    tables are put back first."""
    for again in (False, True):
        if again:
            put_back(before)
        found = run(function, event, seconds, **plan)
        found["called"] = found["called"].count(plan["service"])
        if found["called"] > plan.get("at", 0):
            break
    return found


def runs_of(function: str, seconds: int) -> Iterator[dict[str, Any]]:
    """The runs of a function: for each dependency the sample that calls it most, under each fault, then without it."""
    samples = {path.name: json.loads(path.read_text()) for path in sorted((ROOT / "events" / function).glob("*.json"))}
    before = tables()
    plain = {name: run(function, event, seconds) for name, event in samples.items()}
    services = sorted({service for each in plain.values() for service in each["called"]})
    yield {"function": function, "services": services, "plain": {name: each["ended"] for name, each in plain.items()}}
    for service in services:
        counts = Counter({name: each["called"].count(service) for name, each in plain.items()})
        name, calls = counts.most_common(1)[0]
        plans: list[dict[str, Any]] = [{"fault": fault} for fault in LASTING]
        plans += [{"fault": fault, "at": at} for fault in ENDING for at in range(min(calls, 12))]
        for plan in plans:
            found = faulty(function, samples[name], seconds, before, {"service": service, **plan})
            yield {"function": function, "service": service, "sample": name, **plan, **found}
        again = run(function, samples[name], seconds)["ended"]
        yield {"function": function, "service": service, "sample": name, "before": plain[name]["ended"], "again": again}


def prime(function: str) -> None:
    """Loads a function as before its snapshot; nothing of it is kept that was asked of a service."""
    importlib.import_module(f"functions.{function}.handler")
    importlib.import_module("awslambdaric.lambda_runtime_hooks_runner").run_before_snapshot()


def main() -> None:
    """Runs the functions that are asked for: `name:seconds`."""
    for library in json.loads(sys.argv[1]):
        importlib.import_module(library)
    _dynamodb()
    for asked in sys.argv[2:]:
        function, _, seconds = asked.partition(":")
        child = os.fork()
        if child == 0:
            prime(function)
            for each in runs_of(function, int(seconds)):
                sys.stdout.write(json.dumps(each) + "\n")
                sys.stdout.flush()
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
