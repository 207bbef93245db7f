"""The workflows of CI: valid, safe by zizmor, without keys, and in sequence up to production."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in WORKFLOWS}


def tool(*words: str) -> subprocess.CompletedProcess[str]:
    folder = Path(sys.executable).parent
    program, *rest = words
    return subprocess.run([str(folder / program), *rest], capture_output=True, text=True, check=False)  # noqa: S603 - of the lock file


def jobs(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load(TEXTS[name])["jobs"])


def test_they_are_workflows_as_github_takes_them() -> None:
    done = tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, WORKFLOWS))

    assert done.returncode == 0, done.stdout


def test_nothing_in_them_is_unsafe() -> None:
    """Actions by hash, no more rights than needed, nothing of a pull request in a shell."""
    done = tool("zizmor", "--offline", "--min-severity", "medium", "--no-progress", *map(str, WORKFLOWS))

    assert done.returncode == 0, done.stdout + done.stderr


def test_production_comes_after_staging_after_dev_after_the_checks() -> None:
    found = jobs("deploy")

    assert {name: each.get("needs") for name, each in found.items()} == {
        "checks": None,
        "dev": "checks",
        "staging": "dev",
        "prod": "staging",
    }
    assert {name: each["with"]["stage"] for name, each in found.items() if name != "checks"} == {
        name: name for name in ("dev", "staging", "prod")
    }


def test_a_stage_is_an_environment_deployed_by_oidc_and_shown_to_do_its_job() -> None:
    deploy = jobs("stage")["deploy"]
    runs = [each["run"] for each in deploy["steps"] if "run" in each]

    assert deploy["environment"] == "${{ inputs.stage }}"
    assert deploy["permissions"] == {"contents": "read", "id-token": "write"}
    assert [re.split(r" |-", run.replace(".venv/bin/", ""))[:2] for run in runs] == [
        ["make", "deploy"],
        ["allmytracks", "doctor"],
        ["allmytracks", "smoke"],
    ]


@pytest.mark.parametrize("name", TEXTS)
def test_no_key_is_kept(name: str) -> None:
    assert "AWS_ACCESS_KEY" not in TEXTS[name]
    assert "AWS_SECRET" not in TEXTS[name]
    assert set(re.findall(r"secrets\.(\w+)", TEXTS[name])) <= {"SMOKE_PASSWORD"}


def test_every_make_target_and_command_that_they_use_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    used = {target for text in TEXTS.values() for target in re.findall(r"run: make (\w+)", text)}

    assert used == {"test", "reproducible", "audit", "scan", "sbom", "deploy", "setup"}
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in used)
