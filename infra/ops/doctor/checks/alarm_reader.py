"""Somebody gets the alarms."""

from __future__ import annotations

from infra.ops.doctor.checks.stacks import of
from infra.ops.doctor.deployment import Deployment, every
from infra.ops.doctor.findings import Finding, missing, ok


def check(deployment: Deployment) -> Finding:
    """Whether the topic has a subscriber that confirmed."""
    stack = of(deployment)
    (topic,) = (each.physical for each in stack.named("AWS::SNS::Topic") if each.name == "Alarms")
    found = list(every(stack.aws, "sns", "ListSubscriptionsByTopic", "Subscriptions", TopicArn=topic))
    confirmed = [each for each in found if each["SubscriptionArn"].startswith("arn:")]
    if confirmed:
        return ok(f"{len(confirmed)} confirmed")
    if found:
        return missing("no subscription is confirmed", "open the link of SNS's mail to AlarmMail")
    return missing("the alarms' topic has no subscriber", "give AlarmMail in samconfig.toml and deploy again")
