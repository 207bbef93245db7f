"""Which version of each function clients reach: recorded at a deployment, taken back by a rollback.

`python -m infra.versions record|rollback|prune STACK`. What `record` wrote is in
`.aws-sam/live-STACK.json`; CI keeps the file as an artefact of the run, for a rollback from another machine.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
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


def main(act: str, name: str) -> int:
    """Exit status 1 where there is nothing to go back to."""
    path = FOLDER / f"live-{name}.json"
    stack = Stack(name, ReadingAws())
    if act == "record":
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(live(stack) if _exists(stack) else {}, indent=1), encoding="utf-8")
        return 0
    if not path.exists():
        sys.stderr.write(f"{path} is not here: take it from the deployment's run, or deploy the commit before.\n")
        return 1
    before: Versions = json.loads(path.read_text(encoding="utf-8"))
    done = (roll_back if act == "rollback" else prune)(stack.aws, live(stack), before)
    sys.stdout.write(f"{act}: {len(done)} functions or versions\n" + "".join(f"  {each}\n" for each in done))
    if act == "rollback":
        sys.stdout.write("Deploy the mend with CANARY=off: CodeDeploy shifts from the version of the stack alone.\n")
    return 0


def _exists(stack: Stack) -> bool:
    summaries = every(stack.aws, "cloudformation", "ListStacks", "StackSummaries")
    return any(each["StackName"] == stack.name and each["StackStatus"] != "DELETE_COMPLETE" for each in summaries)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
