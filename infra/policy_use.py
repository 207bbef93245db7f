"""Compares what the functions' policies allow with the calls that the functions were seen to make.

The local cloud records every call and refuses what no policy allows; here is the other direction: nothing is allowed
that no test needed, but for exceptions that give a reason.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from infra.local.access import allowed
from infra.local.deployment import Function


@dataclass(frozen=True, slots=True)
class Use:
    """One action that a function used on one resource (an ARN)."""

    function: str
    action: str
    resource: str


@dataclass(frozen=True, slots=True)
class Exemption:
    """An allowed action that tests do not show: which function's (logical id), on what (part of the ARN), and why."""

    function: str
    action: str
    reason: str
    resource: str = ""

    def covers(self, function: str, action: str, pattern: str) -> bool:
        """Whether it speaks of this action of this statement."""
        return (self.function, self.action) == (function, action) and self.resource in pattern


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


def refused(functions: Mapping[str, Function], uses: Iterable[Use]) -> list[str]:
    """A sentence for each use that the function's policy does not allow (conditions aside)."""
    return sorted(
        f"{use.function} calls {use.action} on {use.resource}, which its policy does not allow"
        for use in uses
        if use.function in functions
        and not allowed(_unconditional(functions[use.function]), use.action, use.resource, {})
    )


def unused(functions: Mapping[str, Function], uses: Iterable[Use], exemptions: Iterable[Exemption]) -> list[str]:
    """A sentence for each allowed action that was used on no resource of its pattern, and for each idle exemption."""
    seen = list(uses)
    exempt = list(exemptions)
    needed: set[Exemption] = set()
    problems = []
    for name, function in functions.items():
        for statement in function.policy:
            for action in statement.actions:
                for pattern in statement.resources:
                    if any(_shows(use, name, action, pattern) for use in seen):
                        continue
                    reasons = [exemption for exemption in exempt if exemption.covers(name, action, pattern)]
                    needed.update(reasons)
                    if not reasons:
                        problems.append(f"{name} may {action} on {pattern}, and nothing used it")
    problems += [
        f"the exception for {each.function} {each.action} {each.resource}".rstrip() + " excuses nothing"
        for each in exempt
        if each not in needed
    ]
    return sorted(problems)


def _shows(use: Use, function: str, action: str, pattern: str) -> bool:
    return use.function == function and use.action == action and fnmatchcase(use.resource, pattern)


def _unconditional(function: Function) -> list[Any]:
    return [type(each)(each.effect, each.actions, each.resources) for each in function.policy if each.effect == "Allow"]
