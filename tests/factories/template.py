"""template.yaml untransformed, and what it declares for each function."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from infra.localcloud.template_yaml import parse as parse_template
from infra.localcloud.transform import load

ROOT = Path(__file__).resolve().parents[2]
STACK_TYPES = {"AWS::CloudFormation::Stack", "AWS::Serverless::Application"}


@dataclass(frozen=True)
class Described:
    """A function as template.yaml describes it; `name` is its folder's."""

    name: str
    logical_id: str
    properties: dict[str, Any]

    @property
    def environment(self) -> set[str]:
        """The names of its variables, without those that Powertools reads itself."""
        variables = self.properties["Environment"]["Variables"]
        return {variable for variable in variables if not variable.startswith("POWERTOOLS_")}

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The properties of its events of one type."""
        return [each["Properties"] for each in self.properties.get("Events", {}).values() if each["Type"] == kind]

    def routes(self) -> set[str]:
        """Its routes at the website's API: `GET /v1/plans`."""
        return {f"{each['Method']} {each['Path']}" for each in self.events("HttpApi")}


def read(path: Path) -> dict[str, Any]:
    """A template, untransformed."""
    return dict(parse_template(path.read_text(encoding="utf-8")))


def read_template() -> dict[str, Any]:
    return read(ROOT / "template.yaml")


def read_stacks() -> dict[str, dict[str, Any]]:
    """The root template (named ``) and each nested one by its logical id."""
    root = read_template()
    nested = {
        name: read(ROOT / resource["Properties"]["TemplateURL"])
        for name, resource in root["Resources"].items()
        if resource["Type"] in STACK_TYPES
    }
    return {"": root, **nested}


def operator_routes() -> set[str]:
    """The routes of the operators' API: `GET /accounts`."""
    paths = read_template()["Resources"]["OpsApi"]["Properties"]["DefinitionBody"]["paths"]
    return {f"{method.upper()} {path}" for path, operations in paths.items() for method in operations}


def described() -> dict[str, Described]:
    """Every function of the stacks by the name of its folder; the smoke test's is no part of the product."""
    found = {}
    for stack in read_stacks().values():
        for logical_id, resource in stack["Resources"].items():
            if resource["Type"] == "AWS::Serverless::Function" and "functions/" in resource["Properties"]["CodeUri"]:
                name = Path(resource["Properties"]["CodeUri"]).name
                found[name] = Described(name, logical_id, resource["Properties"])
    return found


# The only routes that need no sign-in.
PUBLIC = {
    "GET /.well-known/jwks.json",
    "GET /docs",
    "GET /docs/redoc.js",
    "HEAD /docs",
    "HEAD /v1/agreements/{id}",
    "HEAD /v1/unsubscribe/{token}",
    "HEAD /v1/verifications/{number}",
    "HEAD /verify",
    "GET /v1/agreements",
    "GET /v1/agreements/{id}",
    "GET /v1/announcements",
    "GET /v1/status",
    "GET /v1/openapi.json",
    "GET /v1/plans",
    "GET /v1/storage/packages",
    "GET /v1/processors",
    "GET /v1/register/consistency",
    "GET /v1/register/entries",
    "GET /v1/register/head",
    "GET /v1/register/heads",
    "GET /v1/register/inclusion/{number}",
    "GET /v1/status-list",
    "GET /v1/erasure-receipts/{id}",
    "GET /v1/tracks",
    "GET /v1/tracks/suggestions",
    "GET /v1/tracks/{id}/similar",
    "GET /v1/unsubscribe/{token}",
    "POST /v1/unsubscribe/{token}",
    "GET /v1/tracks/{id}",
    "GET /v1/tracks/{id}/preview",
    "GET /v1/tracks/{id}/waveform",
    "GET /v1/verifications/{number}",
    "GET /verify",
    "POST /v1/account/misuse-reports",
    "POST /v1/support-requests",
    "POST /v1/tickets/{number}/proof-codes",
    "PUT /v1/tickets/{number}/proof",
    "GET /v1/third-party-provider",
    "POST /v1/third-party-visits",
    "POST /v1/third-party-sessions",
    "POST /v1/third-party-accounts",
    "POST /v1/accounts",
    "POST /v1/accounts/verification",
    "POST /v1/accounts/verification-codes",
    "POST /v1/guardian-consents",
    "POST /v1/password-resets",
    "POST /v1/sessions",
    "POST /v1/sessions/refresh",
    "POST /v1/verifications",
    "POST /v1/webhooks/{provider}",
    "PUT /v1/password-resets",
    "POST /v1/device-recordings",
}


REGION = "ap-southeast-1"
VALUES = defaultdict(
    lambda: "value", Stage="prod", Throttling="on", AntiFraud="on", TwoPersonRule="on", LogDays="30", LinkSeconds="300"
)
# The root template and those of its nested stacks.
PATHS = {
    "template.yaml",
    *(
        each["Properties"]["TemplateURL"]
        for each in read_template()["Resources"].values()
        if each["Type"] in STACK_TYPES
    ),
}


@cache
def transformed(path: str) -> dict[str, Any]:
    """The resources of a template as CloudFormation gets them."""
    return dict(load(ROOT / Path(path), VALUES, REGION).body["Resources"])
