"""No alarm is in the state ALARM, and every alarm's actions are on."""

from __future__ import annotations

from infra.ops.doctor.checks.stacks import of
from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, missing, ok

KINDS = ("Alarm", "CompositeAlarm")
AT_ONCE = 100  # what CloudWatch takes in one call


def check(deployment: Deployment) -> Finding:
    """The alarms of the stack that are in ALARM or whose actions are off."""
    stack = of(deployment)
    names = [each.physical for kind in KINDS for each in stack.named(f"AWS::CloudWatch::{kind}")]
    found = []
    for start in range(0, len(names), AT_ONCE):
        asked = {"AlarmNames": names[start : start + AT_ONCE], "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
        answer = stack.aws("cloudwatch", "DescribeAlarms", **asked)
        found += [*answer["MetricAlarms"], *answer.get("CompositeAlarms", ())]
    # Those without an action are parts of composite alarms: the composite says whether it matters.
    found = [each for each in found if each.get("AlarmActions")]
    ringing = [each["AlarmName"] for each in found if each["StateValue"] == "ALARM"]
    silent = [each["AlarmName"] for each in found if not each["ActionsEnabled"]]
    if ringing:
        return missing(f"in ALARM: {', '.join(ringing)}", "docs/runbooks.md has a section for each")
    if silent:
        return missing(f"switched off: {', '.join(silent)}", "aws cloudwatch enable-alarm-actions --alarm-names ...")
    return ok(f"{len(found)} alarms, none in ALARM")
