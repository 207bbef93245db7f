"""Decides whether a role's statements allow a call, as IAM would for the forms that the templates use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from infra.localcloud.deployment import Statement
from infra.localcloud.intrinsics import TemplateError

# The condition keys that the AWS front knows of a call.
KNOWN_KEYS = frozenset(
    {
        "aws:securetransport",
        "dynamodb:leadingkeys",
        "events:detail-type",
        "events:source",
        "kms:messagetype",
        "kms:signingalgorithm",
        "s3:prefix",
        "ses:fromaddress",
    }
)
_QUANTIFIERS = ("ForAllValues", "ForAnyValue")


def statement(document: Mapping[str, Any], where: str) -> Statement:
    """A policy document's statement; raises TemplateError on a form that cannot be enforced here."""
    left = set(document) - {"Sid", "Effect", "Action", "Resource", "Condition"}
    if left:
        raise TemplateError(f"{where}: a policy's {', '.join(sorted(left))} cannot be enforced locally")
    conditions: dict[str, dict[str, tuple[str, ...]]] = {}
    for operator, keys in document.get("Condition", {}).items():
        if operator.rsplit(":", 1)[-1] not in _OPERATORS or not _known_quantifier(operator):
            raise TemplateError(f"{where}: the condition operator {operator} cannot be enforced locally")
        if unknown := [key for key in keys if key.lower() not in KNOWN_KEYS]:
            raise TemplateError(f"{where}: the condition key {unknown[0]} cannot be enforced locally")
        conditions[operator] = {key.lower(): _texts(values) for key, values in keys.items()}
    actions, resources = _texts(document["Action"]), _texts(document["Resource"])
    return Statement(document["Effect"], actions, resources, conditions)


def allowed(statements: Sequence[Statement], action: str, resource: str, context: Mapping[str, Sequence[str]]) -> bool:
    """Whether `action` (`s3:GetObject`) on `resource` (an ARN) is allowed.

    `context` holds the values of condition keys, the keys in lower case.
    """
    matching = [one.effect for one in statements if _applies(one, action, resource, context)]
    return "Allow" in matching and "Deny" not in matching


def _applies(one: Statement, action: str, resource: str, context: Mapping[str, Sequence[str]]) -> bool:
    return (
        any(_matches(pattern.lower(), action.lower()) for pattern in one.actions)
        and any(_matches(pattern, resource) for pattern in one.resources)
        and all(
            _holds(operator, context.get(key, ()), wanted)
            for operator, keys in one.conditions.items()
            for key, wanted in keys.items()
        )
    )


def _holds(operator: str, values: Sequence[str], wanted: Sequence[str]) -> bool:
    fits_one = _OPERATORS[operator.rsplit(":", 1)[-1]]
    fits = [any(fits_one(pattern, value) for pattern in wanted) for value in values]
    # As in IAM: "for all values" is true of an empty set, the others are not.
    return all(fits) if operator.startswith("ForAllValues:") else any(fits)


def _known_quantifier(operator: str) -> bool:
    return ":" not in operator or operator.split(":", 1)[0] in _QUANTIFIERS


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in text), re.DOTALL)


def _matches(pattern: str, value: str) -> bool:
    return _pattern(pattern).fullmatch(value) is not None


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda wanted, value: wanted == value,
    "StringLike": _matches,
    "Bool": lambda wanted, value: wanted.lower() == value.lower(),
}


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)
