"""Checks a stage's parameters before anything is built: `python -m infra.deploy_checks STAGE`.

CloudFormation would refuse the same after a quarter of an hour, one at a time, or take what is wrong.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from infra.localcloud.template_yaml import parse as parse_template
from infra.stage_parameters import ROOT, overrides

STAGES = ("dev", "staging", "prod")
# Where members rely on it, what is empty by default has to be given, and why.
NEEDED = {
    "CertificateArn": "letters print PublicUrl, which has to lead to the API",
    "MailIdentityArn": "Cognito's own sender stops after 50 codes a day",
    "AlarmMail": "nobody would get the alarms",
}
PLACEHOLDER = re.compile(r"<[^>]*>")


def problems(stage: str, samconfig: str, parameters: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """One sentence for each problem; `parameters` are the root template's."""
    if stage not in STAGES:
        return [f"{stage} is no stage: give STAGE={'|'.join(STAGES)}"]
    given = overrides(stage, samconfig)
    return [*_of_names(stage, given, parameters), *_of_values(given, parameters), *_of_stage(stage, given, samconfig)]


def _of_names(stage: str, given: Mapping[str, str], parameters: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield from (f"{name}: the template has no such parameter" for name in sorted(set(given) - set(parameters)))
    for name, each in parameters.items():
        if "Default" not in each and name not in given:
            yield f"{name}: give it for {stage} in samconfig.toml ({each.get('Description', '')})"


def _of_values(given: Mapping[str, str], parameters: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, value in given.items():
        if PLACEHOLDER.search(value):
            yield f"{name}: put your own value in place of {value}"
            continue
        about = parameters.get(name, {})
        allowed = [str(each) for each in about.get("AllowedValues", ())]
        if allowed and value not in allowed:
            yield f"{name}: {value} is none of {', '.join(allowed)}"
        elif "AllowedPattern" in about and not re.search(about["AllowedPattern"], value):
            yield f"{name}: {value!r} has not the form {about['AllowedPattern']} ({about.get('Description', '')})"
        elif about.get("Type") == "Number":
            yield from _of_number(name, value, about)


def _of_number(name: str, value: str, about: Mapping[str, Any]) -> Iterator[str]:
    if not value.isdecimal():
        yield f"{name}: {value!r} is no number"
    elif not int(about.get("MinValue", 0)) <= int(value) <= int(about.get("MaxValue", sys.maxsize)):
        yield f"{name}: {value} is not from {about.get('MinValue', 0)} to {about.get('MaxValue', 'any')}"


def _of_stage(stage: str, given: Mapping[str, str], samconfig: str) -> Iterator[str]:
    if given.get("Stage") != stage:
        yield f"Stage: it is {given.get('Stage')} in the section of {stage}"
    name = tomllib.loads(samconfig)[stage]["global"]["parameters"]["stack_name"]
    if name != f"allmytracks-{stage}":
        yield f"stack_name: it is {name}, and the deployer's rights are of allmytracks-{stage}"
    if stage == "dev":
        return
    for parameter, why in NEEDED.items():
        if not given.get(parameter):
            yield f"{parameter}: {stage} needs it: {why}"
    for parameter in ("SiteUrl", "PublicUrl"):
        if given.get(parameter, "").startswith("http:"):
            yield f"{parameter}: {stage} is reached by https alone"


def main(stage: str) -> int:
    """Exit status 1 with every problem, if there is one."""
    template = parse_template((ROOT / "template.yaml").read_text(encoding="utf-8"))
    found = problems(stage, (ROOT / "samconfig.toml").read_text(encoding="utf-8"), template["Parameters"])
    for each in found:
        sys.stderr.write(f"{each}\n")
    if found:
        sys.stderr.write("Nothing was built or deployed.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
