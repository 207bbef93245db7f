"""Rules on Lambda functions, their logs and event sources, applied after the SAM transform."""

from __future__ import annotations

from collections.abc import Iterator

from cfnlint.rules import CloudFormationLintRule, RuleMatch  # type: ignore[import-untyped] # cfn-lint has no types
from cfnlint.template import Template  # type: ignore[import-untyped] # as above

GROUP_OF_LOGS = "Logs.Outputs."
SMALLEST_STORAGE = 512  # MB of /tmp; Lambda refuses SnapStart together with more (docs: "SnapStart, limitations")


class FunctionRunsAsDecided(CloudFormationLintRule):  # type: ignore[misc] # an untyped base
    """Functions run on arm64 and Python 3.13, traced, and from a snapshot where a person waits for its response."""

    id = "E9101"
    shortdesc = "Function: arm64, python3.13, active tracing, SnapStart where an API calls it"
    description = "The layers hold arm64 wheels for Python 3.13 alone; snapshots cost money by the hour."

    def match(self, cfn: Template) -> list[RuleMatch]:
        matches = []
        called = _called_by_an_api(cfn)
        for name, function in cfn.get_resources("AWS::Lambda::Function").items():
            properties = function.get("Properties", {})
            found = {
                "Architectures": properties.get("Architectures"),
                "Runtime": properties.get("Runtime"),
                "TracingConfig": properties.get("TracingConfig", {}).get("Mode"),
                "SnapStart": properties.get("SnapStart", {}).get("ApplyOn"),
            }
            wanted = {
                "Architectures": ["arm64"],
                "Runtime": "python3.13",
                "TracingConfig": "Active",
                "SnapStart": "PublishedVersions" if name in called else "None",
            }
            matches += [
                RuleMatch(["Resources", name], f"{name}: {key} must be {wanted[key]}, not {found[key]}")
                for key in wanted
                if found[key] != wanted[key]
            ]
        return matches


class SnapshotHasASmallDisk(CloudFormationLintRule):  # type: ignore[misc] # an untyped base
    """A function with SnapStart has no more than 512 MB of /tmp: Lambda refuses the two together."""

    id = "E9104"
    shortdesc = "Function: SnapStart only with 512 MB of /tmp"
    description = "The deployment would fail half-way."

    def match(self, cfn: Template) -> list[RuleMatch]:
        matches = []
        for name, function in cfn.get_resources("AWS::Lambda::Function").items():
            properties = function.get("Properties", {})
            size = properties.get("EphemeralStorage", {}).get("Size", SMALLEST_STORAGE)
            if properties.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions" and size > SMALLEST_STORAGE:
                matches.append(
                    RuleMatch(["Resources", name], f"{name}: SnapStart allows {SMALLEST_STORAGE} MB of /tmp")
                )
        return matches


class ScheduleHasNoFixedName(CloudFormationLintRule):  # type: ignore[misc] # an untyped base
    """A schedule is named by its stack: SAM's default, the logical id, collides with a second stage of one account."""

    id = "E9105"
    shortdesc = "Schedule: OmitName"
    description = "Names of schedules are unique in an account and region."

    def match(self, cfn: Template) -> list[RuleMatch]:
        return [
            RuleMatch(["Resources", name], f"{name}: say OmitName: true at the ScheduleV2 event")
            for name, schedule in cfn.get_resources("AWS::Scheduler::Schedule").items()
            if "Name" in schedule.get("Properties", {})
        ]


def _called_by_an_api(cfn: Template) -> set[str]:
    """The functions that API Gateway may invoke, themselves or by their alias."""
    aliases = {
        name: str(alias["Properties"]["FunctionName"].get("Ref"))
        for name, alias in cfn.get_resources("AWS::Lambda::Alias").items()
    }
    found: set[str] = set()
    for permission in cfn.get_resources("AWS::Lambda::Permission").values():
        properties = permission["Properties"]
        target = properties["FunctionName"].get("Ref") if isinstance(properties["FunctionName"], dict) else None
        if properties.get("Principal") == "apigateway.amazonaws.com" and target:
            found.add(aliases.get(str(target), str(target)))
    return found


class FunctionHasItsOwnLogs(CloudFormationLintRule):  # type: ignore[misc] # an untyped base
    """Every function writes to a log group of its own that this deployment makes, and every log group has a retention.

    The group is of the same template or an output of the stack `Logs` (infra/logs.yaml, held to the functions' names by
    tests/templates/test_stacks.py).
    """

    id = "E9102"
    shortdesc = "Function: a log group of its own, with retention"
    description = "A log group that Lambda makes by itself keeps everything for ever."

    def match(self, cfn: Template) -> list[RuleMatch]:
        groups = cfn.get_resources("AWS::Logs::LogGroup")
        matches = [
            RuleMatch(["Resources", name], f"{name}: say RetentionInDays")
            for name, group in groups.items()
            if "RetentionInDays" not in group.get("Properties", {})
        ]
        owner: dict[str, str] = {}
        for name, function in cfn.get_resources("AWS::Lambda::Function").items():
            target = self._group(function.get("Properties", {}).get("LoggingConfig", {}).get("LogGroup"))
            if target not in groups and not target.startswith(GROUP_OF_LOGS):
                said = f"{name}: LoggingConfig.LogGroup must name a log group of this template or of the stack Logs"
                matches.append(RuleMatch(["Resources", name], said))
            elif target in owner:
                matches.append(RuleMatch(["Resources", name], f"{name} and {owner[target]} write to one log group"))
            else:
                owner[target] = name
        return matches

    def _group(self, value: object) -> str:
        """What a reference to a log group names; empty for anything else."""
        if not isinstance(value, dict):
            return ""
        attribute = value.get("Fn::GetAtt", "")
        return str(value.get("Ref") or (".".join(attribute) if isinstance(attribute, list) else attribute))


class NothingAsynchronousIsLost(CloudFormationLintRule):  # type: ignore[misc] # an untyped base
    """Batches report failures by message; messages that keep failing go to a dead-letter queue."""

    id = "E9103"
    shortdesc = "Event source: partial batch answers and a place for failures"
    description = "One bad message must neither repeat its whole batch nor vanish."

    def match(self, cfn: Template) -> list[RuleMatch]:
        return [*self._mappings(cfn), *self._rules(cfn)]

    def _mappings(self, cfn: Template) -> Iterator[RuleMatch]:
        for name, mapping in cfn.get_resources("AWS::Lambda::EventSourceMapping").items():
            properties = mapping.get("Properties", {})
            if "ReportBatchItemFailures" not in properties.get("FunctionResponseTypes", []):
                yield RuleMatch(["Resources", name], f"{name}: FunctionResponseTypes must hold ReportBatchItemFailures")
            is_stream = "StartingPosition" in properties
            if is_stream and not properties.get("DestinationConfig", {}).get("OnFailure"):
                yield RuleMatch(["Resources", name], f"{name}: a stream needs DestinationConfig.OnFailure")
            if is_stream and properties.get("MaximumRetryAttempts", -1) < 0:
                yield RuleMatch(
                    ["Resources", name],
                    f"{name}: a stream needs MaximumRetryAttempts, or one record stops it for a day",
                )

    def _rules(self, cfn: Template) -> Iterator[RuleMatch]:
        for name, rule in cfn.get_resources("AWS::Events::Rule").items():
            for target in rule.get("Properties", {}).get("Targets", []):
                if "DeadLetterConfig" not in target:
                    yield RuleMatch(
                        ["Resources", name], f"{name}: the target {target.get('Id')} needs DeadLetterConfig"
                    )
