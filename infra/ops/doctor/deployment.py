"""A deployment as the checks see it: its two APIs, and on AWS its stack with all resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Protocol

from msgspec import Struct

from infra.ops.client import OpsClient
from infra.ops.public_api import PublicApi

STACK = "AWS::CloudFormation::Stack"


class Aws(Protocol):
    """One read of AWS. Raises botocore's errors."""

    def __call__(self, service: str, operation: str, /, **parameters: object) -> dict[str, Any]: ...


class Resource(Struct, frozen=True):
    """A resource of the stack or of one within it."""

    type: str
    name: str
    physical: str


@dataclass(frozen=True)
class Stack:
    """A stack of CloudFormation."""

    name: str
    aws: Aws

    @cached_property
    def _described(self) -> dict[str, Any]:
        return dict(self.aws("cloudformation", "DescribeStacks", StackName=self.name)["Stacks"][0])

    @property
    def status(self) -> str:
        """As CloudFormation names it."""
        return str(self._described["StackStatus"])

    @property
    def region(self) -> str:
        """Where it is."""
        return str(self._described["StackId"]).split(":")[3]

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The values that it was deployed with."""
        return {each["ParameterKey"]: each.get("ParameterValue", "") for each in self._described.get("Parameters", ())}

    @cached_property
    def outputs(self) -> Mapping[str, str]:
        """What it gives."""
        return {each["OutputKey"]: each["OutputValue"] for each in self._described.get("Outputs", ())}

    def named(self, type_: str) -> list[Resource]:
        """Its resources of a type, those of nested stacks among them."""
        return [each for each in self._resources if each.type == type_]

    @cached_property
    def _resources(self) -> list[Resource]:
        return list(self._of(self.name))

    def _of(self, stack: str) -> Iterator[Resource]:
        pages = every(self.aws, "cloudformation", "ListStackResources", "StackResourceSummaries", StackName=stack)
        for each in pages:
            found = Resource(each["ResourceType"], each["LogicalResourceId"], each.get("PhysicalResourceId", ""))
            yield found
            if found.type == STACK:
                yield from self._of(found.physical)


def every(aws: Aws, service: str, operation: str, key: str, **parameters: object) -> Iterator[dict[str, Any]]:
    """The items of all pages."""
    token: object = None
    while True:
        page = aws(service, operation, **parameters, **({"NextToken": token} if token else {}))
        yield from page[key]
        token = page.get("NextToken")
        if not token:
            return


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Deployment:
    """`stack` is None where there is none: at `make run`, or where only the APIs are to be asked."""

    ops: OpsClient
    site: PublicApi
    stack: Stack | None = None
    clock: Any = field(default=_now)

    def now(self) -> datetime:
        """This machine's time."""
        found: datetime = self.clock()
        return found

    @property
    def is_production(self) -> bool:
        """Whether members' money and licences depend on it."""
        return self.stack is not None and self.stack.parameters.get("Stage") == "prod"

    def service_time(self) -> datetime:
        """The time of the deployment: that of `make run` can be moved. Raises OpsError."""
        if self.stack is None:
            answer = self.site.http.get("/_local/clock")
            if answer.is_success:
                return datetime.fromtimestamp(answer.json()["epoch"], UTC)
        return self.now()
