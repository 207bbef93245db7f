"""Every alarm has its section in the runbooks."""

from __future__ import annotations

import re
from pathlib import Path

from infra.localcloud.template_yaml import parse as parse_template

ROOT = Path(__file__).resolve().parents[2]


def test_every_alarm_has_its_runbook() -> None:
    stacks = (ROOT / "infra" / name for name in ("observability.yaml", "smoke.yaml"))
    resources = [each for path in stacks for each in parse_template(path.read_text())["Resources"].items()]
    alarms = [name for name, each in resources if each["Type"] == "AWS::CloudWatch::Alarm"]
    sections = re.findall(r"^## (\w+)$", (ROOT / "docs" / "runbooks.md").read_text(), re.MULTILINE)
    assert sections == alarms
