"""What the provisioner makes of a template, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from infra.localcloud.deployment import Deployment, Route, Throttle
from infra.localcloud.intrinsics import TemplateError
from infra.localcloud.provision.resources import ProvisionError
from tests.localcloud.aws.front import TEMPLATES, Front

HEAD = "AWSTemplateFormatVersion: '2010-09-09'\n"


def routes(deployed: Deployment) -> dict[tuple[str, str], Route]:
    return {(route.method, route.path): route for route in deployed.routes}


def test_routes_carry_function_authorizer_and_throttle(deployed: Deployment) -> None:
    found = routes(deployed)
    assert set(found) == {("POST", "/v1/things"), ("GET", "/v1/things/{id}"), ("GET", "/accounts/{id}")}
    put, read, ops = found["POST", "/v1/things"], found["GET", "/v1/things/{id}"], found["GET", "/accounts/{id}"]
    assert (put.function, put.authorizer, put.throttle) == ("PutThingFunction", "jwt", Throttle(1.5, 5))
    assert (read.authorizer, read.throttle, read.payload) == (None, Throttle(50, 100), "2.0")
    assert (ops.function, ops.authorizer, ops.payload, ops.stage) == ("OpsFunction", "iam", "1.0", "ops")


def test_environment_and_policy_are_resolved(deployed: Deployment) -> None:
    function = deployed.functions["PutThingFunction"]
    assert function.folder == TEMPLATES / "functions" / "put_thing"
    assert function.environment["THINGS_TABLE"] == deployed.physical_ids["Data.ThingsTable"]
    assert function.environment["STAGE"] == "dev"
    actions = {action for statement in function.policy for action in statement.actions}
    assert actions == {
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "s3:GetObject",
        "events:PutEvents",
        "sqs:SendMessage*",
    }


def test_cors_and_tokens_come_from_the_api(deployed: Deployment) -> None:
    assert deployed.cors is not None
    assert deployed.cors.allow_origins == ("https://www.example.com",)
    assert deployed.jwt_issuer.endswith("/" + deployed.physical_ids["Identity.UserPool"])
    assert deployed.jwt_audiences == (deployed.physical_ids["Identity.WebClient"],)


def test_mappings_and_schedules_are_read(deployed: Deployment) -> None:
    queues = {mapping.queue_url: mapping for mapping in deployed.queue_mappings}
    work = queues[deployed.physical_ids["Messaging.WorkQueue"]]
    assert (work.function, work.batch_size, work.report_batch_item_failures) == ("WorkFunction", 10, True)
    (stream,) = deployed.stream_mappings
    assert (stream.batch_size, stream.batching_window_seconds, stream.maximum_retries) == (50, 1, 3)
    assert stream.failure_queue_url == deployed.physical_ids["Messaging.NoticesQueue"]
    schedules = {schedule.expression: schedule for schedule in deployed.schedules}
    assert schedules["cron(0 3 * * ? *)"].time_zone == "Asia/Hong_Kong"
    assert schedules["rate(5 minutes)"].input == '{"job": "sweep"}'


def test_the_resources_are_there_as_described(front: Front, deployed: Deployment) -> None:
    ids = deployed.physical_ids
    table = front.client("dynamodb").describe_table(TableName=ids["Data.ThingsTable"])["Table"]
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == ["timeline"]
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    ttl = front.client("dynamodb").describe_time_to_live(TableName=ids["Data.ThingsTable"])
    assert ttl["TimeToLiveDescription"]["AttributeName"] == "expires_at"
    s3 = front.client("s3")
    assert s3.get_bucket_versioning(Bucket=ids["Data.FilesBucket"])["Status"] == "Enabled"
    assert s3.get_object_lock_configuration(Bucket=ids["Data.FilesBucket"])
    assert s3.get_public_access_block(Bucket=ids["Data.FilesBucket"])
    key = front.client("kms").describe_key(KeyId="alias/things-dev")["KeyMetadata"]
    assert (key["KeySpec"], key["KeyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")
    queue = front.client("sqs").get_queue_attributes(QueueUrl=ids["Messaging.WorkQueue"], AttributeNames=["All"])
    assert queue["Attributes"]["FifoQueue"] == "true"
    assert json.loads(queue["Attributes"]["RedrivePolicy"])["maxReceiveCount"] == 5
    secret = front.client("secretsmanager").get_secret_value(SecretId=ids["Messaging.Secret"])["SecretString"]
    assert len(json.loads(secret)["webhook_secret"]) == 40


def test_an_event_reaches_the_queue_of_its_rule(front: Front, deployed: Deployment) -> None:
    entry = {"Source": "things", "DetailType": "ThingHappened", "Detail": '{"n": 1}'}
    other = {**entry, "DetailType": "SomethingElse"}
    bus = deployed.physical_ids["Messaging.Bus"]
    front.client("events").put_events(Entries=[{**e, "EventBusName": bus} for e in (other, entry)])
    url = deployed.physical_ids["Messaging.NoticesQueue"]
    messages = front.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [json.loads(message["Body"])["detail"] for message in messages] == [{"n": 1}]


def test_a_type_it_does_not_know_is_refused_by_name(provide: Callable[..., Deployment]) -> None:
    text = HEAD + "Resources:\n  Cluster: {Type: 'AWS::ECS::Cluster', Properties: {}}\n"
    with pytest.raises(ProvisionError, match=r"Cluster \(AWS::ECS::Cluster\)"):
        provide(text)


def test_a_property_it_does_not_know_is_refused_by_name(provide: Callable[..., Deployment]) -> None:
    text = HEAD + "Resources:\n  Files: {Type: 'AWS::S3::Bucket', Properties: {WebsiteConfiguration: {}}}\n"
    with pytest.raises(ProvisionError, match=r"Files \(AWS::S3::Bucket\).*WebsiteConfiguration"):
        provide(text)


def test_a_bucket_policy_that_cannot_be_enforced_is_refused(provide: Callable[..., Deployment]) -> None:
    condition = "{IpAddress: {aws:SourceIp: 10.0.0.0/8}}"
    statement = f"{{Effect: Deny, Principal: '*', Action: 's3:*', Resource: '*', Condition: {condition}}}"
    text = HEAD + (
        "Resources:\n  Guarded: {Type: 'AWS::S3::Bucket', Properties: {}}\n  Policy: {Type: 'AWS::S3::BucketPolicy', "
        f"Properties: {{Bucket: !Ref Guarded, PolicyDocument: {{Statement: [{statement}]}}}}}}\n"
    )
    with pytest.raises(ProvisionError, match=r"Policy \(AWS::S3::BucketPolicy\)"):
        provide(text)


def test_a_refusal_by_aws_is_reported_with_its_resource(provide: Callable[..., Deployment]) -> None:
    text = HEAD + "Resources:\n  Key: {Type: 'AWS::KMS::Key', Properties: {KeySpec: NO_SUCH_SPEC}}\n"
    with pytest.raises(ProvisionError, match=r"Key \(AWS::KMS::Key\)"):
        provide(text)


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({}, "Stage has no value"),
        ({"Stage": "test"}, "none of dev, prod"),
        ({"Stage": "dev", "Other": "x"}, "no parameter Other"),
        ({"Stage": "dev", "Days": "99"}, "not from 1 to 30"),
        ({"Stage": "dev", "Site": "ftp://x"}, "does not match"),
    ],
)
def test_parameters_are_checked(provide: Callable[..., Deployment], parameters: dict[str, str], reason: str) -> None:
    text = HEAD + (
        "Parameters:\n  Stage: {Type: String, AllowedValues: [dev, prod]}\n"
        "  Days: {Type: Number, Default: 7, MinValue: 1, MaxValue: 30}\n"
        "  Site: {Type: String, Default: 'http://x', AllowedPattern: '^https?://.*'}\nResources: {}\n"
    )
    with pytest.raises(TemplateError, match=reason):
        provide(text, **parameters)


def test_resources_that_need_each_other_are_refused(provide: Callable[..., Deployment]) -> None:
    text = HEAD + (
        "Resources:\n  A: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: !Ref B}}\n"
        "  B: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: !Ref A}}\n"
    )
    with pytest.raises(TemplateError, match="depends on itself"):
        provide(text)


def test_a_resource_whose_condition_does_not_hold_is_left_out(provide: Callable[..., Deployment], front: Front) -> None:
    text = HEAD + (
        "Conditions: {Never: !Equals [a, b]}\nResources:\n"
        "  Left: {Type: 'AWS::SQS::Queue', Condition: Never, Properties: {QueueName: left-out}}\n"
    )
    assert "Left" not in provide(text).physical_ids
    with pytest.raises(ClientError, match="NonExistentQueue"):
        front.client("sqs").get_queue_url(QueueName="left-out")
