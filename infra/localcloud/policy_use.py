"""Compares what the functions' policies allow with the calls that the functions made.

The local cloud records every call and refuses what no policy allows; this checks the other direction: everything that
is allowed was needed by a test, except exemptions with a reason.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from infra.localcloud.access import allowed
from infra.localcloud.deployment import Function, Statement

Policies = Mapping[str, Sequence[Statement]]
"""What each function (by its logical id) may do."""


@dataclass(frozen=True, slots=True)
class Use:
    """One action that a function used on one resource (an ARN)."""

    function: str
    action: str
    resource: str


@dataclass(frozen=True, slots=True)
class Exemption:
    """An allowed action that tests do not show: which function's (logical id), on what (part of the ARN), and why.

    `sometimes` where it depends on the order of events whether it is used.
    """

    function: str
    action: str
    reason: str
    resource: str = ""
    sometimes: bool = False

    def covers(self, function: str, action: str, pattern: str) -> bool:
        """Whether it covers this action of this statement."""
        return (self.function, self.action) == (function, action) and self.resource in pattern


def write_policies(functions: Mapping[str, Function], path: Path) -> None:
    """Writes the functions' policies, resources resolved, for `read_policies`."""
    policies = {name: [asdict(statement) for statement in function.policy] for name, function in functions.items()}
    path.write_text(json.dumps(policies), encoding="utf-8")


def read_policies(path: Path) -> Policies:
    """What `write_policies` wrote."""
    policies: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: [Statement(each["effect"], tuple(each["actions"]), tuple(each["resources"])) for each in statements]
        for name, statements in policies.items()
    }


def read_uses(record: Path) -> set[Use]:
    """The uses in the local cloud's record of calls, `calls.jsonl`: those that a policy had to allow and did."""
    uses = set()
    for line in record.read_text(encoding="utf-8").splitlines():
        call: dict[str, Any] = json.loads(line)
        if not call.get("denied") and not call.get("unsigned"):
            uses.add(Use(call["function"], call["action"], call["resource"]))
    return uses


def read_exemptions(path: Path) -> list[Exemption]:
    """The `[[exception]]` tables of a TOML file. Raises TypeError on one without a reason or with an unknown key."""
    return [Exemption(**table) for table in tomllib.loads(path.read_text(encoding="utf-8")).get("exception", [])]


def refused(policies: Policies, uses: Iterable[Use]) -> list[str]:
    """A sentence for each use that the function's policy does not allow (conditions aside)."""
    return sorted(
        f"{use.function} calls {use.action} on {use.resource}, which its policy does not allow"
        for use in uses
        if use.function in policies
        and not allowed(_without_conditions(policies[use.function]), use.action, use.resource, {})
    )


def unused(policies: Policies, uses: Iterable[Use], exemptions: Iterable[Exemption]) -> list[str]:
    """A sentence for each allowed action that was used on no resource of its pattern, and for each unused exemption."""
    seen = list(uses)
    exempt = list(exemptions)
    needed: set[Exemption] = set()
    problems = []
    for name, action, pattern in _grants(policies):
        if any(_shows(use, name, action, pattern) for use in seen):
            continue
        reasons = [exemption for exemption in exempt if exemption.covers(name, action, pattern)]
        needed.update(reasons)
        if not reasons:
            problems.append(f"{name} may {action} on {pattern}, and nothing used it")
    problems += [
        f"the exception for {each.function} {each.action} {each.resource}".rstrip() + " excuses nothing"
        for each in exempt
        if each not in needed and not each.sometimes
    ]
    return sorted(problems)


def _grants(policies: Policies) -> Iterator[tuple[str, str, str]]:
    """Each function, action and pattern of resources that a policy allows."""
    for name, statements in policies.items():
        for statement in statements:
            yield from ((name, action, pattern) for action in statement.actions for pattern in statement.resources)


def _shows(use: Use, function: str, action: str, pattern: str) -> bool:
    return use.function == function and use.action == action and fnmatchcase(use.resource, pattern)


def _without_conditions(statements: Sequence[Statement]) -> list[Statement]:
    return [Statement(each.effect, each.actions, each.resources) for each in statements if each.effect == "Allow"]
