"""SQS queues, EventBridge, SNS topics, secrets, parameters and the mail sender."""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Mapping
from typing import Any

from infra.localcloud.provision.resources import Created, Creator, Place, Properties, ProvisionError

_QUEUE_ATTRIBUTES = (
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoQueue",
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
)


def _queue(place: Place, properties: Properties) -> Created:
    client = place.client("sqs")
    wanted = properties.take_present(*_QUEUE_ATTRIBUTES)
    name = properties.take("QueueName") or place.name(limit=70) + (".fifo" if wanted.get("FifoQueue") else "")
    attributes = {key: value if isinstance(value, str) else json.dumps(value) for key, value in wanted.items()}
    url = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return Created(url, {"Arn": place.cloud.arn("sqs", name), "QueueName": name, "QueueUrl": url})


def _queue_policy(place: Place, properties: Properties) -> Created:
    policy = json.dumps(properties.take("PolicyDocument"))
    for url in properties.take("Queues"):
        place.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return Created(place.path)


def _bus(place: Place, properties: Properties) -> Created:
    name = properties.take("Name")
    wanted = properties.take_present("Description", "EventSourceName")
    arn = place.client("events").create_event_bus(Name=name, **wanted)["EventBusArn"]
    return Created(name, {"Arn": arn, "Name": name})


def _rule(place: Place, properties: Properties) -> Created:
    name = properties.take("Name", place.name())
    wanted = properties.take_present("EventBusName", "Description", "State", "RoleArn")
    bus = wanted.get("EventBusName", "default")
    path = name if bus == "default" else f"{bus}/{name}"
    created = Created(path, {"Arn": place.cloud.arn("events", f"rule/{path}")})
    targets = properties.take("Targets", [])
    if properties.take("ScheduleExpression"):
        return created  # the local cloud's own scheduler runs it
    for target in targets:
        if ":lambda:" in target["Arn"]:
            raise ProvisionError("a rule cannot call a function locally: put an SQS queue between them")
    client = place.client("events")
    client.put_rule(Name=name, EventPattern=json.dumps(properties.take("EventPattern")), **wanted)
    if targets:
        answer = client.put_targets(Rule=name, EventBusName=bus, Targets=targets)
        if answer["FailedEntryCount"]:
            raise ProvisionError(f"targets were refused: {answer['FailedEntries']}")
    return created


def _secret(place: Place, properties: Properties) -> Created:
    name = properties.take("Name", place.name())
    generate = properties.take("GenerateSecretString")
    text = properties.take("SecretString", "")
    if generate is not None:
        text = _generated(generate)
    wanted = properties.take_present("Description")
    arn = place.client("secretsmanager").create_secret(Name=name, SecretString=text, **wanted)["ARN"]
    return Created(arn, {"Id": arn})


def _generated(wanted: Mapping[str, Any]) -> str:
    alphabet = string.ascii_letters + string.digits
    if not (wanted.get("ExcludePunctuation") or wanted.get("ExcludeCharacters")):
        alphabet += "!#$%&*+-=?@_"
    excluded = wanted.get("ExcludeCharacters", "")
    letters = [letter for letter in alphabet if letter not in excluded]
    value = "".join(secrets.choice(letters) for _ in range(int(wanted.get("PasswordLength", 32))))
    if "GenerateStringKey" not in wanted:
        return value
    return json.dumps({**json.loads(wanted.get("SecretStringTemplate", "{}")), wanted["GenerateStringKey"]: value})


def _topic(place: Place, properties: Properties) -> Created:
    client = place.client("sns")
    name = properties.take("TopicName", place.name())
    attributes = {key: str(value) for key, value in properties.take_present("DisplayName", "FifoTopic").items()}
    arn = client.create_topic(Name=name, Attributes=attributes)["TopicArn"]
    for subscription in properties.take("Subscription", []):
        client.subscribe(TopicArn=arn, **subscription)
    return Created(arn, {"TopicArn": arn, "TopicName": name})


def _subscription(place: Place, properties: Properties) -> Created:
    arn = place.client("sns").subscribe(**properties.take_present("TopicArn", "Protocol", "Endpoint"))
    return Created(arn["SubscriptionArn"])


def _parameter(place: Place, properties: Properties) -> Created:
    name = properties.take("Name", place.name())
    wanted = properties.take_present("Type", "Value", "Description", "AllowedPattern", "Tier", "DataType")
    place.client("ssm").put_parameter(Name=name, **wanted)
    return Created(name, {"Type": wanted["Type"], "Value": wanted["Value"]})


def _email_identity(place: Place, properties: Properties) -> Created:
    identity = properties.take("EmailIdentity")
    place.client("sesv2").create_email_identity(EmailIdentity=identity)
    return Created(identity)


def _configuration_set(place: Place, properties: Properties) -> Created:
    name = properties.take("Name") or place.name()
    place.client("sesv2").create_configuration_set(ConfigurationSetName=name)
    return Created(name)


def _event_destination(place: Place, properties: Properties) -> Created:
    wanted = properties.take("EventDestination")
    if "EventBridgeDestination" not in wanted:
        raise ProvisionError("the local cloud reports mail to EventBridge only")
    name = wanted.get("Name") or place.name()
    place.client("sesv2").create_configuration_set_event_destination(
        ConfigurationSetName=properties.take("ConfigurationSetName"),
        EventDestinationName=name,
        EventDestination={
            "Enabled": wanted.get("Enabled", False),
            # CloudFormation has them in lower case, the API in capitals.
            "MatchingEventTypes": [each.upper() for each in wanted["MatchingEventTypes"]],
            "EventBridgeDestination": wanted["EventBridgeDestination"],
        },
    )
    return Created(name, {"Id": name})


CREATORS: Mapping[str, Creator] = {
    "AWS::SQS::Queue": _queue,
    "AWS::SQS::QueuePolicy": _queue_policy,
    "AWS::Events::EventBus": _bus,
    "AWS::Events::Rule": _rule,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::Subscription": _subscription,
    "AWS::SSM::Parameter": _parameter,
    "AWS::SES::EmailIdentity": _email_identity,
    "AWS::SES::ConfigurationSet": _configuration_set,
    "AWS::SES::ConfigurationSetEventDestination": _event_destination,
}
