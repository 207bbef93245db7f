"""What the AWS front refuses to unsigned callers, and what pages of another origin may read of a bucket."""

from __future__ import annotations

import json

import boto3
import pytest
import urllib3

from infra.localcloud import credentials
from infra.localcloud.front.s3_cors import Rule
from tests.localcloud.aws.front import REGION, Front

SITE = "https://site.example.org"
CORS = {
    "CORSRules": [
        {
            "AllowedOrigins": [SITE],
            "AllowedMethods": ["GET", "HEAD"],
            "AllowedHeaders": ["Range"],
            "ExposeHeaders": ["ETag"],
            "MaxAgeSeconds": 60,
        }
    ]
}


@pytest.mark.parametrize(
    "target",
    [
        "DynamoDB_20120810.ListTables",
        "AWSCognitoIdentityProviderService.AdminDeleteUser",
        "AWSCognitoIdentityProviderService.ListUsers",
        "TrentService.Sign",
        "secretsmanager.GetSecretValue",
        "AmazonSQS.SendMessage",
        "AWSEvents.PutEvents",
    ],
)
def test_an_unsigned_call_is_refused_as_aws_refuses_it(front: Front, target: str) -> None:
    headers = {"x-amz-target": target, "content-type": "application/x-amz-json-1.0"}
    answer = urllib3.request("POST", front.url, body=b"{}", headers=headers)
    assert answer.status == 400
    assert json.loads(answer.data)["__type"] == "MissingAuthenticationTokenException"


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("PUT", "/bucket/key"), ("GET", "/bucket/key")])
def test_an_unsigned_request_for_an_object_is_denied(front: Front, method: str, path: str) -> None:
    answer = urllib3.request(method, front.url + path)
    assert (answer.status, b"<Code>AccessDenied</Code>" in answer.data) == (403, True)


def test_mail_is_not_sent_unsigned(front: Front) -> None:
    answer = urllib3.request("POST", f"{front.url}/v2/email/outbound-emails", body=b"{}")
    assert answer.status == 403


@pytest.fixture
def bucket(front: Front) -> str:
    client = front.client("s3")
    location = {"LocationConstraint": REGION}
    client.create_bucket(Bucket="cors", CreateBucketConfiguration=location)
    client.put_bucket_cors(Bucket="cors", CORSConfiguration=CORS)
    client.put_object(Bucket="cors", Key="a.mp3", Body=b"sound")
    return "cors"


def test_a_bucket_answers_other_origins_by_its_rules_alone(front: Front, bucket: str) -> None:
    link = front.client("s3", signature_version="s3v4").generate_presigned_url(
        "get_object", {"Bucket": bucket, "Key": "a.mp3"}
    )
    allowed = urllib3.request("GET", link, headers={"Origin": SITE})
    assert (allowed.status, allowed.data) == (200, b"sound")
    assert allowed.headers["Access-Control-Allow-Origin"] == SITE
    assert allowed.headers["Access-Control-Expose-Headers"] == "ETag"
    for headers in ({"Origin": "https://other.example.org"}, {}):
        answer = urllib3.request("GET", link, headers=headers)
        assert (answer.status, "Access-Control-Allow-Origin" in answer.headers) == (200, False)

    def preflight(origin: str, method: str, asked: str) -> int:
        headers = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": asked}
        return urllib3.request("OPTIONS", link, headers=headers).status

    assert preflight(SITE, "GET", "range") == 200
    assert preflight(SITE, "PUT", "range") == 403
    assert preflight(SITE, "GET", "x-other") == 403
    assert preflight("https://other.example.org", "GET", "range") == 403


def test_patterns_are_those_of_s3() -> None:
    rule = Rule(("https://*.example.org",), ("GET",), ("x-*",))
    assert rule.allows("https://a.example.org", "GET", ["X-Any"])
    assert not rule.allows("https://a.example.com", "GET")
    assert not rule.allows("https://a.example.org.evil", "GET")


@pytest.mark.dynamodb
def test_a_stranger_at_dynamodb_local_finds_nothing(dynamodb: str) -> None:
    def tables(key_id: str) -> list[str]:
        client = boto3.client(
            "dynamodb",
            endpoint_url=dynamodb,
            region_name=REGION,
            aws_access_key_id=key_id,
            aws_secret_access_key=credentials.SECRET,
        )
        return list(client.list_tables()["TableNames"])

    boto3.client(
        "dynamodb",
        endpoint_url=dynamodb,
        region_name=REGION,
        aws_access_key_id="owner",
        aws_secret_access_key=credentials.SECRET,
    ).create_table(
        TableName="private",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    assert tables("owner") == ["private"]
    assert tables("stranger") == []
