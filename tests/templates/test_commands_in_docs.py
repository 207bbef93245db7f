"""Commands in the docs exist: AWS's by botocore's models, ours by the command line itself."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
from botocore import xform_name
from botocore.session import Session

from infra.ops.main import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path for path in (ROOT / "docs").glob("*.md") if path.name != "command-line.md")
# What the AWS command line adds to every operation.
EVERYWHERE = {"query", "output", "region", "profile", "cli-input-json", "no-paginate", "no-cli-pager"}
SERVICES = {"s3api": "s3", "deploy": "codedeploy"}
# Commands of the AWS command line that are no operation of a service, with their options.
OWN = {"s3 cp": {"recursive"}, "s3 sync": {"delete"}, "logs tail": {"since", "follow", "filter-pattern"}}
BLOCK = re.compile(r"```sh\n(.*?)```|((?:^    \S.*\n)+)", re.DOTALL | re.MULTILINE)


def commands(text: str) -> list[list[str]]:
    """Each line of a block of shell, or one that is set in by four blanks, that begins with aws or allmytracks."""
    joined = text.replace("\\\n", " ")
    lines = (line.strip() for line in joined.splitlines() if line.startswith("    ") or not line.startswith(" "))
    found = [line for line in lines if re.match(r"(\w+=\S+ )?(aws|allmytracks) ", line)]
    return [shlex.split(line, comments=True) for line in found]


IN_BLOCKS = [
    (path.name, words)
    for path in PAGES
    for block in re.findall(
        r"```sh\n(.*?)```|((?:^    \S.*\n)+)", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    for words in commands("".join(block))
]


def problems_of_aws(words: list[str]) -> list[str]:
    """What the AWS command line would refuse of names."""
    service, command = words[1:3]
    options = {word.removeprefix("--").partition("=")[0] for word in words[3:] if word.startswith("--")}
    if f"{service} {command}" in OWN:
        return sorted(options - OWN[f"{service} {command}"] - EVERYWHERE)
    session = Session()
    name = SERVICES.get(service, service)
    if name not in session.get_available_services():
        return [f"no service {service}"]
    model = session.get_service_model(name)
    operations = {xform_name(each, "-"): each for each in model.operation_names}
    if command not in operations:
        return [f"no operation {command}"]
    shape = model.operation_model(operations[command]).input_shape
    members: dict[str, Any] = dict(shape.members) if shape is not None else {}
    known = {xform_name(each, "-") for each in members}
    flags = {f"no-{xform_name(each, '-')}" for each, member in members.items() if member.type_name == "boolean"}
    needed = {xform_name(each, "-") for each in (shape.required_members if shape is not None else ())}
    wrong = [f"no option --{each}" for each in sorted(options - known - flags - EVERYWHERE)]
    return wrong + [f"needs --{each}" for each in sorted(needed - options)]


def problems_of_ours(words: list[str]) -> list[str]:
    """What our command line would refuse of names."""
    command: Any = typer.main.get_command(app)
    rest = words[1:]
    while rest and hasattr(command, "commands"):
        if rest[0] not in command.commands:
            return [f"no command {rest[0]}"]
        command, rest = command.commands[rest[0]], rest[1:]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    return [f"no option {word}" for word in rest if word.startswith("--") and word.partition("=")[0] not in known]


@pytest.mark.parametrize(
    ("page", "words"), IN_BLOCKS, ids=[f"{page}: {' '.join(words)[:60]}" for page, words in IN_BLOCKS]
)
def test_a_command_of_the_docs_exists_with_its_options(page: str, words: list[str]) -> None:
    words = words[1:] if "=" in words[0] else words

    assert (problems_of_aws(words) if words[0] == "aws" else problems_of_ours(words)) == [], page


def test_commands_are_found_in_blocks_and_wrong_ones_are_refused() -> None:
    assert len(IN_BLOCKS) >= 20
    assert commands("    aws sqs list-queues # all\nplain aws x\nA=1 allmytracks verify x") == [
        ["aws", "sqs", "list-queues"],
        ["A=1", "allmytracks", "verify", "x"],
    ]
    assert problems_of_aws(["aws", "sqs", "list-queue"]) == ["no operation list-queue"]
    assert problems_of_aws(["aws", "sqs", "purge-queue", "--queue", "x"]) == ["no option --queue", "needs --queue-url"]
    assert problems_of_aws(["aws", "sqx", "purge-queue"]) == ["no service sqx"]
    assert problems_of_ours(["allmytracks", "tracks", "imports"]) == ["no command imports"]
    assert problems_of_ours(["allmytracks", "doctor", "--stacks", "x"]) == ["no option --stacks"]
