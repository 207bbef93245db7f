"""A deployment that lacks nothing, for tests to take something from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from infra.ops.client import OpsClient
from infra.ops.doctor.deployment import Deployment, Stack
from infra.ops.public_api import PublicApi
from tests.fakes.aws_reads import ReadAws

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
KEY = ec.generate_private_key(ec.SECP256R1())
ROOT, NESTED = "allmytracks-prod", "arn:aws:cloudformation:ap-southeast-1:123456789012:stack/nested/1"
PARAMETERS = {
    "Stage": "prod",
    "MailSender": "no-reply@example.org",
    "MailIdentityArn": "arn:aws:ses:ap-southeast-1:123456789012:identity/example.org",
    "CertificateArn": "arn:aws:acm:ap-southeast-1:123456789012:certificate/1",
    "PublicUrl": "https://api.example.org",
    "OidcIssuer": "https://accounts.example.org",
}
RESOURCES = {
    ROOT: [("AWS::CloudFormation::Stack", "Data", NESTED), ("AWS::Lambda::Function", "SignUpFunction", "sign-up-1")],
    NESTED: [
        ("AWS::DynamoDB::Table", "AccountsTable", "accounts-1"),
        ("AWS::SNS::Topic", "Alarms", "arn:aws:sns:ap-southeast-1:123456789012:alarms"),
        ("AWS::CloudWatch::Alarm", "ApiFailing", "alarm-1"),
        ("AWS::SecretsManager::Secret", "OidcSecret", "oidc-1"),
    ],
}


def certificate(key: ec.EllipticCurvePrivateKey = KEY, days: int = 300) -> str:
    """A certificate (PEM) that ends in so many days."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Letters")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM).decode()


def _resources(StackName: str, NextToken: str = "") -> dict[str, Any]:  # noqa: N803 - AWS's names
    """One a page, so that pages are read to their end."""
    place = int(NextToken or 0)
    type_, logical, physical = RESOURCES[StackName][place]
    summary = {
        "ResourceType": type_,
        "LogicalResourceId": logical,
        "PhysicalResourceId": physical,
        "LastUpdatedTimestamp": NOW,
        "ResourceStatus": "CREATE_COMPLETE",
    }
    more = {"NextToken": str(place + 1)} if place + 1 < len(RESOURCES[StackName]) else {}
    return {"StackResourceSummaries": [summary], **more}


