"""The vendor layer ships the models of the services that functions make botocore's clients for, and of no others."""

from __future__ import annotations

import re

from tests.factories.template import ROOT

CLIENT = re.compile(r'\bsdk_client\("([a-z0-9-]+)"')
SOURCES = [*(ROOT / "layers" / "core").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]


def test_the_layer_has_the_services_of_the_code() -> None:
    made = {service for path in SOURCES for service in CLIENT.findall(path.read_text(encoding="utf-8"))}
    (listed,) = re.findall(r"^SERVICES := (.*)$", (ROOT / "layers" / "vendor" / "Makefile").read_text(), re.MULTILINE)
    assert set(listed.split()) == made | {"sts"}


def test_no_client_is_made_past_the_one_place() -> None:
    others = [path for path in SOURCES if re.search(r"create_client\(|boto3\.(client|resource)", path.read_text())]
    assert [path.name for path in others] == ["sdk.py"]
