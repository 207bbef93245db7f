"""Makes a changed parameter publish new versions: `python -m infra.stage_parameters STAGE` after `sam build`.

SAM names a function's version after its properties as they are written, and there a parameter is only a reference: a
new value alone would change `$LATEST` and never reach the alias. So each function, in the root template and in its
nested stacks, is tagged with a hash of the values that it reads (its own and those that it gets by way of another
stack), of the contents of the layers that it is given (to a nested stack a layer is a parameter as well), and of the
resources whose names it is given: a table that takes another's place has another name behind the same reference
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from infra.localcloud.template_yaml import parse as parse_template

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / ".aws-sam" / "build" / "template.yaml"
TAG = "allmytracks:parameters"
STACK = "AWS::CloudFormation::Stack"
LAYER = "AWS::Serverless::LayerVersion"
# Seen by their contents, or never replaced: a changed route would publish every function behind the API.
KEEP_THEIR_NAMES = {"AWS::Serverless::Function", "AWS::Serverless::HttpApi", LAYER, STACK}


def overrides(stage: str, samconfig: str) -> dict[str, str]:
    """The parameters that samconfig.toml gives a stage, as SAM reads them. Raises KeyError for an unknown stage."""
    entries = tomllib.loads(samconfig)[stage]["deploy"]["parameters"]["parameter_overrides"]
    found = {}
    for entry in entries:
        name, _, value = entry.partition("=")
        found[name] = next(iter(shlex.split(value)), "")
    return found


@dataclass(frozen=True, slots=True)
class _Stack:
    """A template in its folder; a nested one with what `outer` passes to its parameters."""

    template: dict[str, Any]
    folder: Path
    passed: Mapping[str, Any] = field(default_factory=dict)
    outer: _Stack | None = None
    known: dict[str, tuple[_Stack, Path]] = field(default_factory=dict)

    def nested(self, logical_id: str) -> tuple[_Stack, Path]:
        """A stack of this template, and where its template is."""
        if logical_id not in self.known:
            properties = self.template["Resources"][logical_id]["Properties"]
            path = self.folder / properties["TemplateURL"]
            body = parse_template(path.read_text(encoding="utf-8"))
            self.known[logical_id] = _Stack(body, path.parent, properties.get("Parameters", {}), self), path
        return self.known[logical_id]

    def stacks(self) -> list[str]:
        """The logical ids of its nested stacks."""
        return [name for name, each in self.template["Resources"].items() if each["Type"] == STACK]


def tagged(template: dict[str, Any], given: Mapping[str, str], folder: Path) -> dict[Path, dict[str, Any]]:
    """The root template, named `folder`/template.yaml, and the nested ones that hold functions, each function tagged.

    `folder` is where the nested templates and the layers are.
    """
    values = {name: str(given.get(name, each.get("Default", ""))) for name, each in template["Parameters"].items()}
    root = _Stack(template, folder)
    for name, each in template["Resources"].items():
        if each["Type"] == LAYER:
            values[name] = _contents(folder / each["Properties"]["ContentUri"])
    found = {folder / "template.yaml": template}
    for stack, path in ((root, folder / "template.yaml"), *(root.nested(name) for name in root.stacks())):
        if _tag(stack, values):
            found[path] = stack.template
    return found


def _tag(stack: _Stack, values: Mapping[str, str]) -> int:
    """Tags the functions of a stack and returns how many there are."""
    shared = stack.template.get("Globals", {}).get("Function", {})
    functions = [each for each in stack.template["Resources"].values() if each["Type"] == "AWS::Serverless::Function"]
    for function in functions:
        properties = function["Properties"]
        read = set(_read({**properties, "Globals": shared}, stack))
        text = json.dumps(sorted((name, defined or values.get(name, "")) for name, defined in read))
        properties.setdefault("Tags", {})[TAG] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return len(functions)


def _contents(folder: Path) -> str:
    """A hash of the names and bytes of all files of a folder."""
    summed = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        summed.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        summed.update(path.read_bytes())
    return summed.hexdigest()


def _read(value: object, stack: _Stack) -> Iterator[tuple[str, str]]:
    """What a value depends on: parameters of the root template, and resources with their definitions."""
    for owner, output in _outputs(value):
        if owner in stack.stacks():
            nested, _ = stack.nested(owner)
            yield from _read(nested.template["Outputs"][output], nested)
    for name in _references(value, stack.template):
        if name in stack.template["Resources"]:
            yield name, _definition(stack.template["Resources"][name])
        elif stack.outer is None:
            yield name, ""
        elif name in stack.passed:
            yield from _read(stack.passed[name], stack.outer)


def _definition(resource: Mapping[str, Any]) -> str:
    """A resource as it is written, as that decides whether another takes its place, under another name."""
    if resource["Type"] in KEEP_THEIR_NAMES:
        return ""
    return json.dumps(resource.get("Properties", {}), sort_keys=True, default=str)


def _references(value: object, template: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "Ref" and isinstance(inner, str):
                yield inner
            elif name == "Fn::Sub":
                text = inner if isinstance(inner, str) else inner[0]
                yield from re.findall(r"\$\{(\w+)[.}]", text)
            elif name == "Fn::GetAtt":
                yield inner.split(".")[0] if isinstance(inner, str) else inner[0]
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


def without_canaries(template: dict[str, Any]) -> None:
    """All traffic goes to a new version at once: in dev, and where the deployment itself mends what an alarm shows."""
    for each in template["Resources"].values():
        if each["Type"] == "AWS::Serverless::Function":
            each["Properties"].pop("DeploymentPreference", None)


def rendered(template: dict[str, Any]) -> str:
    """A template as it is deployed; the same one is the same text."""
    return yaml.safe_dump(template, sort_keys=False, allow_unicode=True, width=1000)


def main(stage: str, canary: str = "on") -> None:
    """Tags the built template for a stage, and decides on its canaries."""
    given = overrides(stage, (ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    for path, template in tagged(parse_template(BUILT.read_text(encoding="utf-8")), given, BUILT.parent).items():
        if stage == "dev" or canary == "off":
            without_canaries(template)
        path.write_text(rendered(template), encoding="utf-8")
    sys.stdout.write(f"Every function of {stage} is tagged with the parameters that it reads.\n")


if __name__ == "__main__":
    main(*sys.argv[1:3])
