"""Clients that public generators make of the API document: without a warning, compiled, through the main flow."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from pathlib import Path

from infra.localcloud.npm import default_cache
from infra.localcloud.supervisor import Handle
from infra.openapi.document import ROOT

SOURCES = Path(__file__).parent / "clients"
DOCUMENT = ROOT / "functions" / "get_openapi" / "openapi.json"


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What the command wrote; it must end well."""
    done = subprocess.run(  # noqa: S603 - our own words
        [str(each) for each in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def new_address() -> str:
    return f"{uuid.uuid4().hex[:12]}@example.org"


def test_a_python_client_goes_through_the_main_flow(cloud: Handle, tmp_path: Path) -> None:
    uv = ROOT / ".tools" / "uv" / "bin" / "uv"
    place = str(default_cache() / "clients" / "venv")
    in_project = (uv, "run", "--frozen", "--quiet", "--project", SOURCES)
    command = ("openapi-python-client", "generate", "--path", DOCUMENT, "--config", SOURCES / "python.yaml")
    told = run(
        *in_project, *command, "--output-path", tmp_path, "--overwrite", "--meta", "none", cwd=tmp_path,
        UV_PROJECT_ENVIRONMENT=place,
    )  # fmt: skip
    assert "WARNING" not in told
    flow = (*in_project, "python", "-W", "error", SOURCES / "flow.py", cloud.url, new_address())
    package = tmp_path.parent / "all_my_tracks_client"
    shutil.copytree(tmp_path, package)
    said = run(*flow, cwd=tmp_path, UV_PROJECT_ENVIRONMENT=place, PYTHONPATH=str(package.parent))
    assert said.split()[-1] == "valid"


def test_a_typescript_client_goes_through_the_main_flow(cloud: Handle, tmp_path: Path) -> None:
    for name in ("package.json", "package-lock.json", "tsconfig.json", "flow.ts"):
        shutil.copy(SOURCES / name, tmp_path)
    run("npm", "ci", "--silent", "--no-audit", "--prefer-offline", cwd=tmp_path)
    programs = tmp_path / "node_modules" / ".bin"
    run(programs / "openapi-typescript", DOCUMENT, "-o", "api.d.ts", cwd=tmp_path)
    run(programs / "tsc", "-p", ".", cwd=tmp_path)
    assert run("node", "made/flow.js", cloud.url, new_address(), cwd=tmp_path).split()[-1] == "valid"
