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
# Where the reader waits ten seconds, the test waits until the list of the next hour is published.
MOVED = "curl -s $API/_local/clock"
REMEMBERED = "curl -s $API/v1/status-list > before"
PUBLISHED = "for _ in $(seq 150); do curl -s $API/v1/status-list | cmp -s - before || break; sleep 0.2; done"
pytestmark = [pytest.mark.xdist_group("local-cloud"), pytest.mark.timeout(600)]


def pasted(url: str) -> str:
    """Every block of these sections, against the local cloud at `url`."""
    text = README.read_text()
    sections = [text.split(f"\n## {title}\n")[1].split("\n## ")[0] for title in SECTIONS]
    blocks = [block for section in sections for block in re.findall(r"```sh\n(.*?)```", section, re.DOTALL)]
    return (
        "\n".join(blocks)
        .replace("http://127.0.0.1:3000", url)
        .replace(MOVED, f"{REMEMBERED}\n{MOVED}")
        .replace("sleep 10", PUBLISHED)
    )


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
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert "kept in register.json" in done.stdout, done.stdout[-2000:]
    (file,) = tmp_path.glob("*.wav")
    assert file.read_bytes()[:4] == b"RIFF"
    assert (tmp_path / "letter.pdf").read_bytes()[:4] == b"%PDF"
    assert (tmp_path / "proof.json").exists()
