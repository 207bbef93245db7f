"""One stack: its resources are created at their first reference, the same order as CloudFormation's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.localcloud import transform
from infra.localcloud.intrinsics import NO_VALUE, TemplateError, resolve
from infra.localcloud.provision import identity, messaging, storage
from infra.localcloud.provision.described import DESCRIBED, WITHOUT_LOCAL_MEANING
from infra.localcloud.provision.resources import Cloud, Created, Creator, Place, Properties, ProvisionError, Resource

NESTED = "AWS::CloudFormation::Stack"
CREATORS: Mapping[str, Creator] = {**storage.CREATORS, **messaging.CREATORS, **identity.CREATORS}


class Stack:
    """A template being provided; a nested stack's resources are named `<its logical id>.<theirs>`."""

    def __init__(self, cloud: Cloud, path: Path, parameters: Mapping[str, str], *, name: str, prefix: str = "") -> None:
        self.cloud = cloud
        self.name = name
        self._prefix = prefix
        self._template = transform.load_once(path, parameters, cloud.region)
        body = self._template.body
        self.mappings: Mapping[str, Any] = body.get("Mappings", {})
        self._conditions: Mapping[str, Any] = body.get("Conditions", {})
        self._resources: Mapping[str, Any] = body.get("Resources", {})
        self.parameters = self._parameter_values(body.get("Parameters", {}), parameters)
        self._nested: dict[str, Stack] = {}
        self._done: dict[str, Created] = {}
        self._begun: list[str] = []

    def provide(self) -> None:
        """Create everything that the template describes; raises ProvisionError or TemplateError."""
        for logical_id in self._resources:
            if self._wanted(logical_id):
                self._resource(logical_id)

    def outputs(self) -> dict[str, str]:
        """The stack's outputs, by name."""
        declared = self._template.body.get("Outputs", {})
        kept = {key: o for key, o in declared.items() if "Condition" not in o or self.condition(o["Condition"])}
        return {key: str(resolve(output["Value"], self)) for key, output in kept.items()}

    def ref(self, name: str) -> Any:
        """See `Scope`."""
        if name in self.parameters:
            return self.parameters[name]
        if name in self._resources:
            return self._resource(name).ref
        pseudo = {
            "AWS::Region": self.cloud.region,
            "AWS::AccountId": self.cloud.account_id,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": self.name,
            "AWS::StackId": self.cloud.arn("cloudformation", f"stack/{self.name}/local"),
        }
        if name not in pseudo:
            raise TemplateError(f"{self._template.path.name}: Ref to {name}, which is nowhere declared")
        return pseudo[name]

    def get_att(self, name: str, attribute: str) -> str:
        """See `Scope`."""
        if name not in self._resources:
            raise TemplateError(f"{self._template.path.name}: GetAtt of {name}, which is nowhere declared")
        created = self._resource(name)
        if attribute not in created.attributes:
            raise ProvisionError(f"{self._prefix}{name} ({self._type(name)}): no attribute {attribute} locally")
        return created.attributes[attribute]

    def condition(self, name: str) -> bool:
        """See `Scope`."""
        if name not in self._conditions:
            raise TemplateError(f"{self._template.path.name}: the condition {name} is nowhere declared")
        return bool(resolve(self._conditions[name], self))

    def _type(self, logical_id: str) -> str:
        return str(self._resources[logical_id]["Type"])

    def _wanted(self, logical_id: str) -> bool:
        condition = self._resources[logical_id].get("Condition")
        return condition is None or self.condition(condition)

    def _resource(self, logical_id: str) -> Created:
        if logical_id in self._done:
            return self._done[logical_id]
        path = f"{self._prefix}{logical_id}"
        if logical_id in self._begun:
            raise TemplateError(f"{path}: depends on itself through {' -> '.join([*self._begun, logical_id])}")
        if not self._wanted(logical_id):
            raise TemplateError(f"{path}: asked for, but its condition does not hold")
        self._begun.append(logical_id)
        try:
            created = self._create(logical_id, path)
        except ClientError as error:
            raise ProvisionError(f"{path} ({self._type(logical_id)}): {error}") from error
        except BotoCoreError as error:
            raise ProvisionError(f"{path} ({self._type(logical_id)}): {error}") from error
        self._begun.remove(logical_id)
        self._done[logical_id] = created
        return created

    def _create(self, logical_id: str, path: str) -> Created:
        resource = self._resources[logical_id]
        kind = self._type(logical_id)
        if kind not in CREATORS and kind not in DESCRIBED and kind != NESTED:
            raise ProvisionError(f"{path} ({kind}): the local cloud does not know this type")
        needed = resource.get("DependsOn", [])
        for other in [needed] if isinstance(needed, str) else needed:
            if self._wanted(other):
                self._resource(other)
        values = resolve(resource.get("Properties", {}), self)
        if kind == NESTED:
            return self._provide_nested(logical_id, values)
        place, properties = Place(self.cloud, self.name, path), Properties(values)
        if kind in DESCRIBED:
            created = DESCRIBED[kind][0](place, properties)
        else:
            created = self._call(CREATORS[kind], place, properties, kind)
        folder = self._template.folders.get(logical_id)
        self.cloud.resources[path] = Resource(path, kind, values, created, folder)
        return created

    def _call(self, creator: Creator, place: Place, properties: Properties, kind: str) -> Created:
        properties.take_present(*WITHOUT_LOCAL_MEANING.get(kind, {}))
        try:
            created = creator(place, properties)
        except ProvisionError as error:
            raise ProvisionError(f"{place.path} ({kind}): {error}") from error
        if left := properties.left():
            raise ProvisionError(f"{place.path} ({kind}): the local cloud does not know {', '.join(left)}")
        return created

    def _provide_nested(self, logical_id: str, values: Mapping[str, Any]) -> Created:
        properties = Properties(values)
        template = self._template.path.parent / properties.take("TemplateURL")
        parameters = {key: _text(value) for key, value in properties.take("Parameters", {}).items()}
        properties.take_present("Tags", "TimeoutInMinutes", "NotificationARNs")
        if left := properties.left():
            raise ProvisionError(f"{logical_id} ({NESTED}): the local cloud does not know {', '.join(left)}")
        nested = Stack(
            self.cloud,
            template,
            parameters,
            name=f"{self.name}-{logical_id}",
            prefix=f"{self._prefix}{logical_id}.",
        )
        self._nested[logical_id] = nested
        nested.provide()
        outputs = {f"Outputs.{key}": value for key, value in nested.outputs().items()}
        return Created(self.cloud.arn("cloudformation", f"stack/{nested.name}/local"), outputs)

    def _parameter_values(self, declared: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
        where = self._template.path.name
        if unknown := sorted(set(given) - set(declared)):
            raise TemplateError(f"{where}: there is no parameter {', '.join(unknown)}")
        values: dict[str, Any] = {}
        for name, parameter in declared.items():
            value = given.get(name, parameter.get("Default", NO_VALUE))
            if value is NO_VALUE:
                raise TemplateError(f"{where}: the parameter {name} has no value")
            _check(f"{where}: {name}", str(value), parameter)
            is_list = parameter["Type"] == "CommaDelimitedList" or parameter["Type"].startswith("List<")
            values[name] = [item.strip() for item in str(value).split(",")] if is_list else str(value)
        return values


def _check(where: str, value: str, parameter: Mapping[str, Any]) -> None:
    allowed = [str(item) for item in parameter.get("AllowedValues", [])]
    if allowed and value not in allowed:
        raise TemplateError(f"{where} is {value!r}, which is none of {', '.join(allowed)}")
    pattern = parameter.get("AllowedPattern")
    if pattern is not None and re.fullmatch(pattern, value) is None:
        raise TemplateError(f"{where} is {value!r}, which does not match {pattern}")
    lowest, highest = float(parameter.get("MinValue", "-inf")), float(parameter.get("MaxValue", "inf"))
    if parameter["Type"] == "Number" and not lowest <= float(value) <= highest:
        raise TemplateError(f"{where} is {value}, which is not from {lowest:g} to {highest:g}")


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
