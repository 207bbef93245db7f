"""Resolves CloudFormation's intrinsic functions, so that the local cloud reads templates as CloudFormation does.

The target of a `Ref` or `Fn::GetAtt` is looked up in a `Scope`, which may create it first: that gives the order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol


class TemplateError(Exception):
    """The template says something that the local cloud cannot read or build; the message says where."""


class Scope(Protocol):
    """What a template's functions look up, all within one stack."""

    @property
    def mappings(self) -> Mapping[str, Any]:
        """The template's `Mappings`."""

    def ref(self, name: str) -> Any:
        """The value of a parameter or pseudo parameter, or the physical id of a resource."""

    def get_att(self, name: str, attribute: str) -> Any:
        """An attribute of a resource (`Arn`), or of a nested stack (`Outputs.TableName`)."""

    def condition(self, name: str) -> bool:
        """Whether the named condition holds."""


class _NoValue:
    """`AWS::NoValue`: what holds it is left out."""


NO_VALUE = _NoValue()
_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


def resolve(value: Any, scope: Scope) -> Any:
    """The value with every intrinsic function in it replaced; raises TemplateError on one that is not known."""
    if isinstance(value, list):
        return [item for item in (resolve(item, scope) for item in value) if item is not NO_VALUE]
    if not isinstance(value, dict):
        return _plain(value)
    if len(value) == 1:
        name, argument = next(iter(value.items()))
        if name == "Ref":
            return NO_VALUE if argument == "AWS::NoValue" else scope.ref(argument)
        if name == "Condition" and isinstance(argument, str):
            return scope.condition(argument)
        if isinstance(name, str) and name.startswith("Fn::"):
            return _function(name, argument, scope)
    resolved = {key: resolve(item, scope) for key, item in value.items()}
    return {key: item for key, item in resolved.items() if item is not NO_VALUE}


def _function(name: str, argument: Any, scope: Scope) -> Any:
    if name == "Fn::GetAtt":
        path = argument.split(".", 1) if isinstance(argument, str) else argument
        return scope.get_att(path[0], ".".join(str(resolve(part, scope)) for part in path[1:]))
    if name == "Fn::Sub":
        return _substitute(argument, scope)
    if name == "Fn::If":
        # Only the chosen branch is resolved: the other may refer to a missing resource.
        return resolve(argument[1] if scope.condition(argument[0]) else argument[2], scope)
    if name == "Fn::FindInMap":
        return _find_in_map(resolve(argument, scope), scope)
    if name not in _PURE:
        raise TemplateError(f"the function {name} is not known to the local cloud")
    return _PURE[name](resolve(argument, scope))


_PURE: Mapping[str, Callable[[list[Any]], Any]] = {
    "Fn::Join": lambda items: str(items[0]).join(str(item) for item in items[1]),
    "Fn::Select": lambda items: items[1][int(items[0])],
    "Fn::Split": lambda items: str(items[1]).split(items[0]),
    "Fn::Equals": lambda items: str(items[0]) == str(items[1]),
    "Fn::Not": lambda items: not items[0],
    "Fn::And": all,
    "Fn::Or": any,
}


def _substitute(argument: Any, scope: Scope) -> str:
    text, own = (argument, {}) if isinstance(argument, str) else argument
    values = {key: resolve(item, scope) for key, item in own.items()}

    def replacement(match: re.Match[str]) -> str:
        literal, name = match.group(1), match.group(2).strip()
        if literal:
            return "${" + name + "}"
        if name in values:
            return str(values[name])
        if "." in name:
            logical, attribute = name.split(".", 1)
            return str(scope.get_att(logical, attribute))
        return str(scope.ref(name))

    return str(_plain(_PLACEHOLDER.sub(replacement, text)))


def _plain(value: Any) -> Any:
    if isinstance(value, str) and "{{resolve:" in value:
        raise TemplateError(f"the dynamic reference {value} is not known to the local cloud")
    return value


def _find_in_map(items: list[Any], scope: Scope) -> Any:
    name, top, second = items[:3]
    try:
        return scope.mappings[name][str(top)][second]
    except KeyError:
        raise TemplateError(f"Mappings has no {name}/{top}/{second}") from None
