"""The context of all creators of resources: the cloud, a resource's properties, what was created."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from infra.localcloud import credentials

_READ_SECONDS = 240  # for a stalled machine, as the front waits for DynamoDB Local


class ProvisionError(Exception):
    """A resource of the template cannot be provided; the message names its logical path and type."""


@dataclass(frozen=True, slots=True)
class Created:
    """A resource's values of `Ref` and `Fn::GetAtt`."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of the template as provided; `path` is `Table`, or `Stores.Table` in the nested stack `Stores`."""

    path: str
    type: str
    properties: Mapping[str, Any]
    created: Created
    folder: Path | None = None


class Cloud:
    """The target of the deployment: address, region, clients, and what was created so far."""

    def __init__(self, endpoint: str, region: str) -> None:
        self.endpoint = endpoint
        self.region = region
        self.account_id = credentials.ACCOUNT_ID
        self.resources: dict[str, Resource] = {}
        self._session = boto3.session.Session(
            aws_access_key_id=credentials.MACHINERY, aws_secret_access_key=credentials.SECRET, region_name=region
        )
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """The boto3 client of a service of the local cloud."""
        if service not in self._clients:
            config = Config(
                read_timeout=_READ_SECONDS, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}
            )
            self._clients[service] = self._session.client(service, endpoint_url=self.endpoint, config=config)  # type: ignore[call-overload]  # the name is not a literal
        return self._clients[service]

    def arn(self, service: str, rest: str) -> str:
        """An ARN in the deployment's region and account."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{rest}"


class Place:
    """One resource's place in the deployment."""

    def __init__(self, cloud: Cloud, stack_name: str, path: str) -> None:
        self.cloud = cloud
        self.stack_name = stack_name
        self.path = path

    def client(self, service: str) -> Any:
        """The boto3 client of a service of the local cloud."""
        return self.cloud.client(service)

    def name(self, *, limit: int = 64) -> str:
        """A physical name as CloudFormation makes it (stack, logical id, suffix), the same at every start."""
        suffix = hashlib.sha256(f"{self.stack_name}/{self.path}".encode()).hexdigest()[:8]
        return f"{self.stack_name}-{self.path.rsplit('.', 1)[-1]}"[: limit - 9] + f"-{suffix}"


class Properties:
    """A resource's resolved properties; one that was not read is refused, so that none is dropped silently."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def take(self, name: str, default: Any = None) -> Any:
        """The property's value, counted as read."""
        return self._values.pop(name, default)

    def take_present(self, *names: str) -> dict[str, Any]:
        """Those of the named properties that are there, counted as read."""
        return {name: self._values.pop(name) for name in names if name in self._values}

    def left(self) -> list[str]:
        """The properties that were not read."""
        return sorted(self._values)


Creator = Callable[[Place, Properties], Created]
