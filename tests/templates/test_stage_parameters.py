"""What a stage's parameters do to a deployment: SAM reads them whole, and a changed one reaches the alias."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from infra.localcloud.template_yaml import parse as parse_template
from infra.localcloud.transform import load
from infra.stage_parameters import TAG, overrides, tagged
from tests.factories.template import ROOT, described

SAMCONFIG = (ROOT / "samconfig.toml").read_text(encoding="utf-8")
STAGES = ("dev", "staging", "prod")
NORD = 'LicensorName=\\"Nord Music (HK) Limited\\"'
# What SAM's own command line makes of the entries, in its own environment.
BY_SAM = """
import json, sys
from samcli.cli.types import CfnParameterOverridesType
print(json.dumps(CfnParameterOverridesType().convert(json.load(sys.stdin), None, None)))
"""


def read_by_sam(entries: list[str]) -> dict[str, str]:
    uv = [str(ROOT / ".tools/uv/bin/uv"), "run", "--frozen", "--project", str(ROOT / "infra/sam")]
    done = subprocess.run(  # noqa: S603 - our own program
        [*uv, "python", "-c", BY_SAM], input=json.dumps(entries), capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def entries_of(samconfig: str, stage: str) -> list[str]:
    return list(tomllib.loads(samconfig)[stage]["deploy"]["parameters"]["parameter_overrides"])


@pytest.mark.parametrize("stage", STAGES)
def test_sam_reads_every_parameter_of_a_stage_whole(stage: str) -> None:
    entries = entries_of(SAMCONFIG, stage)
    read = read_by_sam(entries)
    assert read == overrides(stage, SAMCONFIG)
    for entry in entries:
        name, _, written = entry.partition("=")
        assert read[name] == written.strip('"'), f"{name} is cut: put its value in quotes of its own"


def test_a_company_of_several_words_signs_with_all_of_them() -> None:
    samconfig = SAMCONFIG.replace('LicensorName=\\"<the company that grants licences>\\"', NORD)
    assert samconfig != SAMCONFIG
    assert read_by_sam(entries_of(samconfig, "prod"))["LicensorName"] == "Nord Music (HK) Limited"
    assert overrides("prod", samconfig)["LicensorName"] == "Nord Music (HK) Limited"
    unquoted = samconfig.replace('\\"Nord Music (HK) Limited\\"', "Nord Music (HK) Limited")
    assert read_by_sam(entries_of(unquoted, "prod"))["LicensorName"] == "Nord"  # why the quotes are there


def built(folder: Path) -> Path:
    """A copy of what is deployed, that a test may change: templates, and the layers' folders."""
    shutil.copy(ROOT / "template.yaml", folder)
    (folder / "infra").mkdir()
    for path in (ROOT / "infra").glob("*.yaml"):
        shutil.copy(path, folder / "infra")
    for name in ("core", "vendor", "documents"):
        (folder / "layers" / name).mkdir(parents=True)
        (folder / "layers" / name / "code.py").write_text(f"{name} = 1\n")
    return folder


def stacks_of(build: Path, **changed: str) -> tuple[dict[str, str], dict[Path, dict[str, Any]]]:
    """A stage's parameters, and its templates with functions as they are deployed with these."""
    given = overrides("dev", SAMCONFIG) | changed
    return given, tagged(parse_template((build / "template.yaml").read_text(encoding="utf-8")), given, build)


def tags(build: Path, **changed: str) -> dict[str, str]:
    """The tag of each function, by the name of its folder."""
    return {
        Path(each["Properties"]["CodeUri"]).name: each["Properties"]["Tags"][TAG]
        for template in stacks_of(build, **changed)[1].values()
        for each in template["Resources"].values()
        if each["Type"] == "AWS::Serverless::Function"
    }


def versions(build: Path, **changed: str) -> dict[str, str]:
    """The logical id of each function's version, after the transform of the templates that are deployed."""
    given, stacks = stacks_of(build, **changed)
    found: dict[str, str] = {}
    named = {each.logical_id: name for name, each in described().items()}
    for path, template in stacks.items():
        tried = path.with_suffix(".json")
        tried.write_text(json.dumps(template, default=str))
        body = load(tried, given, "ap-southeast-1").body
        found |= {
            named[each["Properties"]["FunctionName"]["Ref"]]: logical_id
            for logical_id, each in body["Resources"].items()
            if each["Type"] == "AWS::Lambda::Version"
        }
    return found


