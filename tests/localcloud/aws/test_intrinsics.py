"""The resolver of CloudFormation's intrinsic functions."""

from __future__ import annotations

from typing import Any

import pytest

from infra.localcloud.intrinsics import TemplateError, resolve


class Values:
    """A scope with fixed values; `asked` lists the resources that were looked up."""

    def __init__(self) -> None:
        self.mappings = {"Sizes": {"dev": {"Memory": 256}}}
        self.asked: list[str] = []

    def ref(self, name: str) -> Any:
        self.asked.append(name)
        return {"Stage": "dev", "AWS::Region": "eu-west-1", "Empty": ""}[name]

    def get_att(self, name: str, attribute: str) -> Any:
        self.asked.append(name)
        return f"<{name}|{attribute}>"

    def condition(self, name: str) -> bool:
        return name == "Yes"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"Ref": "Stage"}, "dev"),
        ({"Fn::GetAtt": ["Data", "Outputs.Table"]}, "<Data|Outputs.Table>"),
        ({"Fn::GetAtt": "Table.Arn"}, "<Table|Arn>"),
        ({"Fn::Sub": "a-${Stage}-${AWS::Region}"}, "a-dev-eu-west-1"),
        ({"Fn::Sub": "${Table.Arn}/index/*"}, "<Table|Arn>/index/*"),
        ({"Fn::Sub": ["${x}-${Stage}", {"x": {"Ref": "AWS::Region"}}]}, "eu-west-1-dev"),
        ({"Fn::Sub": "${!Literal} ${Stage}"}, "${Literal} dev"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Stage"}]]}, "a-dev"),
        ({"Fn::Select": [1, {"Fn::Split": [":", "a:b:c"]}]}, "b"),
        ({"Fn::If": ["Yes", "one", "two"]}, "one"),
        ({"Fn::If": ["No", "one", "two"]}, "two"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "Memory"]}, 256),
        ({"Fn::Equals": [{"Ref": "Stage"}, "dev"]}, True),
        ({"Fn::Not": [{"Fn::Equals": [{"Ref": "Empty"}, ""]}]}, False),
        ({"Fn::And": [{"Condition": "Yes"}, {"Condition": "No"}]}, False),
        ({"Fn::Or": [{"Condition": "Yes"}, {"Condition": "No"}]}, True),
        ({"a": [{"b": {"Ref": "Stage"}}]}, {"a": [{"b": "dev"}]}),
        ({"kept": 1, "gone": {"Ref": "AWS::NoValue"}}, {"kept": 1}),
        ([1, {"Fn::If": ["No", 2, {"Ref": "AWS::NoValue"}]}, 3], [1, 3]),
    ],
)
def test_functions_give_what_cloudformation_gives(given: Any, expected: Any) -> None:
    assert resolve(given, Values()) == expected


def test_the_branch_not_taken_is_not_looked_at() -> None:
    values = Values()
    assert resolve({"Fn::If": ["Yes", {"Ref": "Stage"}, {"Fn::GetAtt": ["Missing", "Arn"]}]}, values) == "dev"
    assert values.asked == ["Stage"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"Fn::ImportValue": "x"}, "ImportValue"),
        ({"Fn::FindInMap": ["Sizes", "prod", "Memory"]}, "prod"),
        ({"Secret": "{{resolve:secretsmanager:x}}"}, "dynamic reference"),
        ({"Fn::Sub": "{{resolve:ssm:${Stage}}}"}, "dynamic reference"),
    ],
)
def test_what_cannot_be_resolved_is_refused(given: Any, reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        resolve(given, Values())
