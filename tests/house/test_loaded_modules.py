"""No function pays at its cold start for libraries that only other functions need."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from allmytracks.operator_routes.api import AREAS
from tests.factories.template import ROOT

# A library, and functions that must not load it: look-alike letters, address rules, models of items, pyHanko's HTTP.
SPARED = {
    "confusable_homoglyphs": ("get_account", "sign_in", "create_order"),
    "email_validator": ("get_account", "create_order"),
    "pynamodb": ("grant_download", "receive_webhook"),
    "aiohttp": ("issue_license",),
}
LOADING = """
import importlib, json, sys
from tests.templates.test_environment import ROOT, variables_read
importlib.import_module(f"functions.{sys.argv[1]}.handler")
variables_read(ROOT / "functions" / sys.argv[1] / "handler.py")
print(json.dumps([name for name in sys.argv[2:] if name in sys.modules]))
"""


@pytest.mark.parametrize("function", sorted({each for spared in SPARED.values() for each in spared}))
def test_a_function_loads_no_library_that_it_does_not_use(function: str) -> None:
    spared = [library for library, functions in SPARED.items() if function in functions]
    command = [sys.executable, "-c", LOADING, function, *spared]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
    assert json.loads(done.stdout.splitlines()[-1]) == []


ONE_REQUEST = """
import json, sys
from functions.ops_api.handler import handle
identity = {"userArn": "arn:aws:iam::123456789012:user/ada", "sourceIp": "192.0.2.7"}
resource = "/approvals/{approval_id}"
answer = handle({
    "resource": resource, "path": resource, "httpMethod": "GET", "headers": {}, "multiValueHeaders": {}, "body": None,
    "multiValueQueryStringParameters": None, "pathParameters": {"approval_id": "x" * 3000}, "stageVariables": None,
    "requestContext": {"identity": identity, "resourcePath": resource, "httpMethod": "GET"}, "isBase64Encoded": False,
}, None)
assert answer["statusCode"] == 404, answer
print(json.dumps([name.rpartition(".")[2] for name in sys.modules if name.startswith("allmytracks.operator_routes.")]))
"""


def test_a_request_of_an_operator_loads_its_own_area_alone() -> None:
    command = [sys.executable, "-c", ONE_REQUEST]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
    assert set(AREAS) & set(json.loads(done.stdout.splitlines()[-1])) == {"approvals"}
