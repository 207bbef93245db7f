"""A request in IAM's terms: the operation, the actions and resources it needs, condition keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.localcloud.front import objects
from infra.localcloud.front.objects import Need
from infra.localcloud.front.requests import Request

_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_KEY_EQUALS = re.compile(r"(#?[\w.-]+)\s*=\s*(:[\w.-]+)")
_PARTITION_KEY = "pk"


@dataclass(frozen=True, slots=True)
class Call:
    """One AWS call; `needs` are pairs of IAM action and resource ARN."""

    operation: str
    needs: list[Need]
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Here:
    """The deployment's region and account; `lookup` finds the ARN of (service, id as given by the caller)."""

    region: str
    account_id: str
    lookup: Callable[[str, str], str]

    def arn(self, service: str, rest: str) -> str:
        """An ARN in this region and account."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{rest}"


def describe(request: Request, here: Here) -> Call:
    """The call that the request makes; for an unknown service, on all resources."""
    describer = _SERVICES.get(request.service or "")
    if describer is not None:
        return describer(request, here)
    operation = request.target or request.form.get("Action") or f"{request.method} {request.path}"
    return Call(operation, [(f"{request.service}:{operation}", "*")])


def _s3(request: Request, _here: Here) -> Call:
    operation, needs = objects.needs(request)
    return Call(operation, needs, {"s3:prefix": _present(request.query, "prefix")})


def _sqs(request: Request, here: Here) -> Call:
    operation = request.target or ""
    queue = str(request.json.get("QueueUrl") or request.json.get("QueueName") or "*").rsplit("/", 1)[-1]
    return Call(operation, [(f"sqs:{operation.removesuffix('Batch')}", here.arn("sqs", queue))])


def _kms(request: Request, here: Here) -> Call:
    operation, named = request.target or "", str(request.json.get("KeyId", ""))
    context = {
        "kms:signingalgorithm": _present(request.json, "SigningAlgorithm"),
        "kms:messagetype": _present(request.json, "MessageType"),
    }
    return Call(operation, [(f"kms:{operation}", here.lookup("kms", named) if named else "*")], context)


def _secretsmanager(request: Request, here: Here) -> Call:
    operation, named = request.target or "", str(request.json.get("SecretId", ""))
    return Call(operation, [(f"secretsmanager:{operation}", here.lookup("secretsmanager", named) if named else "*")])


def _cognito(request: Request, here: Here) -> Call:
    operation, pool = request.target or "", str(request.json.get("UserPoolId", ""))
    return Call(operation, [(f"cognito-idp:{operation}", here.arn("cognito-idp", f"userpool/{pool}") if pool else "*")])


def _ssm(request: Request, here: Here) -> Call:
    operation, body = request.target or "", request.json
    names = body.get("Names") or [body.get("Name") or body.get("Path") or "*"]
    return Call(operation, [(f"ssm:{operation}", here.arn("ssm", f"parameter/{str(n).lstrip('/')}")) for n in names])


def _sns(request: Request, _here: Here) -> Call:
    action = request.form.get("Action", "")
    return Call(action, [(f"sns:{action}", request.form.get("TopicArn", "*"))])


def _dynamodb(request: Request, here: Here) -> Call:
    operation, body = request.target or "", request.json
    if request.headers.get("x-amz-target", "").startswith("DynamoDBStreams"):
        return Call(operation, [(f"dynamodb:{operation}", str(body.get("StreamArn", "*")))])
    needs, keys = _table_needs(operation, body, lambda table: here.arn("dynamodb", f"table/{table}"))
    leading = tuple(str(next(iter(key.values()))) for key in keys if key)
    return Call(operation, list(dict.fromkeys(needs)), {"dynamodb:leadingkeys": leading})


def _table_needs(operation: str, body: Mapping[str, Any], arn: Callable[[str], str]) -> tuple[list[Need], list[Any]]:
    """The actions and resources of an operation on tables, and the partition keys that it names."""
    keys: list[Any] = []
    if operation == "TransactWriteItems":
        needs: list[Need] = []
        for item in body.get("TransactItems", []):
            for kind, part in item.items():
                needs.append((f"dynamodb:{_TRANSACTION.get(kind, kind)}", arn(part["TableName"])))
                keys.append((part.get("Key") or part.get("Item") or {}).get(_PARTITION_KEY))
    elif operation == "TransactGetItems":
        gets = [item["Get"] for item in body.get("TransactItems", [])]
        needs = [("dynamodb:GetItem", arn(get["TableName"])) for get in gets]
        keys = [get["Key"].get(_PARTITION_KEY) for get in gets]
    elif operation in {"BatchGetItem", "BatchWriteItem"}:
        requested = body.get("RequestItems", {})
        needs = [(f"dynamodb:{operation}", arn(table)) for table in requested]
        keys = [_batched_key(one) for table in requested.values() for one in _batched(table)]
    else:
        table = str(body.get("TableName", "*"))
        index = f"/index/{body['IndexName']}" if body.get("IndexName") else ""
        needs = [(f"dynamodb:{operation}", arn(table) + index)]
        keys = [(body.get("Key") or body.get("Item") or {}).get(_PARTITION_KEY)]
        if operation == "Query":
            keys = [_queried_key(body)]
    return needs, keys


def _batched(table: Any) -> list[Any]:
    return list(table["Keys"] if isinstance(table, dict) else table)


def _batched_key(one: Mapping[str, Any]) -> Any:
    if "PutRequest" in one:
        return one["PutRequest"]["Item"].get(_PARTITION_KEY)
    if "DeleteRequest" in one:
        return one["DeleteRequest"]["Key"].get(_PARTITION_KEY)
    return one.get(_PARTITION_KEY)


def _queried_key(body: Mapping[str, Any]) -> Any:
    names, values = body.get("ExpressionAttributeNames", {}), body.get("ExpressionAttributeValues", {})
    for name, value in _KEY_EQUALS.findall(body.get("KeyConditionExpression", "")):
        if names.get(name, name) == _PARTITION_KEY:
            return values.get(value)
    return None


def _events(request: Request, here: Here) -> Call:
    operation, entries = request.target or "", request.json.get("Entries", [])
    buses = dict.fromkeys(entry.get("EventBusName", "default") for entry in entries) or ["default"]
    context = {
        "events:source": tuple(entry.get("Source", "") for entry in entries),
        "events:detail-type": tuple(entry.get("DetailType", "") for entry in entries),
    }
    arns = [here.arn("events", f"event-bus/{bus.rsplit('/', 1)[-1]}") for bus in buses]
    return Call(operation, [(f"events:{operation}", bus) for bus in arns], context)


def _ses(request: Request, here: Here) -> Call:
    if request.path.startswith("/v2/"):
        body = request.json
        raw = "Raw" in body.get("Content", {})
        sender = str(body.get("FromEmailAddress", ""))
        sends = request.path == "/v2/email/outbound-emails"
        operation = ("SendRawEmail" if raw else "SendEmail") if sends else f"{request.method} {request.path}"
    else:
        body = {"ConfigurationSetName": request.form.get("ConfigurationSetName")}
        operation, sender = request.form.get("Action", ""), request.form.get("Source", "")
    address = sender.rpartition("<")[2].rstrip(">")
    needs = [(f"ses:{operation}", here.lookup("ses", address) if address else "*")]
    if address and body.get("ConfigurationSetName"):
        needs.append((f"ses:{operation}", here.arn("ses", f"configuration-set/{body['ConfigurationSetName']}")))
    return Call(operation, needs, {"ses:fromaddress": (address,)})


def _present(body: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return (str(body[name]),) if name in body else ()


_SERVICES: Mapping[str, Callable[[Request, Here], Call]] = {
    "cognito-idp": _cognito,
    "dynamodb": _dynamodb,
    "events": _events,
    "kms": _kms,
    "s3": _s3,
    "secretsmanager": _secretsmanager,
    "ses": _ses,
    "sns": _sns,
    "sqs": _sqs,
    "ssm": _ssm,
}
