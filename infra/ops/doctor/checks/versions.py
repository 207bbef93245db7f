"""The version of each function that clients reach runs, from its snapshot where it has one."""

from __future__ import annotations

from infra.ops.doctor.checks.stacks import of
from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, missing, ok


def check(deployment: Deployment) -> Finding:
    """Whether `live` is active, and SnapStart optimises what has it."""
    stack = of(deployment)
    functions = stack.named("AWS::Lambda::Function")
    wrong, snapshots = [], 0
    for each in functions:
        told = stack.aws("lambda", "GetFunctionConfiguration", FunctionName=each.physical, Qualifier="live")
        snapshot = told.get("SnapStart", {})
        wants = snapshot.get("ApplyOn") == "PublishedVersions"
        snapshots += wants
        if told.get("State") != "Active":
            wrong.append(f"{each.name} is {told.get('State')}")
        elif wants and snapshot.get("OptimizationStatus") != "On":
            wrong.append(f"{each.name} starts without its snapshot")
    if wrong:
        mend = "deploy again; a version that nobody called for 14 days is inactive until its first call"
        return missing("; ".join(wrong), mend)
    return ok(f"{len(functions)} functions run, {snapshots} from snapshots")
