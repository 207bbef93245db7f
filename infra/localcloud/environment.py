"""The main module of a function's process: the local clock before each invocation, then AWS's runtime client as on
Lambda.

`infra.localcloud.runtime` runs `python -m infra.localcloud.environment CLOCK PARENT ADDRESS ENVIRONMENT HANDLER`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

# time_machine imports pytest where it is installed, which costs half a second a cold start; None says "not installed".
sys.modules["pytest"] = None  # type: ignore[assignment]  # typeshed does not know this documented use
from infra.localcloud import clock  # noqa: E402  # after the line above by intent

del sys.modules["pytest"]

from awslambdaric import bootstrap  # noqa: E402  # as above
from awslambdaric.lambda_runtime_client import InvocationRequest, LambdaRuntimeClient  # noqa: E402  # as above

from infra.localcloud.processes import die_with_parent  # noqa: E402  # as above


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
    clock_file, parent, address, environment, handler = sys.argv[1:]
    die_with_parent(int(parent))
    clock.apply(Path(clock_file))
    bootstrap.run(handler, EnvironmentClient(address, environment, Path(clock_file)))


if __name__ == "__main__":
    main()
