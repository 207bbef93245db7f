"""`allmytracks statistics`."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from tests.factories.operators import ACCOUNT, Backend, Run


@pytest.mark.clause("U-V.aggregate")
def test_the_command_withholds_small_counts(backend: Backend, run: Run) -> None:
    for number in range(130):
        country = "HK" if number < 120 else ("JP" if number < 126 else None)
        backend.accounts.add(replace(ACCOUNT, id=f"acc-{number}", country=country), [])
    done = run("statistics", "--by", "country", "--by", "country", "--k", "10", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output) == {
        "k": 10,
        "total": 130,
        "items": [
            {"country": "HK", "accounts": 120},
            {"country": "JP", "accounts": "withheld"},
            {"country": "none", "accounts": "withheld"},
        ],
    }
    assert {name for name, _ in backend.acts} == {"accounts_listed"}
    assert run("statistics", "--by", "country", "--k", "1").exit_code == 2
    assert "withheld" in run("statistics", "--by", "month", "--by", "kind", "--by", "country").output


@pytest.mark.clause("U-V.aggregate")
@pytest.mark.parametrize(("k", "shown"), [(None, "withheld"), ("9", 9)])
def test_a_count_of_k_less_one_is_withheld_and_one_of_k_is_shown(
    backend: Backend, run: Run, monkeypatch: pytest.MonkeyPatch, k: str | None, shown: object
) -> None:
    """k is ten unless the parameter says otherwise."""
    for number in range(128):
        country = "HK" if number < 100 else ("JP" if number < 110 else "SG" if number < 119 else "FR")
        backend.accounts.add(replace(ACCOUNT, id=f"acc-{number}", country=country), [])
    if k is not None:
        monkeypatch.setenv("ALLMYTRACKS_STATISTICS_K", k)
    counts = {
        each["country"]: each["accounts"]
        for each in json.loads(run("statistics", "--by", "country", "--json").stdout)["items"]
    }
    assert counts == {"HK": 100, "JP": 10, "SG": shown, "FR": shown}