def changed_between(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The functions whose tag or version is another."""
    assert before.keys() == after.keys() >= described().keys()
    return {name for name in before if before[name] != after[name]}


@pytest.fixture(scope="module")
def tagged_before(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The tags of the stage as it is."""
    return tags(built(tmp_path_factory.mktemp("tagged")))


READERS = {
    "LicensorName": {"issue_license"},
    "LinkSeconds": {"grant_download", "issue_link"},
    "AntiFraud": {"grant_download", "on_download_granted"},
    "LicenseKeys": {"issue_license", "get_jwks", "verify_license", "every_hour_sign_tree_head"},
    "SellerTaxId": {"work_invoices"},
    "Throttling": {"sign_in", "verify_license", "list_tracks"},
}


@pytest.mark.parametrize("parameter", READERS)
def test_a_changed_parameter_changes_the_tag_of_what_reads_it(
    tmp_path: Path, tagged_before: dict[str, str], parameter: str
) -> None:
    changed = changed_between(tagged_before, tags(built(tmp_path), **{parameter: "7"}))
    assert changed >= READERS[parameter]
    assert changed < set(tagged_before)


def test_the_same_parameters_change_no_tag(tmp_path: Path, tagged_before: dict[str, str]) -> None:
    assert tags(built(tmp_path)) == tagged_before


# What `make deploy` writes over the built templates, as a hash.
WRITTEN = """
import hashlib, sys, yaml
from pathlib import Path
from infra.localcloud.template_yaml import parse
from infra.stage_parameters import overrides, rendered, tagged
build, samconfig = Path(sys.argv[1]), Path("samconfig.toml").read_text(encoding="utf-8")
stacks = tagged(parse((build / "template.yaml").read_text(encoding="utf-8")), overrides("prod", samconfig), build)
print(hashlib.sha256("".join(rendered(stacks[path]) for path in sorted(stacks)).encode()).hexdigest())
"""


def test_two_deployments_of_the_same_write_the_same_templates(tmp_path: Path) -> None:
    """Byte for byte, in other folders and with other hashes of Python's: the second deployment changes nothing."""
    written = set()
    for seed in ("1", "2"):
        build = tmp_path / seed
        build.mkdir()
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", WRITTEN, str(built(build))],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        written.add(done.stdout)
    assert len(written) == 1


@pytest.mark.parametrize(("layer", "among"), [("core", "work_notices"), ("documents", "work_invoices")])
def test_a_changed_layer_changes_tags_in_nested_stacks_as_well(
    tmp_path: Path, tagged_before: dict[str, str], layer: str, among: str
) -> None:
    """There a layer is a parameter, which SAM's names of versions say nothing of."""
    build = built(tmp_path)
    (build / "layers" / layer / "code.py").write_text("changed = 1\n")
    changed = changed_between(tagged_before, tags(build))
    assert {among, "issue_license"} <= changed
    assert (changed == described().keys()) is (layer == "core")


def test_a_table_that_is_restored_and_swapped_is_read_by_new_versions(
    tmp_path: Path, tagged_before: dict[str, str]
) -> None:
    """By the page's commands. Behind the same reference is another name, which would reach `$LATEST` alone."""
    build = built(tmp_path)
    edits = re.findall(r"^sed -i .*", (ROOT / "docs" / "recovery.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(edits) == 2
    for edit in edits:
        subprocess.run(shlex.split(edit), cwd=build, check=True)  # noqa: S603 - of our own page
    data = parse_template((build / "infra" / "data.yaml").read_text(encoding="utf-8"))

    assert "AccountsTable" not in data["Resources"]
    table = data["Resources"]["RestoredAccountsTable"]
    assert (table["DeletionPolicy"], table["Properties"]["TableName"]) == (
        "Retain",
        "allmytracks-prod-restored-accounts",
    )
    assert data["Outputs"]["AccountsTableArn"] == {"Value": {"Fn::GetAtt": ["RestoredAccountsTable", "Arn"]}}
    changed = changed_between(tagged_before, tags(build))
    readers = {name for name, each in described().items() if "ACCOUNTS_TABLE" in each.environment}
    assert readers <= changed < tagged_before.keys()


def test_a_table_that_a_change_replaces_is_read_by_new_versions(tmp_path: Path, tagged_before: dict[str, str]) -> None:
    build = built(tmp_path)
    data = build / "infra" / "data.yaml"
    data.write_text(data.read_text(encoding="utf-8").replace("AttributeName: sweep_at", "AttributeName: swept_at"))
    changed = changed_between(tagged_before, tags(build))
    assert {"keep_recordings", "work_recordings", "work_erasures"} <= changed
    assert not changed & {"get_jwks", "list_plans"}


def test_a_changed_route_publishes_nothing(tmp_path: Path, tagged_before: dict[str, str]) -> None:
    build = built(tmp_path)
    root = build / "template.yaml"
    root.write_text(root.read_text(encoding="utf-8").replace("{ThrottlingRateLimit: 10,", "{ThrottlingRateLimit: 11,"))
    assert root.read_text(encoding="utf-8") != (ROOT / "template.yaml").read_text(encoding="utf-8")
    assert tags(build) == tagged_before


def test_each_function_with_another_tag_publishes_a_new_version_and_no_other_does(tmp_path: Path) -> None:
    """By SAM's transform, which takes seconds; of a parameter and a layer, in the root and in a nested stack."""
    build = built(tmp_path)
    tags_before, before = tags(build), versions(build)
    (build / "layers" / "documents" / "code.py").write_text("changed = 1\n")
    retagged = changed_between(tags_before, tags(build, LinkSeconds="7"))
    assert {"issue_link", "work_invoices"} <= retagged < before.keys()
    assert changed_between(before, versions(build, LinkSeconds="7")) == retagged


def test_a_version_of_its_own_needs_the_tag() -> None:
    plain: dict[str, Any] = dict(parse_template((ROOT / "template.yaml").read_text(encoding="utf-8")))
    functions = [each for each in plain["Resources"].values() if each["Type"] == "AWS::Serverless::Function"]
    assert not any(TAG in each["Properties"].get("Tags", {}) for each in functions)
    root = tagged(plain, overrides("dev", SAMCONFIG), ROOT)[ROOT / "template.yaml"]
    tags = root["Resources"]["IssueLicenseFunction"]["Properties"]["Tags"]
    assert len(tags[TAG]) == 16
