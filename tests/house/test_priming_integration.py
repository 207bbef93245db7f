"""What goes into a snapshot: everything that a first request needs, but no credential, no connection and no call."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.bench.world import ENVIRONMENT, ROOT, function_environment

# Runs a handler's hooks as Lambda does, and reports the state of the process then.
PROGRAM = """
import gc, importlib, json, os, random, socket, sys

random.seed(1)
importlib.import_module(f"functions.{sys.argv[1]}.handler")
assert "allmytracks.foundation.aws.client" not in sys.modules, "nothing is built at import"

from awslambdaric import lambda_runtime_hooks_runner as hooks

hooks.run_before_snapshot()
aws = sys.modules["allmytracks.foundation.aws.client"]
environments = [each for each in gc.get_objects() if type(each).__name__ == "AwsEnvironment"]
primed = {
    "loaded": sorted(name for name in sys.modules if name.startswith("allmytracks.")),
    "certificates": aws._tls.cache_info().currsize,
    "credentials": ["_credentials" in vars(each) for each in environments],
    "connections": sum(isinstance(each, socket.socket) for each in gc.get_objects()),
    "random": [random.random()],
}
hooks.run_after_restore()
primed["random"].append(random.random())
random.seed(1)
random.random()
primed["random"].append(random.random())
sys.stdout.write(json.dumps(primed))
"""
LETTERS = """
import gc, importlib, json, socket, sys

importlib.import_module("functions.issue_license.handler")
assert "typst" not in sys.modules, "nothing is built at import"

from awslambdaric import lambda_runtime_hooks_runner as hooks

hooks.run_before_snapshot()
kinds = [type(each) for each in gc.get_objects()]
sys.stdout.write(json.dumps({
    "loaded": sorted({"typst", "pyhanko.sign", "allmytracks.licenses.letters.pdf"} & set(sys.modules)),
    "clients": sum(any(base.__name__ == "BaseClient" for base in kind.__mro__[1:]) for kind in kinds),
    "connections": sum(issubclass(kind, socket.socket) for kind in kinds),
}))
"""
NO_KEYS = {
    name: value for name, value in function_environment().items() if not name.endswith(("ACCESS_KEY_ID", "ACCESS_KEY"))
}


@pytest.mark.parametrize(
    ("function", "adapters"),
    [
        (
            "grant_download",
            {"downloads.dynamodb_allowances", "catalogue.dynamodb", "publishing.dynamodb", "foundation.s3_links"},
        ),
        (
            "receive_webhook",
            {
                "payments.ledger.dynamodb_inbox",
                "payments.ledger.sqs",
                "payments.stripe.webhooks",
                "payments.secrets_manager",
            },
        ),
    ],
)
def test_a_snapshot_has_the_adapters_and_nothing_of_one_environment(function: str, adapters: set[str]) -> None:
    assert {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} <= set(ENVIRONMENT)  # which are left away here
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM, function], cwd=ROOT, env=NO_KEYS, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    primed = json.loads(done.stdout)
    assert {f"allmytracks.{name}" for name in adapters} <= set(primed["loaded"])
    assert primed["certificates"] == 1
    assert primed["credentials"] == [False]
    assert primed["connections"] == 0
    _, after, same_seed = primed["random"]
    assert after != same_seed  # environments of one snapshot do not draw the same


def test_the_snapshot_of_issuing_has_what_makes_letters_and_no_client() -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", LETTERS], cwd=ROOT, env=NO_KEYS, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "loaded": ["allmytracks.licenses.letters.pdf", "pyhanko.sign", "typst"],
        "clients": 0,
        "connections": 0,
    }
