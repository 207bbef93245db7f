"""Which version of each function clients reach: recorded at a deployment, taken back by a rollback.

`python -m infra.versions record|canary|rollback|settle STACK`. What `record` wrote is in
`.aws-sam/live-STACK.json`; CI keeps the file as an artefact of the run, for a rollback from another machine.
Until the deployment after a rollback the stack still names the versions that were taken back. CodeDeploy refuses to
begin from there, and CloudFormation leaves an alias alone whose version it does not change, so that deployment is
made without the canary, and afterwards every alias is put to the stack's version.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.ops.doctor.deployment import Aws, Stack, every
from infra.ops.doctor.reading import ReadingAws

ALIAS = "live"
FOLDER = Path(__file__).resolve().parents[1] / ".aws-sam"
Versions = dict[str, str]


def live(stack: Stack) -> Versions:
    """The version of each function that `live` names."""
    return {
        each.physical: str(stack.aws("lambda", "GetAlias", FunctionName=each.physical, Name=ALIAS)["FunctionVersion"])
        for each in stack.named("AWS::Lambda::Function")
    }


def deployed(stack: Stack) -> Versions:
    """The version of each function that the stack names: the one that was deployed last."""
    found: dict[str, int] = {}
    for each in stack.named("AWS::Lambda::Version"):
        name, _, version = each.physical.rpartition(":")
        name = name.rpartition(":")[2]
        found[name] = max(found.get(name, 0), int(version))
    return {name: str(version) for name, version in found.items()}


def canary(stack: Stack, asked: str) -> str:
    """Whether a deployment can begin with a canary: "off" where a rollback has moved an alias of it."""
    now = live(stack)
    moved = [name for name, version in deployed(stack).items() if now.get(name, version) != version]
    return "off" if moved else asked


def settle(aws: Aws, now: Mapping[str, str], last: Mapping[str, str]) -> list[str]:
    """Names the deployed version in each alias that a rollback moved and the deployment left alone."""
    return roll_back(aws, now, {name: version for name, version in last.items() if name in now})


def roll_back(aws: Aws, now: Mapping[str, str], before: Mapping[str, str]) -> list[str]:
    """Names the versions of before where others are live, and returns those functions. Data and templates stay."""
    changed = sorted(name for name, version in before.items() if now.get(name, version) != version)
    for name in changed:
        parameters = {"FunctionName": name, "Name": ALIAS, "FunctionVersion": before[name]}
        aws("lambda", "UpdateAlias", **parameters, RoutingConfig={"AdditionalVersionWeights": {}})
    return changed


def prune(aws: Aws, now: Mapping[str, str], before: Mapping[str, str]) -> list[str]:
    """Deletes versions that are neither live nor those of before: their snapshots are billed."""
    gone = []
    for name, version in now.items():
        kept = {version, before.get(name, version), "$LATEST"}
        for each in _versions(aws, name):
            if each not in kept:
                aws("lambda", "DeleteFunction", FunctionName=name, Qualifier=each)
                gone.append(f"{name}:{each}")
    return gone


def _versions(aws: Aws, name: str) -> list[str]:
    found: list[str] = []
    marker: dict[str, object] = {}
    while True:
        page = aws("lambda", "ListVersionsByFunction", FunctionName=name, **marker)
        found += [str(each["Version"]) for each in page["Versions"]]
        if not page.get("NextMarker"):
            return found
        marker = {"Marker": page["NextMarker"]}


def main(act: str, name: str, asked: str = "on") -> int:
    """Exit status 1 where there is nothing to go back to. `canary` writes its answer alone to standard output."""
    path = FOLDER / f"live-{name}.json"
    stack = Stack(name, ReadingAws())
    if act == "canary":
        found = canary(stack, asked) if _exists(stack) else asked
        if found != asked:
            sys.stderr.write("A rollback moved the functions' aliases: this deployment is made without the canary.\n")
        sys.stdout.write(f"{found}\n")
        return 0
    if act == "record":
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(live(stack) if _exists(stack) else {}, indent=1), encoding="utf-8")
        return 0
    if not path.exists():
        sys.stderr.write(f"{path} is not here: take it from the deployment's run, or deploy the commit before.\n")
        return 1
    before: Versions = json.loads(path.read_text(encoding="utf-8"))
    if act == "rollback":
        _tell("rollback", roll_back(stack.aws, live(stack), before))
        return 0
    _tell("settle", settle(stack.aws, live(stack), deployed(stack)))
    _tell("prune", prune(stack.aws, live(stack), before))
    return 0


def _tell(act: str, done: Sequence[str]) -> None:
    sys.stdout.write(f"{act}: {len(done)} functions or versions\n" + "".join(f"  {each}\n" for each in done))


def _exists(stack: Stack) -> bool:
    summaries = every(stack.aws, "cloudformation", "ListStacks", "StackSummaries")
    return any(each["StackName"] == stack.name and each["StackStatus"] != "DELETE_COMPLETE" for each in summaries)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
