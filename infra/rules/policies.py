"""Rules on the permissions of roles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch  # type: ignore[import-untyped] # cfn-lint has no types
from cfnlint.template import Template  # type: ignore[import-untyped] # as above

# AWS's own policies that the SAM transform attaches, each with the reason why it is allowed. They permit more than is
# used.
MANAGED = {
    "AWSBackupServiceRolePolicyForBackup": "makes backups: of what the selection of infra/backup.yaml names",
    "AWSLambdaBasicExecutionRole": "writes logs: any group by the policy, the function's own by its LoggingConfig",
    "AWSXrayWriteOnlyAccess": "sends trace segments: X-Ray has no resources to name",
    "AWSLambdaSQSQueueExecutionRole": "takes messages from its queue: the event source mapping names the one queue",
    "AWSLambdaDynamoDBExecutionRole": "reads a stream: the event source mapping names the one stream",
}
# A resource may end in /* below a folder or index; an action never has a wildcard.
_WHOLE_BUCKET_OR_ACCOUNT = re.compile(r"^\*$|^arn:[^/]*:\*$|\}/\*$|:table/\*|:function:\*|:identity/\*")


class RoleNamesWhatItMayDo(CloudFormationLintRule):  # type: ignore[misc] # an untyped base
    """No policy has a wildcard action or the resource `*`; no role has an AWS managed policy that is not listed."""

    id = "E9121"
    shortdesc = "Policy: exact actions on exact resources"
    description = "A function that is taken over can do no more than its own work."

    def match(self, cfn: Template) -> list[RuleMatch]:
        matches = []
        for name, role in cfn.get_resources("AWS::IAM::Role").items():
            properties = role.get("Properties", {})
            matches += [
                RuleMatch(["Resources", name], f"{name}: {_text(managed)} is not listed in infra/rules/policies.py")
                for managed in properties.get("ManagedPolicyArns", [])
                if _text(managed).rsplit("/", 1)[-1] not in MANAGED
            ]
            for policy in properties.get("Policies", []):
                matches += self._judge(name, policy["PolicyDocument"])
        for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
            for name, policy in cfn.get_resources(kind).items():
                matches += self._judge(name, policy["Properties"]["PolicyDocument"])
        return matches

    def _judge(self, name: str, document: dict[str, Any]) -> Iterator[RuleMatch]:
        for statement in _list(document["Statement"]):
            if statement.get("Effect") != "Allow":
                continue
            if "NotAction" in statement or "NotResource" in statement:
                yield RuleMatch(["Resources", name], f"{name}: say what is allowed, not what is not")
            for action in _list(statement.get("Action", [])):
                if "*" in action:
                    yield RuleMatch(["Resources", name], f"{name}: the action {action} is a wildcard")
            for resource in _list(statement.get("Resource", [])):
                if _WHOLE_BUCKET_OR_ACCOUNT.search(_text(resource)):
                    yield RuleMatch(
                        ["Resources", name], f"{name}: the resource {_text(resource)} is everything of its kind"
                    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(resource: Any) -> str:
    """A resource as written, `Fn::Sub` as its text."""
    if isinstance(resource, dict) and "Fn::Sub" in resource:
        text = resource["Fn::Sub"]
        return str(text[0] if isinstance(text, list) else text)
    return resource if isinstance(resource, str) else "a reference"
