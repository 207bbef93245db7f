"""No function pays at its cold start for libraries that only other functions need."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from allmytracks.operator_routes.api import AREAS
from tests.factories.template import ROOT

# A library or module, and functions that must not load it: look-alike letters, address rules, models of items,
# pyHanko's HTTP, currencies, the payment provider's library, the table of all records.
SPARED = {
    "confusable_homoglyphs": ("change_account", "sign_up", "sign_in_by_third_party"),
    "email_validator": ("get_account", "create_order"),
    "pynamodb": ("grant_download", "receive_webhook"),
    "aiohttp": ("issue_license",),
    "iso4217": ("issue_license", "create_order"),
    "stripe": ("create_order", "receive_webhook"),
    "allmytracks.privacy.records": ("get_erasure_receipt",),
}
LOADING = """
import importlib, json, sys
from allmytracks.foundation.first_use import LOADERS
from tests.factories.settings_read import variables_read
from tests.factories.template import ROOT
importlib.import_module(f"functions.{sys.argv[1]}.handler")
variables_read(ROOT / "functions" / sys.argv[1] / "handler.py")
used = [each.__name__ for each in LOADERS if each.cache_info().currsize]
print(json.dumps([name for name in sys.argv[2:] if name in sys.modules] + used))
"""


@pytest.mark.parametrize("function", sorted({each for spared in SPARED.values() for each in spared}))
def test_a_function_loads_nothing_that_its_first_request_may_not_need(function: str) -> None:
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
