"""What the command line prints can be read, and copied from, on a narrow screen."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import typer
from rich.cells import cell_len
from rich.console import Console
from typer.testing import Result

from infra.ops.commands import Commands
from infra.ops.errors import OpsError
from infra.ops.telling import Session, refusals_told, require_yes, tell
from infra.ops.writing import Fields, Part, Rows, counted
from tests.factories.command_line import run_command

COLUMNS = ["event_id", "provider", "kind", "occurred_at", "amount", "currency", "order_id"]
ROW = {
    "event_id": "evt_exVUwBuGyWbTwYbkaPJ84hEj",
    "provider": "stripe",
    "kind": "refund_created",
    "occurred_at": "2026-11-24T23:36:17.000Z",
    "amount": 980,
    "currency": "JPY",
    "order_id": "ord_rmbddnorsvzah6dqqvknote4am",
}


ANSWER = {"event_id": "evt_1", "folded": False, "owner": {"order": None, "account": "acc-1"}, "tags": []}


def no_client() -> Any:
    raise AssertionError("nothing is asked")


def told(width: int, *parts: Part, people: bool = True) -> str:
    screen = io.StringIO()
    session = Session(no_client, Console(file=screen, width=width), Console(file=screen), people=people)
    result = said(session, lambda context: tell(context, ANSWER, *parts))
    return screen.getvalue() + result.stdout


def said(session: Session, work: Callable[[typer.Context], None], *words: str) -> Result:
    app = Commands("Try it.")

    @app.command("try")
    def try_it(context: typer.Context) -> None:
        work(context)

    @app.command("other")
    def other() -> None:
        """A second one, so that the first is named."""

    return run_command(app, ["try", *words], obj=session)


def session(*, people: bool = True, ask: Callable[[str], bool] | None = None) -> Session:
    return Session(no_client, Console(width=80), Console(width=80, stderr=True), people=people, ask=ask)


def listed(width: int, *rows: dict[str, object]) -> str:
    return told(width, Rows("2 things", COLUMNS, list(rows)))


@pytest.mark.parametrize("width", [80, 200])
def test_no_value_of_a_list_is_cut_off(width: int) -> None:
    text = listed(width, ROW, {**ROW, "event_id": "evt_second"})
    assert all(len(line) <= width for line in text.splitlines())
    assert "…" not in text
    words = text.split()
    assert all(str(value) in words for value in [*ROW.values(), "evt_second"])


def test_a_table_has_one_line_a_record_and_no_borders() -> None:
    lines = listed(200, ROW, {**ROW, "event_id": "evt_second"}).splitlines()
    assert len(lines) == 4
    assert not set("".join(lines)) & set("│┃─━|")


@pytest.mark.parametrize("width", [60, 80, 110])
def test_a_narrow_screen_shows_a_record_in_few_lines_each_value_below_its_name(width: int) -> None:
    title, *lines = listed(width, ROW, {**ROW, "event_id": "evt_second", "kind": "夜の音楽"}).splitlines()
    height = len(lines) // 3
    assert (title, len(lines), 2 <= height <= 3) == ("2 things", 3 * height, True)
    assert [line.startswith("    ") for line in lines] == [place % height > 0 for place in range(len(lines))]
    for names, *records in zip(lines[:height], lines[height : 2 * height], lines[2 * height :], strict=True):
        starts = {column: names.find(column.replace("_", " ")) for column in COLUMNS}
        for column, start in starts.items():
            assert start < 0 or records[0][start:].startswith(str(ROW[column]))
    assert "夜の音楽" in "".join(lines)


def test_prose_is_broken_between_words_and_ids_stay_whole() -> None:
    meaning = "never arrived here, as far as anybody can tell " * 4
    text = told(80, Rows("1 thing", ["event_id", "meaning"], [{"event_id": ROW["event_id"], "meaning": meaning}]))
    assert all(len(line) <= 80 for line in text.splitlines())
    assert str(ROW["event_id"]) in text
    assert [word for word in text.split() if word in meaning.split()] == meaning.split()


def test_an_empty_list_is_its_title_alone() -> None:
    assert listed(80) == "2 things\n"


@pytest.mark.parametrize("width", [40, 80])
def test_a_hash_wider_than_the_screen_is_whole_in_a_line_of_its_own(width: int) -> None:
    digest = "0123456789abcdef" * 4
    text = told(width, Fields("One thing", {"document_sha256_of_the_file": digest, "kind": "letter"}))
    assert digest in text.split()


def test_wide_characters_stay_within_the_screen() -> None:
    text = told(40, Fields("Track", {"title": "夜の 音楽 " * 10}))
    assert max(map(cell_len, text.splitlines())) <= 40
    assert text.count("音楽") == 10


def test_a_thing_is_told_in_words() -> None:
    text = told(80, Fields("Event", ANSWER))
    assert [line.split() for line in text.splitlines()] == [
        ["Event"],
        ["id", "evt_1"],
        ["folded", "no"],
        ["owner", "order", "-"],
        ["owner", "account", "acc-1"],
        ["tags", "-"],
    ]


def test_a_pipe_gets_a_line_a_record_separated_by_tabs() -> None:
    rows = Rows("2 things", ["event_id", "kind", "order_id"], [{**ROW, "order_id": None}, ROW])
    assert told(80, rows, people=False).splitlines() == [
        "evt_exVUwBuGyWbTwYbkaPJ84hEj\trefund_created\t",
        "evt_exVUwBuGyWbTwYbkaPJ84hEj\trefund_created\tord_rmbddnorsvzah6dqqvknote4am",
    ]
    several = told(80, Fields("Event", ANSWER), Rows("1 tag", ["name"], [{"name": "a\tb\nc"}], "tag"), people=False)
    assert several.splitlines() == [
        "event_id\tevt_1",
        "folded\tno",
        "owner_order\t",
        "owner_account\tacc-1",
        "tags\t",
        "tag\ta b c",
    ]


def test_a_name_cannot_move_the_cursor_or_turn_the_line() -> None:
    for people in (True, False):
        text = told(80, Fields("Account", {"name": "Ada\x1b[2J\u202eecalevoL"}), people=people)
        assert not set(text) & {"\x1b", "\u202e"}


def test_json_is_the_whole_answer() -> None:
    result = said(session(), lambda context: tell(context, ANSWER, Fields("Event", ANSWER)), "--json")
    assert json.loads(result.stdout) == ANSWER


def test_one_is_no_plural() -> None:
    assert [counted(number, "licence") for number in (0, 1, 2)] == ["0 licences", "1 licence", "2 licences"]
    assert counted(50, "leaf", "leaves", more=True) == "50 leaves (and more)"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OpsError("no answer"), 1),
        (OpsError("a fault", code="internal", status=500), 1),
        (OpsError("too many", code="too_many_requests", status=429), 1),
        (OpsError("nonsense", code="bad_address"), 2),
        (OpsError("no such", code="not_found", status=404), 3),
        (OpsError("not now", code="conflict", status=409), 3),
        (OpsError("wrong", code="invalid_fields", status=422), 3),
        (OpsError("not you", code="forbidden", status=403), 3),
    ],
)
def test_every_refusal_has_its_exit_code(error: OpsError, code: int) -> None:
    def refused(context: typer.Context) -> None:
        with refusals_told(context):
            raise error

    result = said(session(), refused)
    assert (result.exit_code, result.stderr, result.stdout) == (code, f"{error}\n", "")
    programs = said(session(), refused, "--json")
    assert (programs.exit_code, programs.stdout) == (code, "")
    assert json.loads(programs.stderr) == {"code": error.code, "message": str(error), "status": error.status}


@pytest.mark.parametrize(
    ("ask", "yes", "code"),
    [(None, False, 2), (None, True, 0), (lambda _: False, False, 1), (lambda _: True, False, 0)],
)
def test_what_cannot_be_taken_back_is_asked(ask: Callable[[str], bool] | None, yes: bool, code: int) -> None:  # noqa: FBT001 - a parameter
    result = said(session(ask=ask), lambda context: require_yes(context, "Really?", yes=yes))
    assert result.exit_code == code
    assert ("--yes" in result.stderr) == (code == 2)
