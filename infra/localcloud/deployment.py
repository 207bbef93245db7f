"""What the transformed template deploys, as the local cloud's gateway, pollers and Lambda runtime read it.

Every value here is resolved: no intrinsic function, no logical id where a physical one is meant. The readers never
open the template themselves, so there is one reading of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Authorizer = Literal["jwt", "iam"]
Payload = Literal["2.0", "1.0"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a function's role: wildcards are as written in the template, intrinsics are resolved."""

    effect: Literal["Allow", "Deny"]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function; `name` is the template's logical id and, locally, its AWS access key id as well."""

    name: str
    folder: Path
    handler: str
    environment: Mapping[str, str]
    timeout_seconds: int
    memory_mb: int
    policy: tuple[Statement, ...]
    physical_name: str = ""


@dataclass(frozen=True, slots=True)
class Throttle:
    """API Gateway's token bucket: `rate` requests a second in the long run, `burst` at once."""

    rate: float
    burst: int


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path (`/v1/orders/{id}`); method `ANY` and `{proxy+}` mean what they do in API Gateway.

    `payload` tells the API: 2.0 is the HTTP API, 1.0 the REST API, whose public path begins with `stage`.
    `refusal_headers` are of what the gateway refuses by itself (a REST API's gateway responses).
    """

    method: str
    path: str
    function: str
    authorizer: Authorizer | None
    throttle: Throttle | None
    payload: Payload
    api: str
    stage: str
    authorization_scopes: tuple[str, ...] = ()
    refusal_headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Cors:
    """The HTTP API's CORS configuration."""

    allow_origins: tuple[str, ...]
    allow_methods: tuple[str, ...]
    allow_headers: tuple[str, ...]
    expose_headers: tuple[str, ...]
    allow_credentials: bool
    max_age_seconds: int | None


@dataclass(frozen=True, slots=True)
class QueueMapping:
    """An SQS queue whose messages go to a function."""

    function: str
    queue_url: str
    queue_arn: str
    batch_size: int
    batching_window_seconds: int
    report_batch_item_failures: bool
    filters: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class StreamMapping:
    """A DynamoDB stream whose records go to a function; `maximum_retries` -1 means until the record expires."""

    function: str
    stream_arn: str
    batch_size: int
    batching_window_seconds: int
    starting_position: str
    maximum_retries: int
    bisect_on_error: bool
    failure_queue_url: str | None
    report_batch_item_failures: bool
    filters: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class LogSubscription:
    """Lines of one function's log that go to another; the filter is `{ $.field = "text" }`."""

    function: str
    log_group: str
    source: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """A function run by the clock; `expression` is AWS's (`rate(5 minutes)`, `cron(0 3 * * ? *)`)."""

    name: str
    function: str
    expression: str
    input: str | None
    time_zone: str = "UTC"
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Deployment:
    """The whole of what the template describes.

    `jwt_issuer` and `jwt_audiences` are those of the HTTP API's authorizer. `physical_ids` maps a logical path
    (`UserPool`, or `Stores.Table` for one in the nested stack `Stores`) to the id that `Ref` gives.
    `operator_policies` are the managed policies that lie ready for people, by logical id.
    """

    region: str
    account_id: str
    functions: Mapping[str, Function]
    routes: tuple[Route, ...]
    cors: Cors | None
    queue_mappings: tuple[QueueMapping, ...]
    stream_mappings: tuple[StreamMapping, ...]
    schedules: tuple[Schedule, ...]
    jwt_issuer: str
    jwt_audiences: tuple[str, ...]
    outputs: Mapping[str, str]
    physical_ids: Mapping[str, str]
    parameters: Mapping[str, str] = field(default_factory=dict)
    log_subscriptions: tuple[LogSubscription, ...] = ()
    operator_policies: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
