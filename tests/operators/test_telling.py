"""What the command line prints can be read, and copied from, on a narrow screen."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from infra.ops.telling import show, show_list

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


def printed(width: int, columns: list[str], *rows: dict[str, object]) -> str:
    screen = io.StringIO()
    show_list(Console(file=screen, width=width), "2 things", columns, list(rows))
    return screen.getvalue()


@pytest.mark.parametrize("width", [80, 200])
def test_no_value_of_a_list_is_cut_off(width: int) -> None:
    text = printed(width, COLUMNS, ROW, {**ROW, "event_id": "evt_second"})
    assert all(len(line) <= width for line in text.splitlines())
    assert "…" not in text
    for value in [*ROW.values(), "evt_second"]:
        assert str(value) in text


def test_prose_in_a_table_is_broken_between_words_and_ids_stay_whole() -> None:
    text = printed(80, ["event_id", "meaning"], {"event_id": ROW["event_id"], "meaning": "never arrived here " * 10})
    assert str(ROW["event_id"]) in text
    assert "event id" in text.splitlines()[2]
    assert all(len(line) <= 80 for line in text.splitlines())


def test_an_empty_list_is_its_title_alone() -> None:
    assert printed(80, COLUMNS) == "2 things\n"


def test_a_hash_wider_than_the_screen_goes_on_in_the_next_line() -> None:
    screen = io.StringIO()
    show(Console(file=screen, width=40), "One thing", {"document_sha256": "0123456789abcdef" * 4})
    lines = screen.getvalue().splitlines()
    assert "".join(line.split("│")[2].strip() for line in lines if "│" in line) == "0123456789abcdef" * 4
