"""Each rule of infra/rules lets a right template pass and stops the same template with one thing wrong."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from cfnlint.api import lint  # type: ignore[import-untyped] # cfn-lint has no types
from cfnlint.rules import CloudFormationLintRule, RulesCollection  # type: ignore[import-untyped] # as above

from infra.rules import functions, policies, stores

Template = dict[str, Any]

RIGHT: Template = {
    "Resources": {
        "Work": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Code": {"S3Bucket": "b", "S3Key": "k"},
                "Handler": "handler.handle",
                "Role": {"Fn::GetAtt": ["WorkRole", "Arn"]},
                "Runtime": "python3.13",
                "Architectures": ["arm64"],
                "TracingConfig": {"Mode": "Active"},
                "SnapStart": {"ApplyOn": "PublishedVersions"},
                "LoggingConfig": {"LogGroup": {"Ref": "WorkLogs"}},
            },
        },
        "WorkPermission": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "FunctionName": {"Ref": "Work"},
                "Action": "lambda:InvokeFunction",
                "Principal": "apigateway.amazonaws.com",
            },
        },
        "Hourly": {
            "Type": "AWS::Scheduler::Schedule",
            "Properties": {
                "ScheduleExpression": "rate(1 hour)",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": {"Arn": {"Fn::GetAtt": ["Work", "Arn"]}, "RoleArn": {"Fn::GetAtt": ["WorkRole", "Arn"]}},
            },
        },
        "WorkLogs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30}},
        "WorkRole": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "sts:AssumeRole",
                            "Principal": {"Service": "lambda.amazonaws.com"},
                        }
                    ],
                },
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
                "Policies": [
                    {
                        "PolicyName": "own",
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Action": ["s3:GetObject"],
                                    "Resource": {"Fn::Sub": "${Files.Arn}/tracks/*"},
                                }
                            ],
                        },
                    }
                ],
            },
        },
        "QueueMapping": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "FunctionName": {"Ref": "Work"},
                "EventSourceArn": {"Fn::GetAtt": ["Jobs", "Arn"]},
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            },
        },
        "StreamMapping": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "FunctionName": {"Ref": "Work"},
                "EventSourceArn": {"Fn::GetAtt": ["Things", "StreamArn"]},
                "StartingPosition": "TRIM_HORIZON",
                "MaximumRetryAttempts": 5,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": ["JobsDeadLetters", "Arn"]}}},
            },
        },
        "Happenings": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventPattern": {"source": ["x"]},
                "Targets": [
                    {
                        "Id": "jobs",
                        "Arn": {"Fn::GetAtt": ["Jobs", "Arn"]},
                        "DeadLetterConfig": {"Arn": {"Fn::GetAtt": ["JobsDeadLetters", "Arn"]}},
                    }
                ],
            },
        },
        "Jobs": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "SqsManagedSseEnabled": True,
                "RedrivePolicy": {
                    "deadLetterTargetArn": {"Fn::GetAtt": ["JobsDeadLetters", "Arn"]},
                    "maxReceiveCount": 5,
                },
            },
        },
        "JobsDeadLetters": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"SqsManagedSseEnabled": True, "MessageRetentionPeriod": 1209600},
        },
        "Things": {
            "Type": "AWS::DynamoDB::Table",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "DeletionProtectionEnabled": True,
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                "SSESpecification": {"SSEEnabled": True},
                "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
                "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            },
        },
        "Files": {
            "Type": "AWS::S3::Bucket",
            "DeletionPolicy": "RetainExceptOnCreate",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": True,
                    "BlockPublicPolicy": True,
                    "IgnorePublicAcls": True,
                    "RestrictPublicBuckets": True,
                },
                "BucketEncryption": {
                    "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
                },
                "VersioningConfiguration": {"Status": "Enabled"},
            },
        },
        "FilesPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {
                "Bucket": {"Ref": "Files"},
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Deny",
                            "Principal": "*",
                            "Action": "s3:*",
                            "Resource": [{"Fn::GetAtt": ["Files", "Arn"]}, {"Fn::Sub": "${Files.Arn}/*"}],
                            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                        }
                    ],
                },
            },
        },
    }
}
STATEMENT = "WorkRole.Properties.Policies.0.PolicyDocument.Statement.0"
TLS = "FilesPolicy.Properties.PolicyDocument.Statement.0"
RULES: dict[str, Callable[[], CloudFormationLintRule]] = {
    "E9101": functions.FunctionRunsAsDecided,
    "E9104": functions.SnapshotHasASmallDisk,
    "E9105": functions.ScheduleHasNoFixedName,
    "E9102": functions.FunctionHasItsOwnLogs,
    "E9103": functions.NothingAsynchronousIsLost,
    "E9111": stores.TableCannotBeLost,
    "E9112": stores.BucketIsPrivate,
    "E9113": stores.QueueKeepsItsMessages,
    "E9121": policies.RoleNamesWhatItMayDo,
}
GONE = object()


def verdict(rule: str, template: Template) -> list[str]:
    collection = RulesCollection()
    collection.register(RULES[rule]())
    return [match.message for match in lint(json.dumps(template), rules=collection, regions=["eu-west-1"])]


def with_change(place: str, value: object) -> Template:
    """RIGHT with the value at `place` (keys and indexes joined by dots, under Resources) replaced or taken away."""
    template = copy.deepcopy(RIGHT)
    *steps, last = place.split(".")
    inner: Any = template["Resources"]
    for step in steps:
        inner = inner[int(step) if isinstance(inner, list) else step]
    key = int(last) if isinstance(inner, list) else last
    if value is GONE:
        del inner[key]
    else:
        inner[key] = value
    return template


@pytest.mark.parametrize("rule", RULES)
def test_a_right_template_passes(rule: str) -> None:
    assert verdict(rule, RIGHT) == []


@pytest.mark.parametrize(
    ("rule", "place", "value"),
    [
        ("E9101", "Work.Properties.Architectures", ["x86_64"]),
        ("E9101", "Work.Properties.Architectures", GONE),
        ("E9101", "Work.Properties.Runtime", "python3.12"),
        ("E9101", "Work.Properties.TracingConfig", {"Mode": "PassThrough"}),
        ("E9101", "Work.Properties.SnapStart", GONE),
        ("E9101", "Work.Properties.SnapStart", {"ApplyOn": "None"}),
        ("E9101", "WorkPermission", GONE),
        ("E9104", "Work.Properties.EphemeralStorage", {"Size": 4096}),
        ("E9105", "Hourly.Properties.Name", "Hourly"),
        ("E9102", "Work.Properties.LoggingConfig", GONE),
        ("E9102", "Work.Properties.LoggingConfig", {"LogGroup": "somewhere"}),
        ("E9102", "Work.Properties.LoggingConfig", {"LogGroup": {"Fn::GetAtt": ["Data", "Outputs.Work"]}}),
        ("E9102", "WorkLogs.Properties", {}),
        ("E9103", "QueueMapping.Properties.FunctionResponseTypes", GONE),
        ("E9103", "StreamMapping.Properties.DestinationConfig", GONE),
        ("E9103", "StreamMapping.Properties.MaximumRetryAttempts", GONE),
        ("E9103", "Happenings.Properties.Targets.0.DeadLetterConfig", GONE),
        ("E9111", "Things.DeletionPolicy", GONE),
        ("E9111", "Things.Properties.BillingMode", "PROVISIONED"),
        ("E9111", "Things.Properties.DeletionProtectionEnabled", False),
        ("E9111", "Things.Properties.PointInTimeRecoverySpecification", GONE),
        ("E9111", "Things.Properties.SSESpecification", GONE),
        ("E9111", "Things.Properties.TimeToLiveSpecification", {"AttributeName": "ttl", "Enabled": True}),
        ("E9111", "Things.DeletionPolicy", "RetainExceptOnCreate"),
        ("E9112", "Files.DeletionPolicy", "Retain"),
        ("E9112", "Files.UpdateReplacePolicy", "Delete"),
        ("E9112", "Files.Properties.BucketEncryption", GONE),
        ("E9112", "Files.Properties.PublicAccessBlockConfiguration.BlockPublicPolicy", False),
        ("E9112", "Files.Properties.VersioningConfiguration", {"Status": "Suspended"}),
        ("E9112", "FilesPolicy", GONE),
        ("E9112", f"{TLS}.Effect", "Allow"),
        ("E9112", f"{TLS}.Resource", [{"Fn::GetAtt": ["Files", "Arn"]}]),
        ("E9113", "Jobs.Properties.RedrivePolicy", GONE),
        ("E9113", "Jobs.Properties.SqsManagedSseEnabled", GONE),
        ("E9113", "JobsDeadLetters.Properties.MessageRetentionPeriod", 345600),
        ("E9121", "WorkRole.Properties.ManagedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"]),
        ("E9121", f"{STATEMENT}.Action", "s3:*"),
        ("E9121", f"{STATEMENT}.Action", ["s3:GetObject", "s3:Put*"]),
        ("E9121", f"{STATEMENT}.Resource", "*"),
        ("E9121", f"{STATEMENT}.Resource", {"Fn::Sub": "${Files.Arn}/*"}),
        ("E9121", f"{STATEMENT}.Resource", ["arn:aws:ses:eu-west-1:1:identity/*"]),
        ("E9121", STATEMENT, {"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::one"}),
    ],
)
def test_one_thing_wrong_is_found(rule: str, place: str, value: object) -> None:
    assert verdict(rule, with_change(place, value))


def test_a_log_group_may_be_of_the_stack_of_logs() -> None:
    shared = with_change("Work.Properties.LoggingConfig", {"LogGroup": {"Fn::GetAtt": ["Logs", "Outputs.Work"]}})
    assert verdict("E9102", shared) == []

    shared["Resources"]["Again"] = shared["Resources"]["Work"]
    assert verdict("E9102", shared) == ["Again and Work write to one log group"]


def test_two_functions_cannot_share_a_log_group() -> None:
    template = copy.deepcopy(RIGHT)
    template["Resources"]["Again"] = template["Resources"]["Work"]

    assert verdict("E9102", template) == ["Again and Work write to one log group"]
