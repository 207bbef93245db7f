"""The main module of a function's process: the local clock before each invocation, then AWS's runtime client as on
Lambda.

`infra.localcloud.runtime` runs `python -m infra.localcloud.environment PARENT CLOCK ADDRESS ENVIRONMENT HANDLER`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from awslambdaric import bootstrap
from awslambdaric.lambda_runtime_client import InvocationRequest, LambdaRuntimeClient

from infra.localcloud import clock
from infra.localcloud.processes import die_with_parent


class EnvironmentClient(LambdaRuntimeClient):  # type: ignore[misc]  # awslambdaric is untyped
    """AWS's client, which also follows the local clock and identifies its environment."""

    def __init__(self, address: str, environment: str, clock_file: Path) -> None:
        super().__init__(address)
        self._prefix = f"/{environment}"
        self._clock_file = clock_file

    def call_rapid(self, http_method: str, endpoint: str, *args: Any, **kwargs: Any) -> None:
        """Errors of the init phase go this way (the native client has the prefix in AWS_LAMBDA_RUNTIME_API)."""
        super().call_rapid(http_method, self._prefix + endpoint, *args, **kwargs)

    def wait_next_invocation(self) -> InvocationRequest:
        """The next event, handled under the clock's present offset."""
        request = super().wait_next_invocation()
        clock.apply(self._clock_file)
        return request


def main() -> None:
    """Serve invocations until the Runtime API or the parent ends."""
    parent, *words = sys.argv[1:]
    die_with_parent(int(parent))
    serve(*words)


def serve(clock_file: str, address: str, environment: str, handler: str) -> None:
    """As `main`, in a process that is ready."""
    clock.apply(Path(clock_file))
    bootstrap.run(handler, EnvironmentClient(address, environment, Path(clock_file)))


if __name__ == "__main__":
    main()
