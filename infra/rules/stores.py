"""Rules on stores: tables, buckets, queues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch  # type: ignore[import-untyped] # cfn-lint has no types
from cfnlint.template import Template  # type: ignore[import-untyped] # as above

FOURTEEN_DAYS = 14 * 24 * 3600


def _unless_retained(name: str, resource: Mapping[str, Any]) -> Iterator[RuleMatch]:
    """Retained resources outlive their stack, but must not outlive a failed first deployment.

    Resources with deletion protection need plain `Retain`: CloudFormation could not delete them.
    """
    properties = resource.get("Properties", {})
    is_protected = properties.get("DeletionProtectionEnabled") is True
    wanted = {
        "DeletionPolicy": "Retain" if is_protected else "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
    }
    for policy, value in wanted.items():
        if resource.get(policy) != value:
            yield RuleMatch(["Resources", name], f"{name}: {policy} must be {value}")


class TableCannotBeLost(CloudFormationLintRule):  # type: ignore[misc] # an untyped base
    """Every table can be restored to any second, cannot be deleted by mistake, expires items by TTL and is billed on
    demand.
    """

    id = "E9111"
    shortdesc = "Table: point-in-time recovery, deletion protection, encryption, TTL, on demand, retained"
    description = "Tables hold what members own."

    def match(self, cfn: Template) -> list[RuleMatch]:
        matches = []
        for name, table in cfn.get_resources("AWS::DynamoDB::Table").items():
            properties = table.get("Properties", {})
            lifetime = properties.get("TimeToLiveSpecification", {})
            kept = {
                "PointInTimeRecoveryEnabled": properties.get("PointInTimeRecoverySpecification", {}).get(
                    "PointInTimeRecoveryEnabled"
                )
                is True,
                "DeletionProtectionEnabled": properties.get("DeletionProtectionEnabled") is True,
                "SSEEnabled": properties.get("SSESpecification", {}).get("SSEEnabled") is True,
                "TimeToLiveSpecification (expires_at)": lifetime == {"AttributeName": "expires_at", "Enabled": True},
                "BillingMode PAY_PER_REQUEST": properties.get("BillingMode") == "PAY_PER_REQUEST",
            }
            matches += [
                RuleMatch(["Resources", name], f"{name}: {what} is missing") for what, so in kept.items() if not so
            ]
            matches += _unless_retained(name, table)
        return matches


class BucketIsPrivate(CloudFormationLintRule):  # type: ignore[misc] # an untyped base
    """Every bucket is closed to the public and to plain HTTP, encrypted, versioned, and survives its stack."""

    id = "E9112"
    shortdesc = "Bucket: private, TLS only, encrypted, versioned, retained"
    description = "Masters are what the company sells, letters what its customers rely on."

    def match(self, cfn: Template) -> list[RuleMatch]:
        matches = []
        tls_only = {
            policy["Properties"]["Bucket"].get("Ref")
            for policy in cfn.get_resources("AWS::S3::BucketPolicy").values()
            if self._denies_plain_http(policy["Properties"])
        }
        for name, bucket in cfn.get_resources("AWS::S3::Bucket").items():
            properties = bucket.get("Properties", {})
            block = properties.get("PublicAccessBlockConfiguration", {})
            switches = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
            kept = {
                "PublicAccessBlockConfiguration, all four,": all(block.get(switch) is True for switch in switches),
                "BucketEncryption": "BucketEncryption" in properties,
                "VersioningConfiguration Enabled": properties.get("VersioningConfiguration", {}).get("Status")
                == "Enabled",
                "a bucket policy that denies plain HTTP": name in tls_only,
            }
            matches += [
                RuleMatch(["Resources", name], f"{name}: {what} is missing") for what, so in kept.items() if not so
            ]
            matches += _unless_retained(name, bucket)
        return matches

    def _denies_plain_http(self, policy: Mapping[str, Any]) -> bool:
        bucket = policy["Bucket"].get("Ref")
        everything = [{"Fn::GetAtt": [bucket, "Arn"]}, {"Fn::Sub": f"${{{bucket}.Arn}}/*"}]
        return any(
            statement.get("Effect") == "Deny"
            and statement.get("Principal") == "*"
            and statement.get("Action") == "s3:*"
            and statement.get("Resource") == everything
            and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
            for statement in policy["PolicyDocument"]["Statement"]
        )


class QueueKeepsItsMessages(CloudFormationLintRule):  # type: ignore[misc] # an untyped base
    """Every queue is encrypted; one with a consumer has a dead-letter queue, which keeps messages for two weeks.

    A dead-letter queue is known by its name, …DeadLetters.
    """

    id = "E9113"
    shortdesc = "Queue: encrypted, with a dead-letter queue that keeps 14 days"
    description = "A message that cannot be handled waits where somebody sees it."

    def match(self, cfn: Template) -> list[RuleMatch]:
        matches = []
        queues = cfn.get_resources("AWS::SQS::Queue")
        for name, queue in queues.items():
            properties = queue.get("Properties", {})
            if properties.get("SqsManagedSseEnabled") is not True and "KmsMasterKeyId" not in properties:
                matches.append(RuleMatch(["Resources", name], f"{name}: SqsManagedSseEnabled must be true"))
            if name.endswith("DeadLetters"):
                if properties.get("MessageRetentionPeriod") != FOURTEEN_DAYS:
                    matches.append(
                        RuleMatch(["Resources", name], f"{name}: MessageRetentionPeriod must be {FOURTEEN_DAYS}")
                    )
                continue
            target = properties.get("RedrivePolicy", {}).get("deadLetterTargetArn", {}).get("Fn::GetAtt", [None])[0]
            if target not in queues or not target.endswith("DeadLetters"):
                matches.append(
                    RuleMatch(
                        ["Resources", name], f"{name}: RedrivePolicy must name a …DeadLetters queue of this template"
                    )
                )
        return matches
