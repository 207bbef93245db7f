"""Deploying: parameters are checked first, new versions get a tenth first, and the ones before are one command away."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from dataclasses import dataclass, field
from typing import Any

import pytest

from infra.deploy_checks import problems
from infra.ops.doctor.deployment import Stack
from infra.stage_parameters import without_canaries
from infra.versions import canary, deployed, live, prune, roll_back, settle
from tests.factories.template import PATHS, ROOT, read_template, transformed
from tests.fakes.aws_reads import ReadAws

SAMCONFIG = (ROOT / "samconfig.toml").read_text(encoding="utf-8")
PARAMETERS: dict[str, Any] = read_template()["Parameters"]
GIVEN = {
    "<the website's host>": "www.example.org",
    "<the API's host>": "api.example.org",
    "<certificate of the API's host>": "arn:aws:acm:ap-southeast-1:123456789012:certificate/1",
    "<a domain>": "example.org",
    "<SES identity of that domain>": "arn:aws:ses:ap-southeast-1:123456789012:identity/example.org",
    "<who gets the alarms>": "ops@example.org",
    "<the company that grants licences>": "Nord Music (HK) Limited",
    "<its registration number>": "123",
    "<its address; a line each>": "1 Queen's Road; Hong Kong",
}


def filled() -> str:
    text = SAMCONFIG
    for placeholder, value in GIVEN.items():
        text = text.replace(placeholder, value)
    return text


def test_a_stage_that_is_filled_in_has_no_problem() -> None:
    assert problems("prod", filled(), PARAMETERS) == []


def test_every_value_that_is_still_to_be_given_is_named_at_once() -> None:
    found = problems("prod", SAMCONFIG, PARAMETERS)

    named = {each.partition(":")[0] for each in found}
    assert named >= {"SiteUrl", "PublicUrl", "CertificateArn", "MailSender", "AlarmMail", "LicensorName"}
    assert all("put your own value" in each for each in found)


@pytest.mark.parametrize(
    ("was", "wrong", "said"),
    [
        ("https://api.example.org", "https://api.example.org/", "PublicUrl: "),
        ("https://api.example.org", "http://api.example.org", "PublicUrl: prod is reached by https alone"),
        ("LogDays=90", "LogDays=45", "LogDays: 45 is none of"),
        ("LogDays=90", "LogDay=90", "LogDay: the template has no such parameter"),
        ("LogDays=90", "LinkSeconds=5", "LinkSeconds: 5 is not from 60 to 3600"),
        ("LogDays=90", "LinkSeconds=soon", "LinkSeconds: 'soon' is no number"),
        ("Stage=prod", "Stage=dev", "Stage: it is dev in the section of prod"),
        ("MailIdentityArn=", "OidcIssuer=", "MailIdentityArn: prod needs it"),
        ("LicensorRegistration=", "SellerTaxId=", "LicensorRegistration: give it for prod"),
        ('"allmytracks-prod"\nregion', '"music"\nregion', "stack_name: it is music"),
    ],
)
def test_what_cloudformation_would_refuse_or_take_wrongly_is_said_before_the_build(
    was: str, wrong: str, said: str
) -> None:
    found = problems("prod", filled().replace(was, wrong), PARAMETERS)

    assert any(each.startswith(said) for each in found), found


@pytest.mark.parametrize("stage", ["dev", "staging", "prod"])
def test_a_deployment_that_changes_nothing_does_not_fail(stage: str) -> None:
    assert tomllib.loads(SAMCONFIG)[stage]["deploy"]["parameters"]["fail_on_empty_changeset"] is False


def test_an_unknown_stage_is_named() -> None:
    assert problems("production", SAMCONFIG, PARAMETERS) == ["production is no stage: give STAGE=dev|staging|prod"]


def groups() -> dict[str, Any]:
    return {
        name: each["Properties"]
        for name, each in transformed("template.yaml").items()
        if each["Type"] == "AWS::CodeDeploy::DeploymentGroup"
    }


def test_where_members_pay_and_get_what_they_paid_for_a_new_version_gets_a_tenth_first() -> None:
    named = {name.removesuffix("FunctionDeploymentGroup") for name in groups()}

    assert named >= {"SignIn", "ConfirmOrder", "ReceiveWebhook", "GrantDownload", "IssueLicense", "VerifyLicense"}
    for each in groups().values():
        assert "DEPLOYMENT_STOP_ON_ALARM" in each["AutoRollbackConfiguration"]["Events"]
        assert "Canary10Percent10Minutes" in str(each["DeploymentConfigName"])


def test_the_canarys_alarm_is_named_as_the_alarm_is() -> None:
    """A name, as a reference would be circular: the alarms' stack is given the functions."""
    alarm = transformed("infra/observability.yaml")["CanaryFailing"]["Properties"]["AlarmName"]
    watched = {str(each["AlarmConfiguration"]["Alarms"]) for each in groups().values()}

    assert str(alarm).replace("MetricsNamespace", "AWS::StackName") in watched.pop()
    assert not watched


def test_a_deployment_without_the_canary_has_no_part_of_it() -> None:
    template = read_template()
    without_canaries(template)

    assert "DeploymentPreference" not in str(template)


def test_in_production_payments_have_concurrency_of_their_own() -> None:
    reserved = {
        name: each["Properties"]["ReservedConcurrentExecutions"]
        for path in PATHS
        for name, each in transformed(path).items()
        if each["Type"] == "AWS::Lambda::Function" and "ReservedConcurrentExecutions" in each["Properties"]
    }

    assert set(reserved) == {"ReceiveWebhookFunction", "WorkPaymentsFunction"}
    assert all(each == {"Fn::If": ["IsProd", 50, {"Ref": "AWS::NoValue"}]} for each in reserved.values())


