"""`python -m infra.localcloud`: a template's stacks on this machine, without a product."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console

from infra.localcloud.cloud import Options
from infra.localcloud.command import isolate, parser, run


def main() -> int:
    """Parse the command line, run, and return the exit status."""
    words = parser("infra.localcloud", __doc__)
    words.add_argument("--template", type=Path, required=True, help="a SAM or CloudFormation template")
    words.add_argument("--parameter", type=_pair, action="append", default=[], metavar="NAME=VALUE")
    arguments = words.parse_args()
    isolate()
    console = Console(soft_wrap=True)
    options = Options(
        port=arguments.port,
        template=arguments.template,
        folder=arguments.folder or Path(".local"),
        parameters=dict(arguments.parameter),
        dynamodb=arguments.dynamodb,
        keep=arguments.keep,
        tell=lambda text: console.print(text, markup=False),
    )
    return run(console, options)


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


if __name__ == "__main__":
    sys.exit(main())
