"""What the command line loads: for help, the version and completion nothing heavy."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from infra.ops.main import GROUPS

HEAVY = {"asn1crypto", "boto3", "botocore", "cryptography", "httpx", "joserfc", "mutagen", "numpy", "pyhanko", "rich"}
HEAVY |= {"soundfile", "soxr", "aws_lambda_powertools"}


LOADED = """
import json, sys
from infra.ops.main import main
sys.argv = ["allmytracks", *sys.argv[1:]]
try:
    main()
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


HELP_OF_ALL = """
import json, sys
from infra.ops.main import main
for group in sys.argv[1:]:
    sys.argv = ["allmytracks", group, "--help"]
    try:
        main()
    except SystemExit as end:
        assert end.code in (0, None), (group, end.code)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


PLAIN = """
import json, sys
import httpx
from infra.ops.client import OpsClient
from infra.ops.main import app
from infra.ops.telling import opened
from dataclasses import replace
rows = json.dumps({"items": [{"track_id": "trk_1", "title": "Dawn"}], "next_cursor": None})
api = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, text=rows)), base_url="http://ops/ops")
try:
    app(["tracks", "list"], obj=replace(opened(""), connect=lambda: OpsClient(api, api), people=True))
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def loaded(*words: str, **environment: str) -> tuple[int, str, set[str]]:
    done = subprocess.run(  # noqa: S603 - this interpreter, these words
        [sys.executable, "-c", LOADED, *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("words", [("--version",), ("--help",)], ids=" ".join)
def test_help_and_version_load_nothing_heavy(words: tuple[str, ...]) -> None:
    code, said, modules = loaded(*words)
    assert (code, bool(said)) == (0, True)
    assert modules & HEAVY == set()


def test_the_help_of_every_group_loads_nothing_heavy() -> None:
    """All in one process: what one of them loads is found there after the last."""
    done = subprocess.run(  # noqa: S603 - this interpreter, our own program
        [sys.executable, "-c", HELP_OF_ALL, *GROUPS], capture_output=True, text=True, check=True
    )
    assert set(json.loads(done.stderr.splitlines()[-1])) & HEAVY == set()
    assert done.stdout.count("Usage:") == len(GROUPS)


def test_a_plain_command_loads_what_signs_its_request_and_draws_its_table() -> None:
    done = subprocess.run([sys.executable, "-c", PLAIN], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert "Dawn" in done.stdout
    assert set(json.loads(done.stderr.splitlines()[-1])) & HEAVY == {"botocore", "httpx", "rich"}


def test_completion_loads_nothing_heavy() -> None:
    code, said, modules = loaded(
        _ALLMYTRACKS_COMPLETE="complete_bash", COMP_WORDS="allmytracks accounts ", COMP_CWORD="2"
    )
    assert (code, {"ban", "show", "fees"} <= set(said.split())) == (0, True)
    assert modules & HEAVY == set()
