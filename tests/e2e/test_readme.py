"""The README's commands work as written."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.localcloud.supervisor import Handle

README = Path(__file__).parents[2] / "README.md"
pytestmark = [pytest.mark.xdist_group("local-cloud"), pytest.mark.timeout(600)]


@pytest.mark.usefixtures("production_limits")
def test_the_flow_in_curl(cloud: Handle, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    section = README.read_text().split("## The flow, in curl")[1].split("\n## ")[0]
    script = "\n".join(re.findall(r"```sh\n(.*?)```", section, re.DOTALL))
    script = script.replace("http://127.0.0.1:3000", cloud.url)
    done = subprocess.run([bash, "-eu"], input=script, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 - the README's own text
    assert done.returncode == 0, done.stderr
    verification = json.loads(done.stdout[done.stdout.rindex('{"number"') :])
    assert verification["status"] == "valid"
    (file,) = tmp_path.iterdir()
    assert file.suffix == ".wav"
    assert file.read_bytes()[:4] == b"RIFF"
