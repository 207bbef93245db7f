"""AWS Lambda for the local cloud: each function in processes of its own, one request at a time in each.

An environment is a process that runs AWS's runtime client and gets its next invocation from the Runtime API
(`runtime_api.py`). Requests beyond the environments at hand start another one, up to a limit; then they wait in line.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.localcloud import processes
from infra.localcloud.deployment import Function
from infra.localcloud.forking import Forks
from infra.localcloud.invocations import Environment, Invocation, Outcome, Pool, failure
from infra.localcloud.processes import Process
from infra.localcloud.runtime_api import RuntimeApi
from infra.localcloud.variables import process_environment

INIT_SECONDS = 240.0
QUEUE_SECONDS = 240.0
MAX_RESPONSE_BYTES = 6_291_556


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The settings of all functions: folder, AWS endpoint, clock, log files."""

    region: str
    account_id: str
    endpoint: str
    clock_file: Path
    logs: Path


class Runtime:
    """Runs functions; `invoke` is safe to call from any thread.

    `limit` is the number of environments a function may have at once; `libraries` are modules that most functions
    import, which are imported once for all (on Linux). `after_invocation` is called with the name of the function after
    each invocation, whatever its outcome.
    """

    def __init__(
        self,
        functions: Mapping[str, Function],
        surroundings: Surroundings,
        *,
        port: int,
        limit: int = 4,
        idle_seconds: float = 1800.0,
        spare_idle_seconds: float = 120.0,
        libraries: Sequence[str] = (),
    ) -> None:
        self._surroundings, self._logs = surroundings, surroundings.logs
        self._pools = {name: Pool(function, limit) for name, function in functions.items()}
        self._by_physical_name = {function.physical_name: name for name, function in functions.items()}
        self._environments: dict[str, Environment] = {}
        self._idle = (spare_idle_seconds, idle_seconds)
        self._overrides: dict[str, str] = {}
        self._libraries = libraries
        self._forks: Forks | None = None
        self._spawner = threading.Thread(target=self._start_environments, name="spawner", daemon=True)
        self._orders: queue.SimpleQueue[Pool | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._api = RuntimeApi(("127.0.0.1", port), self)
        self.after_invocation: Callable[[str], None] = lambda _name: None

    @property
    def port(self) -> int:
        """The port of the Runtime API."""
        return int(self._api.server_address[1])

    def start(self) -> None:
        """Serve the Runtime API and be ready for `invoke`; functions start on their first request."""
        # The kernel ties a child's life to the thread that made it: one thread, as old as this object, makes them all.
        self._spawner.start()
        threading.Thread(target=self._api.serve_forever, name="runtime-api", daemon=True).start()
        threading.Thread(target=self._reaper, name="reaper", daemon=True).start()

    def stop(self) -> None:
        """End every environment and the Runtime API."""
        self._stopping.set()
        for pool in self._pools.values():
            pool.close()
        environments = list(self._environments.values())
        for environment in environments:
            environment.end()
        processes.kill(each.process for each in environments if each.process is not None)
        self._orders.put(None)
        self._spawner.join()
        self._api.shutdown()
        self._api.server_close()

    def invoke(self, name: str, payload: bytes) -> Outcome:
        """Run function `name` on the JSON `payload` and wait for it. Raises KeyError for a function unknown here."""
        pool = self._pools[name]
        invocation = Invocation(str(uuid.uuid4()), payload)
        if pool.submit(invocation):
            self._orders.put(pool)
        if not invocation.taken.wait(QUEUE_SECONDS + INIT_SECONDS) and pool.withdraw(invocation):
            invocation.finish(failure("TooManyRequestsException", "Rate Exceeded."))
        if not invocation.done.wait(pool.function.timeout_seconds):
            self._time_out(pool, invocation)
        self.after_invocation(name)
        outcome = invocation.outcome
        if len(outcome.payload) > MAX_RESPONSE_BYTES:
            return failure("Function.ResponseSizeTooLarge", "Response payload size exceeded the maximum allowed.")
        return outcome

    def invoke_physical(self, name: str, payload: bytes) -> Outcome | None:
        """As `invoke`, by the name that the function has in the cloud; None where there is none."""
        logical = self._by_physical_name.get(name)
        return None if logical is None else self.invoke(logical, payload)

    def warm(self, names: Iterable[str]) -> None:
        """Start one environment of each function that has none, one after the other."""
        for name in names:
            pool = self._pools[name]
            if self._stopping.is_set():
                return
            if pool.reserve_first():
                pool.settled.clear()
                self._orders.put(pool)
                pool.settled.wait(INIT_SECONDS)

    def override(self, variables: Mapping[str, str]) -> None:
        """Give functions that declare these environment variables these values; their environments restart."""
        self._overrides.update(variables)
        self._renew(pool for pool in self._pools.values() if pool.function.environment.keys() & variables.keys())

    def reload(self) -> None:
        """Restart every function, with the code as it is now, at its next request."""
        self._renew(self._pools.values())

    def _renew(self, pools: Iterable[Pool]) -> None:
        for pool in pools:
            for environment in pool.retire():
                self._kill(environment)

    def environments(self, name: str) -> int:
        """How many environments the function has now."""
        return self._pools[name].size

    # Called by the Runtime API.

    def environment(self, key: str) -> Environment | None:
        """The living environment of that key."""
        return self._environments.get(key)

    def next(self, environment: Environment) -> Invocation | None:
        """Wait for the environment's next invocation; None when it ends instead."""
        invocation = environment.pool.take(environment)
        if invocation is None:
            self._kill(environment)
        return invocation

    def completed(self, environment: Environment, request_id: str, outcome: Outcome) -> bool:
        """Settle the invocation in the environment's hand; False when it is not this one, having timed out."""
        invocation = environment.pool.complete(environment, request_id, outcome)
        if invocation is None:
            return False
        milliseconds = (time.monotonic() - invocation.started) * 1000
        self._note(environment, f"REPORT RequestId: {request_id} Duration: {milliseconds:.1f} ms")
        return True

    def headers(self, environment: Environment, invocation: Invocation) -> dict[str, str]:
        """The Runtime API's headers of an event; the deadline is on the local clock."""
        function, around = environment.pool.function, self._surroundings
        return {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + function.timeout_seconds) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": (
                f"arn:aws:lambda:{around.region}:{around.account_id}:function:{function.name}"
            ),
            "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Sampled=0",
        }

    def init_failed(self, environment: Environment, error: bytes) -> None:
        """The function could not be imported: the invocation that waits for this environment gets the error."""
        environment.pool.give_up(environment, Outcome(error, "Unhandled"))

    # Start and end of environments.

    def _start_environments(self) -> None:
        if sys.platform == "linux":  # elsewhere forking a process with libraries loaded is not safe
            log = self._logs / "forking.log"
            self._forks = Forks(self._surroundings.clock_file.absolute(), self._libraries, log=log)
        while (pool := self._orders.get()) is not None:
            function = pool.function
            environment = Environment(uuid.uuid4().hex, pool)
            self._environments[environment.key] = environment
            pool.add(environment)
            try:
                environment.process = self._spawn(function, environment.key)
            except OSError as error:  # as when the function's folder is not there
                self._environments.pop(environment.key, None)
                pool.give_up(environment, failure("Runtime.InvalidEntrypoint", f"{function.name}: {error}"))
                sys.stderr.write(f"{function.name} cannot be started: {error}\n")
                continue
            threading.Thread(target=self._watch, args=(environment, environment.process), daemon=True).start()
            if self._stopping.is_set():
                self._kill(environment)
        if self._forks is not None:
            self._forks.stop()

    def _spawn(self, function: Function, key: str) -> Process:
        address = f"127.0.0.1:{self.port}"
        declared = function.environment.keys()
        variables = process_environment(
            function,
            region=self._surroundings.region,
            endpoint=self._surroundings.endpoint,
            runtime_api=f"{address}/{key}",
            overrides={name: value for name, value in self._overrides.items() if name in declared},
        )
        clock_file = str(self._surroundings.clock_file.absolute())
        told = [clock_file, address, key, function.handler]
        log = self._logs / f"{function.name}.log"
        if self._forks is not None:
            return self._forks.spawn(told, env=variables, cwd=function.folder, log=log)
        command = [sys.executable, "-m", "infra.localcloud.environment", str(os.getpid()), *told]
        return processes.spawn(command, env=variables, cwd=function.folder, log=log, guarded=True)

    def _watch(self, environment: Environment, process: Process) -> None:
        status = process.wait()
        self._environments.pop(environment.key, None)
        text = f"signal: {-status}" if status < 0 else f"exit status {status}"
        error = failure("Runtime.ExitError", f"Error: Runtime exited with error: {text}")
        environment.pool.give_up(environment, error)
        if environment.pool.wants_more():
            self._orders.put(environment.pool)

    def _time_out(self, pool: Pool, invocation: Invocation) -> None:
        seconds = f"{pool.function.timeout_seconds:.2f}"
        error = failure("Sandbox.Timedout", f"Error: Task timed out after {seconds} seconds")
        environment = invocation.environment
        if invocation.finish(error) and environment is not None:
            self._note(environment, f"{invocation.request_id} Task timed out after {seconds} seconds")
            self._kill(environment)

    def _note(self, environment: Environment, line: str) -> None:
        with (self._logs / f"{environment.pool.function.name}.log").open("a", encoding="utf-8") as log:
            log.write(f"{line}\n")

    def _reaper(self) -> None:
        while not self._stopping.wait(15.0):
            for pool in self._pools.values():
                for environment in pool.expire(*self._idle):
                    self._kill(environment)

    def _kill(self, environment: Environment) -> None:
        environment.end()
        if environment.process is not None:
            processes.stop(environment.process, grace_seconds=0)
