"""The public routes of template.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from infra.localcloud.template_yaml import parse as parse_template

TEMPLATE = Path(__file__).resolve().parents[2] / "template.yaml"


def public_routes(template: Path = TEMPLATE) -> frozenset[str]:
    """The keys (`GET /v1/plans`) of the HTTP API's routes without an authorizer."""
    source: dict[str, Any] = parse_template(template.read_text())
    found = set()
    for resource in source["Resources"].values():
        for event in resource.get("Properties", {}).get("Events", {}).values():
            properties = event.get("Properties", {})
            if event["Type"] == "HttpApi" and properties.get("Auth", {}).get("Authorizer") == "NONE":
                found.add(f"{properties['Method'].upper()} {properties['Path']}")
    return frozenset(found)
