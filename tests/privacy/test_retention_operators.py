"""Operators see how long each kind of record is kept, by which law, and what the last pass did."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from allmytracks.foundation.instants import rfc3339
from allmytracks.privacy.records import ALL
from allmytracks.privacy.rules_retention import Pass
from tests.factories.instants import NOW
from tests.factories.operators import Api, Backend, Run

pytestmark = pytest.mark.clause("P-storage")


def test_every_kind_is_shown_with_its_term_and_law_before_any_pass(backend: Backend, api: Api) -> None:
    code, shown = api("GET", "/retention")
    assert (code, shown["begun_at"], shown["looked_at"]) == (200, None, 0)
    rows = {each["kind"]: each for each in shown["items"]}
    assert set(rows) == {each.name for each in ALL}
    assert (rows["order"]["days"], rows["order"]["by"], rows["order"]["then"]) == (7 * 366, "job", "delete")
    assert "Inland Revenue Ordinance" in rows["order"]["why"]
    assert (rows["download"]["then"], rows["session"]["by"], rows["profile"]["by"]) == (
        "pseudonymise",
        "store",
        "erasure",
    )
    assert all(each["why"] for each in rows.values())
    assert backend.acts == [("retention_looked_up", "retention")]


def test_what_the_last_pass_did_is_beside_it(backend: Backend, run: Run) -> None:
    end = NOW + timedelta(minutes=9)
    backend.passes.save(Pass(NOW, None, 4_321, {"order": 7}, {"download": 2}, {"a/DIARY": 1}, end))
    shown = json.loads(run("retention", "show", "--json").output)
    assert (shown["looked_at"], shown["undeclared"], shown["finished_at"]) == (4_321, {"a/DIARY": 1}, rfc3339(end))
    rows = {each["kind"]: each for each in shown["items"]}
    assert (rows["order"]["applied"], rows["download"]["held"], rows["notice"]["applied"]) == (7, 2, 0)
    assert "Inland Revenue" in " ".join(run("retention", "show").output.split())
