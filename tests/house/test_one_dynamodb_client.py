"""All that is shipped speaks to DynamoDB by our own client (docs/decisions/2026-11-27-models-over-our-client.md)."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

from tests.bench.world import function_environment
from tests.factories.template import ROOT, described

SHIPPED = [ROOT / "layers/core/python/allmytracks", ROOT / "functions"]
# sdk_client is the one place that makes the others.
MAKERS = {"client", "resource", "create_client", "sdk_client"}
# Loads every handler and builds all that it asks for, while botocore knows no DynamoDB: its loader reads no such model.
BUILDING = """
import json, sys
import botocore
from botocore.loaders import Loader

class WithoutDynamoDB(Loader):
    def load_service_model(self, service_name, type_name, api_version=None):
        if service_name == "dynamodb":
            raise LookupError("a client of botocore's for DynamoDB")
        return super().load_service_model(service_name, type_name, api_version)

botocore.register_initializer(lambda session: session.register_component("data_loader", WithoutDynamoDB()))
import boto3
from tests.bench.cold_look import clients_made, services_asked
from tests.bench.cold_start import build, load
for name in sys.argv[1:]:
    load(name)
build(services_asked())
refused = None
try:
    boto3.client("dynamodb")
except LookupError as error:
    refused = str(error)
print(json.dumps({"clients": clients_made(), "refused": refused}))
"""


def made_for_dynamodb(path: Path) -> list[int]:
    """The lines of a source file that make one of the SDK's clients for DynamoDB, or for a service named elsewhere."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return [
        call.lineno
        for call in calls
        if (call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None)) in MAKERS
        and call.args
        and (not isinstance(call.args[0], ast.Constant) or str(call.args[0].value).startswith("dynamodb"))
    ]


def test_no_source_makes_the_sdks_client_for_dynamodb(tmp_path: Path) -> None:
    found = {str(path): made_for_dynamodb(path) for root in SHIPPED for path in root.rglob("*.py")}
    # It hands on the service's name; every use of it is looked at above.
    assert found.pop(next(path for path in found if path.endswith("foundation/aws/sdk.py")))
    assert len(found) > 300
    assert {path: lines for path, lines in found.items() if lines} == {}

    wrong = tmp_path / "wrong.py"
    wrong.write_text("import boto3\nboto3.client('dynamodb')\nboto3.resource(name)\nboto3.client('s3')\n")
    assert made_for_dynamodb(wrong) == [2, 3]


def test_every_function_is_built_where_botocore_knows_no_dynamodb() -> None:
    command = [sys.executable, "-P", "-c", BUILDING, *sorted(described())]
    environment = function_environment()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["refused"]  # the loader is the one in use
    assert {"dynamodb", "s3", "kms"} <= set(found["clients"])
    assert found["clients"].count("dynamodb") <= 2  # a patient and a hasty one, for all tables
