"""What is published is shown, and what would be is compared with it before anything changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.factories.operators import Api, Backend, Run
from tests.factories.template import ROOT

KINDS = ["plans", "agreements", "name-rules", "fraud-rules", "taxes", "synonyms"]


def later_version(folder: Path, kind: str, was: str, now: str) -> str:
    text = (ROOT / "config" / f"{kind}.toml").read_text()
    assert was in text
    text = text.replace('version = "2026-11-01"', 'version = "later"').replace(was, now)
    (folder / "later.toml").write_text(text.replace("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"))
    return str(folder / "later.toml")


@pytest.mark.parametrize("kind", KINDS)
def test_a_trial_publishes_nothing_and_compares(backend: Backend, run: Run, kind: str) -> None:
    file = str(ROOT / "config" / f"{kind}.toml")
    trial = run("publish", kind, file, "--dry-run")
    assert (trial.exit_code, "--- nothing" in trial.output) == (0, True)
    assert (list(backend.publications.all(kind)), backend.acts) == ([], [])
    assert run("publish", kind, file, "--yes").exit_code == 0
    assert set(run("publish", kind, file, "--dry-run").output.splitlines()) == {"Nothing would change."}


def test_agreements_are_published_by_their_own_command_as_well(backend: Backend, run: Run) -> None:
    file = str(ROOT / "config" / "agreements.toml")
    assert run("agreements", "publish", file, "--dry-run").exit_code == 0
    assert list(backend.publications.all("agreements")) == []
    assert run("agreements", "publish", file, "--yes").exit_code == 0
    assert backend.publications.all("agreements")


def test_a_trial_shows_what_a_new_version_changes(backend: Backend, run: Run, tmp_path: Path) -> None:
    run("publish", "fraud-rules", str(ROOT / "config" / "fraud-rules.toml"), "--yes")
    file = later_version(tmp_path, "fraud-rules", "links_per_download = 20", "links_per_download = 30")
    lines = run("publish", "fraud-rules", file, "--dry-run").output.splitlines()
    assert lines[:2] == ["--- 2026-11-01", "+++ later"]
    assert [line.strip("-+ ,") for line in lines if "links_per_download" in line] == [
        '"links_per_download": 20',
        '"links_per_download": 30',
    ]
    assert len(backend.publications.all("fraud-rules")) == 1


def test_a_trial_is_refused_as_the_publication_would_be(run: Run, tmp_path: Path) -> None:
    file = later_version(tmp_path, "fraud-rules", "links_per_download = 20", "links_per_download = 0")
    trial = run("publish", "fraud-rules", file, "--dry-run")
    assert trial.exit_code == run("publish", "fraud-rules", file, "--yes").exit_code == 3
    same = tmp_path / "same.toml"
    run("publish", "fraud-rules", str(ROOT / "config" / "fraud-rules.toml"), "--yes")
    text = (ROOT / "config" / "fraud-rules.toml").read_text()
    same.write_text(text.replace("links_per_download = 20", "links_per_download = 21"))
    assert "other contents" in run("publish", "fraud-rules", str(same), "--dry-run").output


@pytest.mark.parametrize(
    ("words", "kind", "told"),
    [
        (("plans", "show"), "plans", "Premium"),
        (("agreements", "show"), "agreements", "Privacy Policy"),
        (("agreements", "show", "privacy-policy"), "agreements", "Privacy Policy"),
        (("rules", "show", "fraud-rules"), "fraud-rules", "links per download"),
        (("rules", "show", "name-rules"), "name-rules", "2026"),
        (("rules", "show", "taxes"), "taxes", "2026"),
    ],
)
def test_what_is_published_is_shown(run: Run, words: tuple[str, ...], kind: str, told: str) -> None:
    run("publish", kind, str(ROOT / "config" / f"{kind}.toml"), "--yes")
    shown = run(*words)
    assert (shown.exit_code, told in shown.output) == (0, True), shown.output
    assert not {"{'", "True", "False", "None"} & set(shown.output.split())
    listed = json.loads(run(*words, "--json").stdout)
    assert all(each["in_force"] and each["body"] for each in listed)
    assert run(*words, "--version", "none").exit_code == 3


def test_lists_of_a_publication_are_tables(run: Run) -> None:
    for kind in ("plans", "fraud-rules", "taxes", "synonyms"):
        run("publish", kind, str(ROOT / "config" / f"{kind}.toml"), "--yes")
    shown = {line for words in (["plans"], ["rules", "fraud-rules"]) for line in lines_of(run, *words)}
    assert {
        "of id attribution editing monetisation",
        "premium academic no yes no",
        "of term currency amount",
        "business year USD 59900",
        "premium academic personal",
        "groups audiovisual media",
        "burst minutes 10",
        "id case minutes restrict",
        "many_links 30 60 60",
    } <= shown
    assert lines_of(run, "rules", "taxes")[3:6] == [
        "Rates",
        "name country included percent reverse charge",
        "VAT DE yes 19 yes",
    ]
    assert "film, movie, cinema" in lines_of(run, "rules", "synonyms")


def lines_of(run: Run, group: str, *words: str) -> list[str]:
    return [" ".join(line.split()) for line in run(group, "show", *words).output.splitlines() if line]


def test_a_kind_that_is_none_is_refused(api: Api) -> None:
    status, body = api("GET", "/publications", query="kind=noise")
    assert (status, body["errors"][0]["field"]) == (422, "kind")
