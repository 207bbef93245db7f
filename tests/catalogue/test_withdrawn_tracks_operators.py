"""Operators edit, withdraw and restore tracks; what is withdrawn is neither found nor sold, and what was sold stays."""

from __future__ import annotations

import json

import pytest

from allmytracks.foundation.instants import rfc3339
from tests.factories.catalogue import NOW, origin, track
from tests.factories.operators import Api, Backend, Run


@pytest.fixture
def track_id(backend: Backend) -> str:
    one = track("One", bpm=90)
    backend.tracks.add(one, origin("One"))
    return one.id


def test_an_edit_is_checked_and_on_record(backend: Backend, api: Api, track_id: str) -> None:
    status, body = api("PATCH", "/tracks/{track_id}", {"title": "Two\n", "bpm": None}, track_id=track_id)
    assert (status, body["title"], body["bpm"], body["artist"]) == (200, "Two", None, track("One").artist)
    assert api("PATCH", "/tracks/{track_id}", {"title": " "}, track_id=track_id)[0] == 422
    assert api("PATCH", "/tracks/{track_id}", {"bpm": 0}, track_id=track_id)[0] == 422
    assert api("PATCH", "/tracks/{track_id}", {"title": "Two"}, track_id="trk_9")[0] == 404
    assert backend.acts == [("track_edited", track_id)]


def test_a_withdrawal_is_on_record_and_is_taken_back(backend: Backend, api: Api, track_id: str) -> None:
    path = "/tracks/{track_id}/withdrawal"
    status, body = api("POST", path, track_id=track_id)
    assert (status, body["withdrawn_at"]) == (200, rfc3339(NOW))
    assert [each["withdrawn_at"] is None for each in api("GET", "/tracks")[1]["items"]] == [False]
    assert api("DELETE", path, track_id=track_id)[1]["withdrawn_at"] is None
    assert [api(method, path, track_id="trk_9")[0] for method in ("POST", "DELETE")] == [404, 404]
    assert backend.acts == [("track_withdrawn", track_id), ("track_restored", track_id)]


def test_the_command_line(backend: Backend, run: Run, track_id: str) -> None:
    trial = run("tracks", "edit", track_id, "--title", "Two", "--genre", "Jazz", "--dry-run")
    assert (trial.exit_code, '-  "title": "One"' in trial.output, '+  "title": "Two"' in trial.output) == (
        0,
        True,
        True,
    )
    assert backend.tracks.get(track_id).title == "One"
    assert run("tracks", "edit", track_id, "--title", "Two", "--genre", "Jazz").exit_code == 0
    assert (backend.tracks.get(track_id).title, backend.tracks.get(track_id).genres) == ("Two", ("Jazz",))
    assert run("tracks", "edit", track_id).exit_code == 2
    assert run("tracks", "withdraw", track_id).exit_code == 0
    assert backend.tracks.get(track_id).withdrawn_at == NOW
    assert json.loads(run("tracks", "restore", track_id, "--json").stdout)["withdrawn_at"] is None
    assert run("tracks", "withdraw", "trk_9").exit_code == 3