@dataclass
class World:
    """What the checks look at; each part may be changed before `examined`."""

    parameters: dict[str, str] = field(default_factory=lambda: dict(PARAMETERS))
    status: str = "UPDATE_COMPLETE"
    published: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    routes: dict[str, Callable[[httpx.Request], httpx.Response]] = field(default_factory=dict)
    aws: ReadAws = field(init=False)

    def __post_init__(self) -> None:
        payment = json.dumps({"api_key": "sk_live_1", "webhook_secrets": ["whsec_1"]})
        oidc = json.dumps({"client_id": "1", "client_secret": "2"})
        self.aws = ReadAws(
            {
                ("cloudformation", "DescribeStacks"): lambda **_: {"Stacks": [self._stack()]},
                ("cloudformation", "ListStackResources"): _resources,
                ("sesv2", "GetAccount"): {
                    "ProductionAccessEnabled": True,
                    "SendingEnabled": True,
                    "EnforcementStatus": "HEALTHY",
                    "SendQuota": {"Max24HourSend": 50000.0},
                },
                ("sesv2", "GetEmailIdentity"): {
                    "IdentityType": "DOMAIN",
                    "VerifiedForSendingStatus": True,
                    "DkimAttributes": {"Status": "SUCCESS"},
                },
                ("cognito-idp", "DescribeUserPool"): self.pool("DEVELOPER"),
                ("sns", "ListSubscriptionsByTopic"): {"Subscriptions": [{"SubscriptionArn": "arn:aws:sns:1"}]},
                ("acm", "DescribeCertificate"): self.tls("ISSUED", 200),
                ("apigatewayv2", "GetDomainName"): self.domain("AVAILABLE"),
                ("lambda", "GetAccountSettings"): self.limit(1000),
                ("lambda", "GetFunctionConfiguration"): self.version("Active", "On"),
                ("secretsmanager", "GetSecretValue"): lambda SecretId: {  # noqa: N803 - AWS's name
                    "SecretString": oidc if SecretId == "oidc-1" else payment
                },
                ("dynamodb", "DescribeContinuousBackups"): self.backups("ENABLED"),
                ("cloudwatch", "DescribeAlarms"): self.alarm("OK", rings=True),
            }
        )
        in_force = {"version": "1", "effective_at": "2026-11-01T00:00:00.000Z", "body": {}}
        for kind in ("plans", "taxes", "storage-packages", "name-rules", "fraud-rules"):
            self.published[kind] = [in_force]
        agreements = ("user-agreement", "privacy-policy", "premium-agreement")
        self.published["agreements"] = [{**in_force, "body": {"id": each}} for each in agreements]
        self.published["certificates"] = [{**in_force, "body": {"chain": certificate()}}]
        track = {"items": [{"track_id": "trk_1", "title": "Rain"}]}
        head = {"number": 7, "timestamp": (NOW - timedelta(minutes=20)).isoformat()}
        self.routes |= {
            "/v1/status": answering({"status": "ok"}, Date="Sat, 28 Nov 2026 12:00:05 GMT"),
            "/v1/tracks": answering(track),
            "/v1/register/head": answering(head),
            "/.well-known/jwks.json": answering({"keys": [ECKey.import_key(KEY).as_dict(private=False)]}),
        }

    def deployment(self, *, on_aws: bool = True) -> Deployment:
        """As the checks get it."""
        site = httpx.Client(transport=httpx.MockTransport(self._answer), base_url="https://api.example.org")
        ops = httpx.Client(transport=httpx.MockTransport(self._listed), base_url="https://ops.example.org/ops")
        stack = Stack(ROOT, self.aws) if on_aws else None
        client = OpsClient(ops, ops, sleep=lambda _: None)
        return Deployment(client, PublicApi(site, lambda _: None), stack, lambda: NOW)

    def _stack(self) -> dict[str, Any]:
        outputs = {"UserPoolId": "pool_1", "PaymentSecretArn": "payment-1", "ApiUrl": "x", "OpsUrl": "y"}
        return {
            "StackId": "arn:aws:cloudformation:ap-southeast-1:123456789012:stack/allmytracks-prod/1",
            "StackName": ROOT,
            "CreationTime": NOW,
            "StackStatus": self.status,
            "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in self.parameters.items()],
            "Outputs": [{"OutputKey": name, "OutputValue": value} for name, value in outputs.items()],
        }

    def _answer(self, request: httpx.Request) -> httpx.Response:
        route = self.routes.get(request.url.path)
        return route(request) if route else httpx.Response(404, json={"code": "not_found", "detail": "None."})

    def _listed(self, request: httpx.Request) -> httpx.Response:
        kind = request.url.params.get("kind", request.url.path.rpartition("/")[2])
        return httpx.Response(200, json={"items": self.published.get(kind, [])})

    @staticmethod
    def pool(sender: str) -> dict[str, Any]:
        return {"UserPool": {"EmailConfiguration": {"EmailSendingAccount": sender}}}

    @staticmethod
    def tls(status: str, days: int) -> dict[str, Any]:
        return {"Certificate": {"Status": status, "NotAfter": NOW + timedelta(days=days)}}

    @staticmethod
    def domain(status: str) -> dict[str, Any]:
        return {"DomainNameConfigurations": [{"DomainNameStatus": status, "ApiGatewayDomainName": "d-1.example.com"}]}

    @staticmethod
    def limit(at_once: int) -> dict[str, Any]:
        return {"AccountLimit": {"ConcurrentExecutions": at_once, "UnreservedConcurrentExecutions": at_once}}

    @staticmethod
    def version(state: str, optimised: str) -> dict[str, Any]:
        return {"State": state, "SnapStart": {"ApplyOn": "PublishedVersions", "OptimizationStatus": optimised}}

    @staticmethod
    def backups(status: str) -> dict[str, Any]:
        recovery = {"PointInTimeRecoveryStatus": status}
        described = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}
        return {"ContinuousBackupsDescription": described}

    @staticmethod
    def alarm(state: str, *, rings: bool) -> dict[str, Any]:
        alarm = {"AlarmName": "alarm-1", "StateValue": state, "ActionsEnabled": rings, "AlarmActions": ["arn:topic"]}
        part = {"AlarmName": "part-1", "StateValue": "ALARM", "ActionsEnabled": True, "AlarmActions": []}
        return {"MetricAlarms": [alarm, part]}


def answering(body: object, **headers: str) -> Callable[[httpx.Request], httpx.Response]:
    """A route that always answers this."""
    return lambda _: httpx.Response(200, json=body, headers=headers)
