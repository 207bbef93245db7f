"""The optional stack of copies in another region (infra/backup.yaml) finds the tables of a stage."""

from __future__ import annotations

import tomllib

import pytest

from tests.factories.template import ROOT, read

RESOURCES = {name: each["Properties"] for name, each in read(ROOT / "infra" / "backup.yaml")["Resources"].items()}
SAMCONFIG = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("stage", ["dev", "staging", "prod"])
def test_tables_are_found_by_the_tags_that_a_deployment_gives_them(stage: str) -> None:
    given = dict(each.split("=") for each in SAMCONFIG[stage]["deploy"]["parameters"]["tags"])
    selection = RESOURCES["Tables"]["BackupSelection"]
    conditions = selection["Conditions"]["StringEquals"]
    wanted = {each["ConditionKey"].removeprefix("aws:ResourceTag/"): each["ConditionValue"] for each in conditions}

    assert {**wanted, "stage": stage} == given
    assert wanted["stage"] == {"Ref": "Stage"}
    assert [each["Fn::Sub"].rpartition(":")[2] for each in selection["Resources"]] == ["table/*"]


def test_each_backup_is_copied_to_the_other_region_in_time_for_the_stated_loss() -> None:
    (rule,) = RESOURCES["Plan"]["BackupPlan"]["BackupPlanRule"]
    (copy,) = rule["CopyActions"]
    page = (ROOT / "docs" / "recovery.md").read_text(encoding="utf-8")

    assert copy["DestinationBackupVaultArn"] == {"Ref": "CopyVaultArn"}
    assert rule["ScheduleExpression"] == "cron(0 0/6 * * ? *)"
    assert "| the region | 12 hours of what is copied" in page, "six hours, and as long for backup and copy"
