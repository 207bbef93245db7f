"""What holds of every command: --json, refusals, its page, its help."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import httpx
import pytest
import typer
from rich.console import Console
from typer.testing import Result

from infra.ops.client import OpsClient
from infra.ops.errors import Exit, OpsError
from infra.ops.main import app
from infra.ops.page import PAGE, page
from infra.ops.public_api import PublicApi
from infra.ops.telling import Session
from tests.factories.command_line import run_command
from tests.factories.operators import Run

# What a command needs beside what its parser requires.
NEEDS: dict[tuple[str, ...], list[str]] = {
    ("accounts", "show"): ["acc-1"],
    ("breach", "notify"): ["--everybody"],
    ("licenses", "revoke"): ["AMT-1"],
    ("licenses", "supersede"): ["--name", "Ada"],
    ("mailings", "send"): ["--everybody"],
    ("orders", "list"): ["--account", "acc-1"],
    ("payments", "attach"): ["--account", "acc-1"],
    ("payments", "reconcile"): ["--order", "ord_1"],
    ("payments", "replay"): ["--dead-letters"],
    ("tracks", "edit"): ["--title", "Zap"],
}
FILES: dict[tuple[str, ...], str] = {
    ("agreements", "publish"): "config/agreements.toml",
    ("publish",): "config/plans.toml",
    ("quotes", "make"): "pyproject.toml",
}
# Of several acts after each other they also tell which were done.
SEVERAL = {("damages", "enforce"), ("licenses", "revoke")}
# What they ask first is neither of the two APIs: files, AWS, or nothing at all.
OTHERS: set[tuple[str, ...]] = {
    ("certificates", "publish"),
    ("certificates", "request"),
    ("certificates", "self-sign"),
    ("devices", "import"),
}
OTHERS |= {("doctor",), ("smoke",), ("verify",), ("register", "check"), ("slo", "burning"), ("slo", "show")}
OTHERS |= {("tracks", "import"), ("tracks", "retag")}
# Each with the least that it needs, but for its options of acts that cannot be taken back.
IRREVERSIBLE = {
    ("quotes", "withdraw", "ord_1", "--reason", "fraud"),
    ("accounts", "erase", "acc-1", "--reason", "deceased"),
    ("holds", "lift", "acc-1", "hld_1", "--reason", "ended"),
    ("storage", "cancel", "sub_1", "--reason", "member_request"),
    ("promotions", "send", "--subject", "News", "--text", __file__),
    ("breach", "notify", "--subject", "News", "--text", __file__, "--everybody"),
    ("mailings", "resume", "mlg_1"),
    ("mailings", "send", "--kind", "transfer", "--subject", "News", "--text", __file__, "--everybody"),
    ("publish", "plans", "config/plans.toml"),
    ("agreements", "publish", "config/agreements.toml"),
    ("accounts", "ban", "acc-1", "--reason", "fraud"),
    ("accounts", "freeze", "acc-1", "--reason", "fraud"),
    ("accounts", "closing", "approve", "acc-1"),
    ("accounts", "closing", "start", "acc-1", "--reason", "untrue_data"),
    ("accounts", "closing", "end-service"),
    ("accounts", "take-off-text", "acc-1", "--field", "nickname", "--reason", "breach_of_rules"),
    ("accounts", "cancel-membership", "acc-1", "--reason", "fraud"),
    ("damages", "record", "acc-1", "--amount", "200000", "--track", "trk_1"),
    ("damages", "enforce", "acc-1", "AMT-1", "--amount", "200000"),
    (
        "disclosures",
        "record",
        "acc-1",
        "--to",
        "A court",
        "--what",
        "name",
        "--why",
        "an order",
        "--basis",
        "authority",
    ),
    ("devices", "release", "CAM-1", "--reason", "sold"),
    ("downloads", "revoke", "acc-1", "dl_1", "--reason", "fraud"),
    ("licenses", "revoke", "AMT-1", "--reason", "impersonation"),
    ("licenses", "supersede", "AMT-1", "--reason", "misspelt_name", "--name", "Ada"),
    ("licenses", "approve-correction", "AMT-1", "--proposal", "cor_1"),
    ("orders", "decline", "ord_1", "--reason", "fraud"),
    ("tickets", "close", "TKT-1", "--reason", "settled"),
    ("tracks", "withdraw", "trk_1"),
    ("payments", "attach", "evt_1", "--account", "acc-1", "--reason", "a gift"),
    ("payments", "dismiss", "evt_1", "--reason", "a gift"),
}


def commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, each in getattr(command, "commands", {}).items():
        yield (*words, name), each
        yield from commands(each, (*words, name))


EVERY = dict(commands(typer.main.get_command(app)))
LEAVES = {words: command for words, command in EVERY.items() if not hasattr(command, "commands")}

ASKING = {words for words, command in LEAVES.items() if "--yes" in {o for p in command.params for o in p.opts}}
LEAKS = {"None", "True", "False", "Traceback", "Error:", "Expecting"}
NEXT_YEAR = "2027-01-01T00:00:00Z"


def test_every_command_answers_in_json() -> None:
    assert len(LEAVES) > 40
    assert [
        words for words, command in LEAVES.items() if "--json" not in {o for p in command.params for o in p.opts}
    ] == []


def test_the_page_is_that_of_the_commands() -> None:
    made = page()
    assert PAGE.read_text(encoding="utf-8") == made, "run `make commands`"
    assert [words for words in EVERY if f"`allmytracks {' '.join(words)}`" not in made] == []


@pytest.mark.parametrize("words", [(), *sorted(EVERY)], ids=" ".join)
def test_help_keeps_within_80_columns_and_says_what_the_command_does(words: tuple[str, ...]) -> None:
    result = run_command(app, [*words, "--help"], env={"COLUMNS": "80", "TERMINAL_WIDTH": "80"})
    assert result.exit_code == 0
    assert [line for line in result.output.splitlines() if len(line) > 80] == []
    if words:
        assert EVERY[words].help


def test_the_version_is_shown() -> None:
    assert run_command(app, ["--version"]).output == "allmytracks 0.1.0\n"


@pytest.mark.parametrize("words", sorted(IRREVERSIBLE), ids=lambda words: " ".join(words[:2]))
def test_what_cannot_be_taken_back_needs_a_yes(words: tuple[str, ...]) -> None:
    """No terminal, no --yes: nothing is asked of any API."""
    asked: list[str] = []

    def connect() -> OpsClient:
        asked.append("the API")
        raise OpsError("no API is there")

    def run(*more: str) -> Result:
        consoles = Console(width=200), Console(width=200, stderr=True)
        return run_command(app, [*words, *more], obj=Session(connect, *consoles))

    result = run()
    assert (result.exit_code, "--yes" in result.stderr, asked) == (2, True, [])
    assert (run("--yes").exit_code, asked) == (1, ["the API"])


def test_every_command_that_asks_is_among_these() -> None:
    covered = {words[: len(each)] for words in IRREVERSIBLE for each in ASKING if words[: len(each)] == each}
    # One needs a certificate (test_command_line), one asks what is on record first (test_two_operators).
    assert ASKING - covered == {("certificates", "publish"), ("approvals", "approve")}


def given_to(words: tuple[str, ...]) -> list[str]:
    """The command with a value for all that it requires."""
    given = [*words, *NEEDS.get(words, [])]
    for each in LEAVES[words].params:
        if each.required:
            given += (
                [*each.opts[:1], value_of(each, words)] if each.param_type_name == "option" else [value_of(each, words)]
            )
    return given


def value_of(parameter: Any, words: tuple[str, ...]) -> str:
    kind = parameter.type_descriptor.annotation
    kind = get_args(kind)[0] if get_origin(kind) is list else kind
    named = re.search(r"One of: ([\w-]+)", parameter.help or "")
    if named:
        return named.group(1)
    if get_origin(kind) is Literal:
        return str(get_args(kind)[0])
    if issubclass(kind, Enum):
        return str(next(iter(kind)))
    values = {Path: FILES.get(words, "README.md"), int: "200000"}
    names = {"until": NEXT_YEAR, "starts": NEXT_YEAR, "ends": NEXT_YEAR, "currency": "USD"}
    return values.get(kind) or names.get(parameter.name, "acc-1")


def answering(status: int, text: str) -> Session:
    """A session in which both APIs answer everything so."""
    transport = httpx.MockTransport(lambda _: httpx.Response(status, text=text))
    api = httpx.Client(transport=transport, base_url="http://ops.invalid/ops")
    made = OpsClient(api, httpx.Client(transport=transport), sleep=lambda _: None)
    public = PublicApi(httpx.Client(transport=transport, base_url="http://api.invalid"), sleep=lambda _: None)
    consoles = Console(width=80), Console(width=80, stderr=True)
    return Session(lambda: made, *consoles, public=lambda _: public, people=False)


NOT_FOUND = json.dumps({"code": "not_found", "detail": "There is nothing by this name.", "status": 404})


@pytest.mark.parametrize(
    ("status", "text", "code", "exit_code"),
    [
        (404, NOT_FOUND, "not_found", Exit.REFUSED),
        (500, '{"code": "internal", "detail": "A fault."}', "internal", Exit.FAILED),
        (200, "<html>Please sign in to this network.</html>", "unexpected_answer", Exit.FAILED),
    ],
)
def test_every_command_tells_a_refusal_to_people_and_to_programs(
    status: int, text: str, code: str, exit_code: Exit
) -> None:
    """With --json as one document on the standard error; and never as Python's own words."""
    wrong = {}
    for words in LEAVES.keys() - OTHERS:
        given = given_to(words) + ["--yes"] * (words in ASKING)
        program = run_command(app, [*given, "--json"], obj=answering(status, text))
        person = run_command(app, given, obj=answering(status, text))
        silent = words in SEVERAL or not (program.stdout or person.stdout)
        found = program.exit_code, person.exit_code, silent, len(person.stderr.splitlines())
        told = json.loads(program.stderr)["code"] if program.stderr.startswith("{") else program.stderr
        if (*found, told) != (exit_code, exit_code, True, 1, code) or LEAKS & set(person.stderr.split()):
            wrong[words] = *found, told, program.exception
    assert wrong == {}


def test_a_reason_belongs_to_its_act(run: Run) -> None:
    until = ("--until", "2026-12-01T00:00:00Z")
    for words in (
        ("accounts", "restrict", "acc-1", "--reason", "cleared", *until),
        ("accounts", "ban", "acc-1", "--reason", "cleared", "--yes"),
        ("accounts", "lift", "acc-1", "--reason", "fraud"),
        ("downloads", "renew-links", "acc-1", "dl_1", "--reason", "fraud"),
        ("orders", "decline", "ord_1", "--reason", "cleared", "--yes"),
        ("holds", "set", "acc-1", "--reason", "ended"),
    ):
        result = run(*words)
        assert (result.exit_code, "not a reason for this" in " ".join(result.output.split())) == (2, True)
