"""Makes a changed parameter publish new versions: `python -m infra.stage_parameters STAGE` after `sam build`.

SAM names a function's version after its properties as they are written, and there a parameter is only a reference: a
new value alone would change `$LATEST` and never reach the alias. So each function is tagged with a hash of the values
that it reads, its own and those that reach it through a nested stack
(docs/decisions/2026-11-27-parameters-publish-versions.md).
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / ".aws-sam" / "build" / "template.yaml"
TAG = "allmytracks:parameters"


def overrides(stage: str, samconfig: str) -> dict[str, str]:
    """The parameters that samconfig.toml gives a stage, as SAM reads them. Raises KeyError for an unknown stage."""
    entries = tomllib.loads(samconfig)[stage]["deploy"]["parameters"]["parameter_overrides"]
    found = {}
    for entry in entries:
        name, _, value = entry.partition("=")
        found[name] = next(iter(shlex.split(value)), "")
    return found


def tagged(template: dict[str, Any], given: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """The template with each function tagged; `folder` is where its nested templates are."""
    values = {name: str(given.get(name, each.get("Default", ""))) for name, each in template["Parameters"].items()}
    shared = template.get("Globals", {}).get("Function", {})
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            read = sorted(set(_read({**resource["Properties"], "Globals": shared}, template, folder)) & set(values))
            text = json.dumps([(name, values[name]) for name in read])
            resource["Properties"].setdefault("Tags", {})[TAG] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return template


def _read(value: object, template: Mapping[str, Any], folder: Path) -> Iterator[str]:
    """The names of the parameters that a value depends on, and of other things that it refers to."""
    for owner, output in _outputs(value):
        stack = template["Resources"].get(owner, {})
        if stack.get("Type") != "AWS::CloudFormation::Stack":
            continue
        nested = yaml_parse((folder / stack["Properties"]["TemplateURL"]).read_text(encoding="utf-8"))
        wanted = set(_references(nested["Outputs"][output], nested))
        for name, passed in stack["Properties"].get("Parameters", {}).items():
            if name in wanted:
                yield from _references(passed, template)
    yield from _references(value, template)


def _references(value: object, template: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "Ref" and isinstance(inner, str):
                yield inner
            elif name == "Fn::Sub":
                text = inner if isinstance(inner, str) else inner[0]
                yield from re.findall(r"\$\{(\w+)\}", text)
            elif name == "Fn::If":
                yield from _references(template.get("Conditions", {}).get(inner[0], {}), template)
            yield from _references(inner, template)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each, template)


def _outputs(value: object) -> Iterator[tuple[str, str]]:
    """Each (stack, output) that `Fn::GetAtt` or `Fn::Sub` names."""
    if isinstance(value, dict):
        attribute = value.get("Fn::GetAtt")
        if isinstance(attribute, str):
            attribute = attribute.split(".", 1)
        if attribute and str(attribute[-1]).startswith("Outputs."):
            yield attribute[0], attribute[-1].removeprefix("Outputs.")
        for inner in value.values():
            yield from _outputs(inner)
    elif isinstance(value, list):
        for each in value:
            yield from _outputs(each)
    elif isinstance(value, str):
        yield from re.findall(r"\$\{(\w+)\.Outputs\.(\w+)\}", value)


def main(stage: str) -> None:
    """Tags the built template for a stage."""
    given = overrides(stage, (ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    template = tagged(yaml_parse(BUILT.read_text(encoding="utf-8")), given, BUILT.parent)
    BUILT.write_text(yaml.safe_dump(template, sort_keys=False, allow_unicode=True, width=1000), encoding="utf-8")
    sys.stdout.write(f"Every function of {stage} is tagged with the parameters that it reads.\n")


if __name__ == "__main__":
    main(sys.argv[1])
