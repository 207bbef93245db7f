"""Each route of the operators' API can be called with the policies of its role, and with no others."""

from __future__ import annotations

import importlib
import json
import re
from typing import Any

import pytest

from allmytracks.operator_routes.requests import ROLES
from allmytracks.operator_routes.roles import Role
from infra.localcloud.access import allowed, statement
from tests.factories.template import operator_routes

# What IAM takes as one managed policy, without white space.
LONGEST_POLICY = 6144
LONGEST_VALUES = {
    "${AWS::Partition}": "aws",
    "${AWS::Region}": "ap-southeast-1",
    "${AWS::AccountId}": "123456789012",
    "${OpsApi}": "abcdefghij",
}
API = "arn:aws:execute-api:ap-southeast-1:123456789012:abcdefghij/ops/"


def plain(value: Any) -> Any:
    """A policy with `Sub` carried out; the template's reader keeps the intrinsic functions as dicts."""
    if isinstance(value, dict):
        return plain(value["Fn::Sub"]) if set(value) == {"Fn::Sub"} else {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, str):
        for name, its in LONGEST_VALUES.items():
            value = value.replace(name, its)
    return value


@pytest.fixture
def policies(template: dict[str, Any]) -> dict[Role, dict[str, Any]]:
    resources = template["Resources"]
    return {
        role: plain(resources[f"{role.name.title()}OperatorPolicy"]["Properties"]["PolicyDocument"]) for role in Role
    }


def test_every_route_has_its_role() -> None:
    importlib.import_module("functions.ops_api.handler").app.whole()
    assert set(ROLES) == operator_routes()
    assert {route for route, role in ROLES.items() if role is Role.READ} == {
        route for route in ROLES if route.startswith("GET ")
    }


@pytest.mark.clause("P-security")
def test_a_role_may_call_its_own_routes_alone(policies: dict[Role, dict[str, Any]]) -> None:
    importlib.import_module("functions.ops_api.handler").app.whole()
    for role, policy in policies.items():
        statements = [statement(each, role) for each in policy["Statement"]]
        may = {
            route
            for route in ROLES
            if allowed(statements, "execute-api:Invoke", API + re.sub(r"\{\w+\}", "x.y-1", route.replace(" ", "")), {})
        }
        assert may == {route for route, its in ROLES.items() if role in {its, Role.ADMIN}}


def test_every_policy_is_as_short_as_iam_wants_it(policies: dict[Role, dict[str, Any]]) -> None:
    for policy in policies.values():
        assert len(json.dumps(policy, separators=(",", ":"))) <= LONGEST_POLICY
