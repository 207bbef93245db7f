"""The README's commands work as written: the flow, checking a licence and the register, pasted into one shell."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.localcloud.supervisor import Handle

README = Path(__file__).parents[2] / "README.md"
SECTIONS = ("The flow, in curl", "Checking a licence", "The register, without trusting us")
# Where the reader waits some seconds, the test waits for what happens meanwhile: the payment arrives, the licence
# reaches the register, and the list of the next hour is published.
POLLED = "for _ in $(seq 3000); do {} && break; sleep 0.2; done"
ACTIVE = POLLED.format('curl -s $API/v1/membership -H "Authorization: Bearer $TOKEN" | grep -q active')
REACHED = POLLED.format("curl -s $API/_local/calls | grep -q OnLicenseRecordedFunction")
BEFORE = "curl -s $API/v1/status-list > before"
PUBLISHED = POLLED.format("! curl -s $API/v1/status-list | cmp -s - before")
MOST_SECONDS = 900  # a licence that misses two heads would be waited for until the third


def pasted(url: str) -> str:
    """Every block of these sections, against the local cloud at `url`."""
    text = README.read_text()
    sections = [text.split(f"\n## {title}\n")[1].split("\n## ")[0] for title in SECTIONS]
    blocks = [block for section in sections for block in re.findall(r"```sh\n(.*?)```", section, re.DOTALL)]
    text = "\n".join(blocks).replace("http://127.0.0.1:3000", url)
    polled = {"sleep 2\n": f"{ACTIVE}\n", "sleep 5;": f"{REACHED}; {BEFORE};", "sleep 10\n": f"{PUBLISHED}\n"}
    for pause, instead in polled.items():
        assert text.count(pause) == 1
        text = text.replace(pause, instead)
    return text


@pytest.mark.usefixtures("production_limits")
def test_what_the_readme_shows_works_pasted(cloud: Handle, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603 - the README's own text
        [bash, "-eu"],
        input=pasted(cloud.url),
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=MOST_SECONDS,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert "kept in register.json" in done.stdout, done.stdout[-2000:]
    (file,) = tmp_path.glob("*.wav")
    assert file.read_bytes()[:4] == b"RIFF"
    assert (tmp_path / "letter.pdf").read_bytes()[:4] == b"%PDF"
    assert (tmp_path / "proof.json").exists()
