"""Reads functions, their roles' statements and their event sources: queues, streams, schedules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from infra.localcloud import access
from infra.localcloud.deployment import (
    Function,
    LogSubscription,
    QueueMapping,
    Schedule,
    Statement,
    StreamMapping,
)
from infra.localcloud.provision.resources import Cloud, Properties, ProvisionError, Resource

# What the Lambda service itself needs (logs, traces, reading its queues and streams): no call that our code makes.
_SERVICE_POLICIES = {
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaDynamoDBExecutionRole",
    "AWSLambdaSQSQueueExecutionRole",
    "AWSXrayWriteOnlyAccess",
    "AWSXRayDaemonWriteAccess",
}
_EQUALITY = re.compile(r'\{ *\$\.(\w+) *= *"([^"]*)" *\}')
_UNREAD = {
    "Code": "the folder runs",
    "Architectures": "this machine's is used",
    "DeadLetterConfig": "functions are never invoked asynchronously without a queue",
    "Description": "for people",
    "EphemeralStorage": "this machine's disk is used",
    "FunctionName": "read for its ARN",
    "KmsKeyArn": "nothing is kept on a disk",
    "Layers": "the packages are installed",
    "LoggingConfig": "logs are files",
    "ReservedConcurrentExecutions": "the local runtime has a limit of its own",
    "Runtime": "the Python of the environment is used",
    "RuntimeManagementConfig": "the Python of the environment is used",
    "SnapStart": "there are no snapshots locally",
    "Tags": "for the bill",
    "TracingConfig": "there are no traces locally",
}


def functions(cloud: Cloud) -> dict[str, Function]:
    """Every function of the deployment, by logical id."""
    found: dict[str, Function] = {}
    for resource in _of(cloud, "AWS::Lambda::Function"):
        name = resource.path.rsplit(".", 1)[-1]
        if name in found:
            raise ProvisionError(f"{resource.path} ({resource.type}): two functions have this logical id")
        if resource.folder is None:
            raise ProvisionError(f"{resource.path} ({resource.type}): no local folder holds its code")
        properties = Properties(resource.properties)
        properties.take_present(*_UNREAD)
        variables = properties.take("Environment", {}).get("Variables", {})
        found[name] = Function(
            name=name,
            folder=resource.folder,
            handler=properties.take("Handler"),
            environment={key: str(value) for key, value in variables.items()},
            timeout_seconds=int(properties.take("Timeout", 3)),
            memory_mb=int(properties.take("MemorySize", 128)),
            policy=_policy(cloud, properties.take("Role"), resource.path),
            physical_name=resource.created.ref,
        )
        refuse_left(properties, resource)
    return found


def function_of(cloud: Cloud, arn: str, where: str) -> str:
    """The logical id of the function that an ARN (of it, a version or an alias) names."""
    parts = arn.split(":")
    for resource in _of(cloud, "AWS::Lambda::Function"):
        if parts[2:3] == ["lambda"] and parts[6:7] == [resource.created.ref]:
            return resource.path.rsplit(".", 1)[-1]
    raise ProvisionError(f"{where}: {arn} is no function of this deployment")


def mappings(cloud: Cloud) -> tuple[tuple[QueueMapping, ...], tuple[StreamMapping, ...]]:
    """What queues and streams invoke."""
    queues: list[QueueMapping] = []
    streams: list[StreamMapping] = []
    for resource in _of(cloud, "AWS::Lambda::EventSourceMapping"):
        properties = Properties(resource.properties)
        if properties.take("Enabled") is False:
            continue
        source = properties.take("EventSourceArn")
        function = function_of(cloud, _function_arn(cloud, properties.take("FunctionName")), resource.path)
        if ":sqs:" in source:
            queues.append(_queue_mapping(cloud, function, source, properties))
        elif ":dynamodb:" in source and "/stream/" in source:
            streams.append(_stream_mapping(cloud, function, source, properties))
        else:
            raise ProvisionError(f"{resource.path} ({resource.type}): {source} cannot be polled locally")
        refuse_left(properties, resource)
    return tuple(queues), tuple(streams)


def schedules(cloud: Cloud) -> tuple[Schedule, ...]:
    """What the clock invokes: EventBridge schedules, and rules with a schedule."""
    found: list[Schedule] = []
    for resource in _of(cloud, "AWS::Scheduler::Schedule"):
        p = resource.properties
        target = p["Target"]
        found.append(
            Schedule(
                name=resource.path,
                function=function_of(cloud, target["Arn"], resource.path),
                expression=p["ScheduleExpression"],
                input=target.get("Input"),
                time_zone=p.get("ScheduleExpressionTimezone", "UTC"),
                enabled=p.get("State", "ENABLED") == "ENABLED",
            )
        )
    for resource in _of(cloud, "AWS::Events::Rule"):
        p = resource.properties
        for target in p.get("Targets", []) if "ScheduleExpression" in p else []:
            function = function_of(cloud, target["Arn"], resource.path)
            enabled = p.get("State", "ENABLED") == "ENABLED"
            found.append(
                Schedule(resource.path, function, p["ScheduleExpression"], target.get("Input"), enabled=enabled)
            )
    return tuple(found)


def log_subscriptions(cloud: Cloud) -> tuple[LogSubscription, ...]:
    """What lines of logs invoke; of filter patterns the equality of one field of JSON is known."""
    groups = {
        resource.properties.get("LoggingConfig", {}).get("LogGroup"): resource.path.rsplit(".", 1)[-1]
        for resource in _of(cloud, "AWS::Lambda::Function")
    }
    found: list[LogSubscription] = []
    for resource in _of(cloud, "AWS::Logs::SubscriptionFilter"):
        p = resource.properties
        group, pattern = p["LogGroupName"], _EQUALITY.fullmatch(p["FilterPattern"])
        if pattern is None or group not in groups:
            raise ProvisionError(
                f"{resource.path} ({resource.type}): the local cloud does not know its filter or group"
            )
        function = function_of(cloud, p["DestinationArn"], resource.path)
        found.append(LogSubscription(function, group, groups[group], pattern[1], pattern[2]))
    return tuple(found)


def refuse_left(properties: Properties, resource: Resource) -> None:
    """Raise ProvisionError when the resource has properties that were not read."""
    if left := properties.left():
        raise ProvisionError(f"{resource.path} ({resource.type}): the local cloud does not know {', '.join(left)}")


def _of(cloud: Cloud, kind: str) -> Iterator[Resource]:
    return (resource for resource in list(cloud.resources.values()) if resource.type == kind)


def _function_arn(cloud: Cloud, name: str) -> str:
    return name if name.startswith("arn:") else cloud.arn("lambda", f"function:{name}")


def _queue_mapping(cloud: Cloud, function: str, arn: str, properties: Properties) -> QueueMapping:
    properties.take_present("ScalingConfig", "Tags", "MetricsConfig")
    return QueueMapping(
        function=function,
        queue_url=_queue_url(cloud, arn),
        queue_arn=arn,
        batch_size=int(properties.take("BatchSize", 10)),
        batching_window_seconds=int(properties.take("MaximumBatchingWindowInSeconds", 0)),
        report_batch_item_failures="ReportBatchItemFailures" in properties.take("FunctionResponseTypes", []),
        filters=_filters(properties),
    )


def _stream_mapping(cloud: Cloud, function: str, arn: str, properties: Properties) -> StreamMapping:
    properties.take_present("ParallelizationFactor", "MaximumRecordAgeInSeconds", "Tags", "MetricsConfig")
    failures = properties.take("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    return StreamMapping(
        function=function,
        stream_arn=arn,
        batch_size=int(properties.take("BatchSize", 100)),
        batching_window_seconds=int(properties.take("MaximumBatchingWindowInSeconds", 0)),
        starting_position=properties.take("StartingPosition"),
        maximum_retries=int(properties.take("MaximumRetryAttempts", -1)),
        bisect_on_error=bool(properties.take("BisectBatchOnFunctionError")),
        failure_queue_url=_queue_url(cloud, failures) if failures else None,
        report_batch_item_failures="ReportBatchItemFailures" in properties.take("FunctionResponseTypes", []),
        filters=_filters(properties),
    )


def _filters(properties: Properties) -> tuple[Mapping[str, Any], ...]:
    criteria = properties.take("FilterCriteria", {})
    return tuple(json.loads(one["Pattern"]) for one in criteria.get("Filters", []))


def _queue_url(cloud: Cloud, arn: str) -> str:
    for resource in _of(cloud, "AWS::SQS::Queue"):
        if resource.created.attributes["Arn"] == arn:
            return resource.created.ref
    raise ProvisionError(f"{arn} is no queue of this deployment")


def _policy(cloud: Cloud, role_arn: str, where: str) -> tuple[Statement, ...]:
    roles = [role for role in _of(cloud, "AWS::IAM::Role") if role.created.attributes["Arn"] == role_arn]
    if not roles:
        raise ProvisionError(f"{where}: its role {role_arn} is none of this deployment")
    role = roles[0]
    documents = [policy["PolicyDocument"] for policy in role.properties.get("Policies", [])]
    documents += [
        policy.properties["PolicyDocument"]
        for policy in _of(cloud, "AWS::IAM::Policy")
        if role.created.ref in policy.properties.get("Roles", [])
    ]
    own = {one.created.ref: one.properties["PolicyDocument"] for one in _of(cloud, "AWS::IAM::ManagedPolicy")}
    for arn in role.properties.get("ManagedPolicyArns", []):
        if arn in own:
            documents.append(own[arn])
        elif arn.rsplit("/", 1)[-1] not in _SERVICE_POLICIES:
            raise ProvisionError(f"{role.path} ({role.type}): the local cloud does not know the policy {arn}")
    return _statements(documents, role.path)


def policies_for_people(cloud: Cloud) -> dict[str, tuple[Statement, ...]]:
    """The managed policies by logical id: a request signed with that name has exactly that one."""
    return {
        one.path.rsplit(".", 1)[-1]: _statements([one.properties["PolicyDocument"]], one.path)
        for one in _of(cloud, "AWS::IAM::ManagedPolicy")
    }


def _statements(documents: list[Mapping[str, Any]], where: str) -> tuple[Statement, ...]:
    statements: list[Statement] = []
    for document in documents:
        written = document["Statement"]
        several = written if isinstance(written, list) else [written]
        statements += [access.statement(one, where) for one in several]
    return tuple(statements)
