"""What is kept between two starts of the local cloud: all of it as the last run left it, or none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.localcloud.deployment import Deployment
from infra.localcloud.front.kept import SERVICES
from infra.localcloud.keeping import Keeper, KeptError, Run, stamp_of
from tests.localcloud.running import RUNNING

PROVISION = Path(__file__).parents[2] / "infra" / "localcloud" / "provision"
PLACE = ("FollowFunction", "arn:stream")


def run(moved: float) -> Run:
    deployment = Deployment(
        region="eu-west-1",
        account_id="123456789012",
        functions={},
        routes=(),
        cors=None,
        queue_mappings=(),
        stream_mappings=(),
        schedules=(),
        jwt_issuer="",
        jwt_audiences=(),
        outputs={},
        physical_ids={},
        parameters={},
    )
    return Run(deployment, {PLACE: {"shard": "7"}}, moved, {"till": [1]})


def lived(folder: Path, text: str, moved: float, stamp: str = "a") -> None:
    """A run that ends well."""
    keeper = Keeper(folder, stamp)
    keeper.found()
    (keeper.data / "things.db").write_text(text)
    keeper.keep(run(moved), text.encode())


def test_the_next_run_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    assert Keeper(tmp_path, "a").found() is None
    lived(tmp_path, "one", 1)
    lived(tmp_path, "two", 2)
    keeper = Keeper(tmp_path, "a")
    assert keeper.found() == run(2)
    assert ((keeper.data / "things.db").read_text(), keeper.front.read_text()) == ("two", "two")


def test_a_run_that_crashes_leaves_what_there_was_before_it(tmp_path: Path) -> None:
    lived(tmp_path, "one", 1)
    crashed = Keeper(tmp_path, "a")
    crashed.found()
    (crashed.data / "things.db").write_text("half")
    keeper = Keeper(tmp_path, "a")
    assert keeper.found() == run(1)
    assert (keeper.data / "things.db").read_text() == "one"


def test_what_was_kept_with_another_template_is_refused_and_left(tmp_path: Path) -> None:
    lived(tmp_path, "one", 1)
    with pytest.raises(KeptError, match="rm -r"):
        Keeper(tmp_path, "b").found()
    assert Keeper(tmp_path, "a").found() == run(1)


def test_the_stamp_is_of_templates_parameters_and_port(tmp_path: Path) -> None:
    for name in ("template.yaml", "nested.yaml"):
        (tmp_path / name).write_text("Resources: {}")
    template = tmp_path / "template.yaml"
    nested = "Resources: {Nested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: nested.yaml}}}"
    stamps = [stamp_of(template, 1, {})]
    template.write_text(nested)
    stamps += [stamp_of(template, 1, {}), stamp_of(template, 2, {}), stamp_of(template, 1, {"A": "1"})]
    (tmp_path / "nested.yaml").write_text("Resources: {}  # changed")
    stamps.append(stamp_of(template, 1, {}))
    assert len(set(stamps)) == len(stamps)
    assert stamps[-1] == stamp_of(template, 1, {})
    assert stamp_of(RUNNING / "template.yaml", 1, {}) not in stamps


def test_every_service_that_resources_are_made_in_is_kept() -> None:
    made_in = {
        name for file in PROVISION.glob("*.py") for name in re.findall(r'client\("([\w-]+)"', file.read_text("utf-8"))
    }
    # DynamoDB Local keeps its own files; Systems Manager's store in moto cannot be written.
    assert made_in - {"dynamodb", "ssm"} <= set(SERVICES)
