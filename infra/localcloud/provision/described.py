"""Resource types for which nothing is created: each with the reason, and its values of `Ref` and `Fn::GetAtt`.

The list is complete on purpose: a type that is neither here nor among the creators is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from infra.localcloud.provision.resources import Created, Place, Properties

RUN = "read into the deployment: the local gateway, runtime, pollers and scheduler carry it out"
ENFORCED = "read into the deployment: the AWS front enforces its statements"
DEPLOYED = "matters only where the code is deployed as an artefact; locally the folders run"
WATCHED = "watching belongs to the cloud that is deployed; locally the logs are files"
ADDRESS = "the local gateway's address, instead of the API's own name"
ACCESS = "lets one AWS service call another; the local cloud's own parts need no leave"

Describer = Callable[[Place, Properties], Created]


def _named(service: str, prefix: str, name: str) -> Describer:
    def describe(place: Place, properties: Properties) -> Created:
        physical = properties.take(name) or place.name()
        arn = place.cloud.arn(service, f"{prefix}{physical}")
        return Created(physical, {"Arn": arn})

    return describe


def _role(place: Place, properties: Properties) -> Created:
    name = properties.take("RoleName") or place.name()
    arn = f"arn:aws:iam::{place.cloud.account_id}:role/{name}"
    return Created(name, {"Arn": arn, "RoleId": name})


def _managed_policy(place: Place, properties: Properties) -> Created:
    name = properties.take("ManagedPolicyName") or place.name()
    return Created(f"arn:aws:iam::{place.cloud.account_id}:policy/{name}")


def _log_group(place: Place, properties: Properties) -> Created:
    name = properties.take("LogGroupName") or place.name()
    return Created(name, {"Arn": place.cloud.arn("logs", f"log-group:{name}:*")})


def _version(place: Place, properties: Properties) -> Created:
    function = properties.take("FunctionName")
    arn = place.cloud.arn("lambda", f"function:{function.rsplit(':', 1)[-1]}:1")
    return Created(arn, {"Version": "1", "FunctionArn": arn})


def _alias(place: Place, properties: Properties) -> Created:
    function = properties.take("FunctionName").rsplit(":", 1)[-1]
    arn = place.cloud.arn("lambda", f"function:{function}:{properties.take('Name')}")
    return Created(arn, {"AliasArn": arn})


def _layer(place: Place, properties: Properties) -> Created:
    arn = place.cloud.arn("lambda", f"layer:{properties.take('LayerName') or place.name()}:1")
    return Created(arn, {"LayerVersionArn": arn})


def _alarm(place: Place, properties: Properties) -> Created:
    name = properties.take("AlarmName") or place.name()
    return Created(name, {"Arn": place.cloud.arn("cloudwatch", f"alarm:{name}")})


def _http_api(place: Place, _properties: Properties) -> Created:
    host = f"{place.path.lower()}.execute-api.{place.cloud.region}.amazonaws.com"
    return Created(place.path.lower(), {"ApiId": place.path.lower(), "ApiEndpoint": f"https://{host}"})


def _rest_api(place: Place, _properties: Properties) -> Created:
    return Created(place.path.lower(), {"RestApiId": place.path.lower(), "RootResourceId": "root"})


def _stage(_place: Place, properties: Properties) -> Created:
    return Created(properties.take("StageName"))


def _plain(place: Place, _properties: Properties) -> Created:
    return Created(place.name(), {"Arn": place.cloud.arn("local", place.name()), "Id": place.name()})


DESCRIBED: Mapping[str, tuple[Describer, str]] = {
    "AWS::Lambda::Function": (_named("lambda", "function:", "FunctionName"), RUN),
    "AWS::Lambda::EventSourceMapping": (_plain, RUN),
    "AWS::ApiGatewayV2::Api": (_http_api, RUN),
    "AWS::ApiGatewayV2::Stage": (_stage, RUN),
    "AWS::ApiGateway::RestApi": (_rest_api, RUN),
    "AWS::ApiGateway::Stage": (_stage, RUN),
    "AWS::Scheduler::Schedule": (_named("scheduler", "schedule/default/", "Name"), RUN),
    "AWS::Scheduler::ScheduleGroup": (_named("scheduler", "schedule-group/", "Name"), RUN),
    "AWS::IAM::Role": (_role, ENFORCED),
    "AWS::IAM::Policy": (_plain, ENFORCED),
    "AWS::IAM::ManagedPolicy": (_managed_policy, ENFORCED),
    "AWS::Lambda::Version": (_version, DEPLOYED),
    "AWS::Lambda::Alias": (_alias, DEPLOYED),
    "AWS::Lambda::LayerVersion": (_layer, DEPLOYED),
    "AWS::ApiGateway::Deployment": (_plain, DEPLOYED),
    "AWS::CodeDeploy::Application": (_plain, DEPLOYED),
    "AWS::CodeDeploy::DeploymentGroup": (_plain, DEPLOYED),
    "AWS::ApiGatewayV2::DomainName": (_named("apigateway", "/domainnames/", "DomainName"), ADDRESS),
    "AWS::ApiGatewayV2::ApiMapping": (_plain, ADDRESS),
    "AWS::Lambda::Permission": (_plain, ACCESS),
    "AWS::ApiGateway::Account": (_plain, ACCESS),
    "AWS::SNS::TopicPolicy": (_plain, ACCESS),
    "AWS::Logs::ResourcePolicy": (_plain, ACCESS),
    "AWS::Logs::LogGroup": (_log_group, WATCHED),
    "AWS::Logs::MetricFilter": (_plain, WATCHED),
    "AWS::Logs::SubscriptionFilter": (_plain, RUN),
    "AWS::Logs::QueryDefinition": (_plain, WATCHED),
    "AWS::CloudWatch::Alarm": (_alarm, WATCHED),
    "AWS::CloudWatch::CompositeAlarm": (_alarm, WATCHED),
    "AWS::CloudWatch::Dashboard": (_plain, WATCHED),
    "AWS::Budgets::Budget": (_plain, WATCHED),
    "AWS::XRay::Group": (_plain, WATCHED),
    "AWS::XRay::SamplingRule": (_plain, WATCHED),
}

# Properties of created types which change nothing that can be seen locally.
WITHOUT_LOCAL_MEANING: Mapping[str, Mapping[str, str]] = {
    "AWS::DynamoDB::Table": {
        "SSESpecification": "nothing is kept on a disk",
        "Tags": "for the bill",
        "ContributorInsightsSpecification": WATCHED,
        "ResourcePolicy": ACCESS,
    },
    "AWS::S3::Bucket": {
        "LifecycleConfiguration": "storage is fresh at every start: nothing lives long enough to expire",
        "LoggingConfiguration": WATCHED,
        "MetricsConfigurations": WATCHED,
        "Tags": "for the bill",
    },
    "AWS::KMS::Key": {"PendingWindowInDays": "nothing is deleted locally", "Tags": "for the bill"},
    "AWS::SQS::Queue": {"Tags": "for the bill"},
    "AWS::Events::EventBus": {"Tags": "for the bill", "KmsKeyIdentifier": "nothing is kept on a disk"},
    "AWS::Events::Rule": {"Tags": "for the bill"},
    "AWS::SecretsManager::Secret": {"KmsKeyId": "nothing is kept on a disk", "Tags": "for the bill"},
    "AWS::SNS::Topic": {"KmsMasterKeyId": "nothing is kept on a disk", "Tags": "for the bill"},
    "AWS::SNS::Subscription": {},
    "AWS::SES::ConfigurationSet": {
        "SuppressionOptions": "mail stays in the local mail viewer",
        "ReputationOptions": WATCHED,
        "SendingOptions": "mail stays in the local mail viewer",
        "Tags": "for the bill",
    },
    "AWS::SSM::Parameter": {"Tags": "for the bill"},
    "AWS::SES::EmailIdentity": {
        "DkimAttributes": "mail stays in the local mail viewer",
        "MailFromAttributes": "mail stays in the local mail viewer",
        "ConfigurationSetAttributes": WATCHED,
        "FeedbackAttributes": "mail stays in the local mail viewer",
    },
    "AWS::Cognito::UserPool": {"UserPoolTags": "for the bill", "EnabledMfas": "no second factor is used locally"},
}
