"""Runs the command line in this process, as typer's own runner does, but with the commands built once.

typer.testing.CliRunner builds all of them again at each run, which takes longer than most commands.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import cache

import typer
from typer.testing import CliRunner, Result

_built = cache(typer.main.get_command)


def run_command(
    app: typer.Typer, words: Sequence[str], *, obj: object = None, env: Mapping[str, str] | None = None
) -> Result:
    """What the command writes and ends with; an exception that no user should see is in `exception`."""
    runner, command = CliRunner(), _built(app)
    code, returned = 0, None
    failed: BaseException | None = None
    with runner.isolation(env=env) as (out, err, both):
        try:
            returned = command.main(args=list(words), prog_name=runner.get_default_prog_name(command), obj=obj)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(bool(end.code))
            failed = end if code else None
        except Exception as error:  # noqa: BLE001 - the result has it, as typer's own
            code, failed = 1, error
        sys.stdout.flush()
        sys.stderr.flush()
        written = out.getvalue(), err.getvalue(), both.getvalue()
    return Result(runner, *written, returned, code, failed)
