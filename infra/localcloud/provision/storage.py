"""DynamoDB tables, S3 buckets and KMS keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.localcloud.provision.resources import Created, Creator, Place, Properties, ProvisionError

_WITHOUT_TLS = {"Bool": {"aws:SecureTransport": "false"}}


def _table(place: Place, properties: Properties) -> Created:
    client = place.client("dynamodb")
    name = properties.take("TableName", place.name(limit=255))
    wanted = properties.take_present(
        "AttributeDefinitions",
        "KeySchema",
        "GlobalSecondaryIndexes",
        "LocalSecondaryIndexes",
        "BillingMode",
        "ProvisionedThroughput",
        "DeletionProtectionEnabled",
        "OnDemandThroughput",
    )
    if stream := properties.take("StreamSpecification"):
        wanted["StreamSpecification"] = {"StreamEnabled": True, **stream}
    description = client.create_table(TableName=name, **wanted)["TableDescription"]
    if ttl := properties.take("TimeToLiveSpecification"):
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)
    if backups := properties.take("PointInTimeRecoverySpecification"):
        _keep_backups(client, name, backups)
    attributes = {"Arn": place.cloud.arn("dynamodb", f"table/{name}"), "TableId": description.get("TableId", name)}
    if stream_arn := description.get("LatestStreamArn"):
        attributes["StreamArn"] = stream_arn
    return Created(name, attributes)


def _keep_backups(client: Any, name: str, specification: Mapping[str, Any]) -> None:
    try:
        client.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=specification)
    except ClientError as error:
        # DynamoDB Local is in memory and has no backups; moto does.
        if error.response["Error"]["Code"] not in {"UnknownOperationException", "InternalFailure"}:
            raise


def _bucket(place: Place, properties: Properties) -> Created:
    client = place.client("s3")
    name = properties.take("BucketName", place.name(limit=63).lower())
    wanted: dict[str, Any] = {}
    if place.cloud.region != "us-east-1":
        wanted["CreateBucketConfiguration"] = {"LocationConstraint": place.cloud.region}
    client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=bool(properties.take("ObjectLockEnabled")), **wanted)
    if versioning := properties.take("VersioningConfiguration"):
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration=versioning)
    if lock := properties.take("ObjectLockConfiguration"):
        client.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=lock)
    if encryption := properties.take("BucketEncryption"):
        configuration = {"Rules": [_encryption_rule(rule) for rule in encryption["ServerSideEncryptionConfiguration"]]}
        client.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=configuration)
    if block := properties.take("PublicAccessBlockConfiguration"):
        client.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
    if ownership := properties.take("OwnershipControls"):
        client.put_bucket_ownership_controls(Bucket=name, OwnershipControls=ownership)
    if cors := properties.take("CorsConfiguration"):
        client.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [_cors_rule(r) for r in cors["CorsRules"]]})
    if notified := properties.take("NotificationConfiguration"):
        queues = [
            {"QueueArn": one["Queue"], "Events": [one["Event"]]} for one in notified.get("QueueConfigurations", [])
        ]
        client.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"QueueConfigurations": queues}
        )
    host = f"{name}.s3.{place.cloud.region}.amazonaws.com"
    return Created(
        name, {"Arn": f"arn:aws:s3:::{name}", "DomainName": f"{name}.s3.amazonaws.com", "RegionalDomainName": host}
    )


def _encryption_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    names = {"ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault"}
    return {names.get(key, key): value for key, value in rule.items()}


def _cors_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    names = {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds", "Id": "ID"}
    return {names.get(key, key): value for key, value in rule.items()}


def _bucket_policy(place: Place, properties: Properties) -> Created:
    bucket, document = properties.take("Bucket"), properties.take("PolicyDocument")
    # Loopback has no TLS, and moto, which ignores conditions, would treat "deny unless TLS" as "deny".
    kept = [one for one in document["Statement"] if one.get("Condition") != _WITHOUT_TLS]
    if any("Condition" in one for one in kept):
        raise ProvisionError("a bucket policy's condition cannot be enforced locally")
    if kept:
        place.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps({**document, "Statement": kept}))
    return Created(bucket)


def _key(place: Place, properties: Properties) -> Created:
    client = place.client("kms")
    wanted = properties.take_present("Description", "KeySpec", "KeyUsage", "MultiRegion")
    if policy := properties.take("KeyPolicy"):
        wanted["Policy"] = json.dumps(policy)
    metadata = client.create_key(**wanted)["KeyMetadata"]
    if properties.take("EnableKeyRotation"):
        client.enable_key_rotation(KeyId=metadata["KeyId"])
    if properties.take("Enabled") is False:
        client.disable_key(KeyId=metadata["KeyId"])
    return Created(metadata["KeyId"], {"Arn": metadata["Arn"], "KeyId": metadata["KeyId"]})


def _alias(place: Place, properties: Properties) -> Created:
    name = properties.take("AliasName")
    place.client("kms").create_alias(AliasName=name, TargetKeyId=properties.take("TargetKeyId"))
    return Created(name)


CREATORS: Mapping[str, Creator] = {
    "AWS::DynamoDB::Table": _table,
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::KMS::Key": _key,
    "AWS::KMS::Alias": _alias,
}
