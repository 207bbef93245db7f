"""Operators have stored items written in their newest form."""

from __future__ import annotations

import json

from allmytracks.foundation.forms import Item
from allmytracks.operations.use_cases.upgrade_items import PAGE
from tests.factories.operators import Backend, Run
from tests.fakes.items import place_of


def test_older_items_are_upgraded_page_after_page_and_each_tells_where_to_go_on(backend: Backend, run: Run) -> None:
    def older(number: int) -> Item:
        of = {"pk": "ACCOUNT#acc-1", "sk": f"ORDER#ord_{number:03}", "plan": "premium"}
        return {name: {"S": text} for name, text in of.items()}

    backend.items.stored = {place_of(each): each for each in map(older, range(PAGE + 1))}
    tried = run("items", "upgrade", "--dry-run", "--json")
    assert json.loads(tried.stdout) == {
        "dry_run": True,
        "read": PAGE + 1,
        "items": [{"kind": "order", "upgraded": PAGE + 1, "newer": 0, "changed": 0}],
    }
    place = tried.stderr.split("--after ")[1].strip()
    assert json.loads(run("items", "upgrade", "--after", place, "--json").stdout)["read"] == 1
    assert [place_of(each) for each in backend.items.stored.values() if "form" in each] == [place_of(older(PAGE))]
    wrong = run("items", "upgrade", "--after", "nowhere")
    assert (wrong.exit_code, wrong.stderr.startswith("--after nowhere is no place")) == (3, True)
    assert json.loads(run("items", "upgrade", "--json").stdout)["items"][0]["upgraded"] == PAGE
    newer = {**older(1), "form": {"N": "9"}}
    backend.items.stored[place_of(newer)] = newer
    assert "left as they are" in run("items", "upgrade").stdout
    assert backend.items.stored.pop(place_of(newer)) == newer
    assert all(each["plan_name"] == {"S": "premium"} for each in backend.items.stored.values())
    assert backend.acts == [("items_upgraded", "items")] * 2
