"""The environment variables of a function's process: its own, and what Lambda adds."""

from __future__ import annotations

import os
from collections.abc import Mapping

from infra.localcloud.credentials import SECRET
from infra.localcloud.deployment import Function

# Of the machine's own variables a function gets only those that Python needs to start.
_INHERITED = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONHASHSEED")


def inherited() -> dict[str, str]:
    """What a process gets of the machine's own variables, and how it writes text."""
    machines = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {**machines, "PYTHONIOENCODING": "utf-8", "LANG": "C.UTF-8", "TZ": ":UTC"}


def process_environment(
    function: Function, *, region: str, endpoint: str, runtime_api: str, overrides: Mapping[str, str]
) -> dict[str, str]:
    """The whole environment of a function's process; `overrides` win over the template's values."""
    return {
        **inherited(),
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_ACCESS_KEY_ID": function.name,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_SDK_UA_APP_ID": function.name,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Neither the profile nor the proxy settings of the developer may reach a function.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "LAMBDA_TASK_ROOT": str(function.folder),
        "_HANDLER": function.handler,
        "PYTHONPATH": str(function.folder),
        **function.environment,
        **overrides,
    }