def test_old_versions_are_not_deleted_with_their_stack_resource() -> None:
    versions = [each for path in PATHS for each in transformed(path).values() if each["Type"] == "AWS::Lambda::Version"]

    assert len(versions) > 50
    assert {each.get("DeletionPolicy") for each in versions} == {"Retain"}


def resource(type_: str, physical: str) -> dict[str, Any]:
    return {
        "ResourceType": type_,
        "LogicalResourceId": "Any",
        "PhysicalResourceId": physical,
        "LastUpdatedTimestamp": 0,
        "ResourceStatus": "CREATE_COMPLETE",
    }


@dataclass
class Functions:
    """Two functions with their versions as Lambda keeps them, and with those that the stack names."""

    alias: dict[str, str] = field(default_factory=lambda: {"f-1": "7", "f-2": "3"})
    versions: dict[str, list[str]] = field(
        default_factory=lambda: {"f-1": ["$LATEST", "5", "6", "7"], "f-2": ["$LATEST", "3"]}
    )
    stack: dict[str, str] = field(default_factory=lambda: {"f-1": "7", "f-2": "3"})

    def aws(self) -> ReadAws:
        return ReadAws(
            {
                ("cloudformation", "ListStackResources"): {
                    "StackResourceSummaries": [
                        *(resource("AWS::Lambda::Function", name) for name in self.alias),
                        *(
                            resource(
                                "AWS::Lambda::Version", f"arn:aws:lambda:eu-west-1:123456789012:function:{name}:{each}"
                            )
                            for name, each in self.stack.items()
                        ),
                    ]
                },
                ("lambda", "GetAlias"): lambda **named: {"FunctionVersion": self.alias[named["FunctionName"]]},
                ("lambda", "UpdateAlias"): self._name,
                ("lambda", "ListVersionsByFunction"): self._list,
                ("lambda", "DeleteFunction"): self._delete,
            }
        )

    def _name(self, **named: Any) -> dict[str, Any]:
        assert named["FunctionVersion"] in self.versions[named["FunctionName"]]
        self.alias[named["FunctionName"]] = named["FunctionVersion"]
        return {"FunctionVersion": named["FunctionVersion"]}

    def _list(self, **named: Any) -> dict[str, Any]:
        """One a page."""
        place = int(named.get("Marker", "0"))
        known = self.versions[named["FunctionName"]]
        more = {"NextMarker": str(place + 1)} if place + 1 < len(known) else {}
        return {"Versions": [{"Version": known[place]}], **more}

    def _delete(self, **named: Any) -> dict[str, Any]:
        assert named["Qualifier"] != self.alias[named["FunctionName"]]
        self.versions[named["FunctionName"]].remove(named["Qualifier"])
        return {}


def test_a_rollback_names_the_versions_of_before_of_what_changed() -> None:
    functions = Functions()
    aws = functions.aws()

    done = roll_back(aws, live(Stack("allmytracks-prod", aws)), {"f-1": "6", "f-2": "3"})

    assert done == ["f-1"]
    assert functions.alias == {"f-1": "6", "f-2": "3"}


def test_after_a_deployment_the_version_before_is_kept_and_no_older_one() -> None:
    functions = Functions()

    gone = prune(functions.aws(), functions.alias, {"f-1": "6"})

    assert gone == ["f-1:5"]
    assert functions.versions == {"f-1": ["$LATEST", "6", "7"], "f-2": ["$LATEST", "3"]}


@pytest.mark.parametrize("asked", ["on", "off"])
def test_a_deployment_has_its_canary_unless_a_rollback_moved_an_alias(asked: str) -> None:
    """CodeDeploy begins only from the version that the stack names."""
    functions = Functions()

    assert canary(Stack("allmytracks-prod", functions.aws()), asked) == asked
    roll_back(functions.aws(), functions.alias, {"f-1": "6"})
    assert canary(Stack("allmytracks-prod", functions.aws()), asked) == "off"


def test_the_deployment_after_a_rollback_brings_back_the_functions_that_it_does_not_change() -> None:
    """CloudFormation leaves their aliases alone; the version that no alias names meanwhile is not pruned either."""
    functions = Functions()
    functions.versions["f-2"].append("4")
    functions.alias["f-2"] = functions.stack["f-2"] = "4"
    roll_back(functions.aws(), functions.alias, {"f-1": "6", "f-2": "3"})
    before = dict(functions.alias)
    functions.versions["f-1"].append("8")
    functions.alias["f-1"] = functions.stack["f-1"] = "8"  # the mend, which CloudFormation deployed
    stack = Stack("allmytracks-prod", functions.aws())

    assert settle(stack.aws, live(stack), deployed(stack)) == ["f-2"]
    assert functions.alias == {"f-1": "8", "f-2": "4"}
    assert prune(stack.aws, live(stack), before) == ["f-1:5", "f-1:7"]
    assert canary(stack, "on") == "on"


def test_deploying_asks_for_the_canary_before_it_tags_and_settles_after_it_deployed() -> None:
    made = subprocess.run(
        ["make", "-n", "deploy", "STAGE=prod", "CANARY=off"],  # noqa: S607 - the developer's own
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS")},
        capture_output=True,
        text=True,
        check=True,
    )
    steps = re.findall(r"infra\.(\w+(?: record| canary| settle)?)|sam (deploy)", made.stdout)

    assert ["".join(each) for each in steps] == [
        "deploy_checks",
        "artefacts",
        "artefacts",
        "versions canary",
        "stage_parameters",
        "versions record",
        "deploy",
        "versions settle",
    ]
    assert "canary allmytracks-prod off" in made.stdout
    assert "stage_parameters prod $canary" in made.stdout
