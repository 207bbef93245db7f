"""list_tracks, get_track and on_catalog_changed on memory adapters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from allmytracks import wiring
from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.rules import TrackKind
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.settings import Settings
from allmytracks.foundation.throttling.dynamodb import UncountedClients
from allmytracks.foundation.throttling.use_cases import Throttle
from functions.get_track.handler import handle as get_track
from functions.list_tracks.handler import handle as list_tracks
from functions.on_catalog_changed.handler import handle as on_catalog_changed
from tests.factories.catalogue import NOW, companion_of, later, origin, track
from tests.fakes.catalogue import MemoryMasters, MemoryTracks
from tests.fakes.foundation import FixedClock
from tests.fakes.links import MemoryLinkSigner
from tests.fakes.publishing import MemoryPublications
from tests.fakes.track_search import MemoryTrackSearch
from tests.fakes.wiring import put

EVENTS = Path(__file__).parents[2] / "events"


class Index(MemoryTrackSearch):
    """Cannot be written while `down`."""

    down = False

    def update(self, tracks: Tracks, track_ids: Sequence[str]) -> int:
        if self.down:
            raise Unavailable
        return super().update(tracks, track_ids)


@pytest.fixture
def index() -> Index:
    return Index()


@pytest.fixture
def masters() -> MemoryMasters:
    return MemoryMasters()


@pytest.fixture(autouse=True)
def tracks(index: Index, masters: MemoryMasters) -> Iterator[MemoryTracks]:
    made = MemoryTracks()
    for number in range(30):
        made.add(track(f"Piece {number}", added_at=later(number), bpm=60 + number), origin(f"Piece {number}"))
    made.add(track("Slam", kind=TrackKind.SOUND_EFFECT, renditions=track("Slam").renditions[:1]), origin("Slam"))
    index.rebuild(made)
    services = wiring.Services(Settings({}))
    clock = FixedClock(NOW)
    put(
        services,
        {
            "catalogue.tracks": made,
            "publishing.publications": MemoryPublications(),
            "catalogue.search": index,
            "catalogue.search_index": index,
            "catalogue.masters": masters,
            "catalogue.links": MemoryLinkSigner(),
            "foundation.clock": clock,
            "foundation.search_throttle": Throttle(UncountedClients, clock),
        },
    )
    wiring.install(services)
    yield made
    wiring.install(None)


def event(route: str, parameters: dict[str, str] | None = None, query: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "routeKey": route,
        "rawPath": route.partition(" ")[2],
        "headers": {},
        "pathParameters": parameters,
        "queryStringParameters": query,
        "requestContext": {"requestId": "r", "http": {"sourceIp": "192.0.2.1"}},
    }


def asked(**query: str) -> tuple[int, dict[str, Any]]:
    answer: Any = list_tracks(event("GET /v1/tracks", query=query), None)
    return answer["statusCode"], json.loads(answer["body"])


@pytest.mark.clause("U-III.I.3")
def test_a_page_of_tracks_with_the_fields_of_the_api() -> None:
    status, body = asked(q="piece", bpm_min="80", sort="newest", limit="3")
    assert status == 200
    assert [each["title"] for each in body["items"]] == ["Piece 29", "Piece 28", "Piece 27"]
    assert body["items"][0] == {
        "track_id": track("Piece 29").id,
        "title": "Piece 29",
        "artist": "The Samples",
        "kind": "music",
        "genres": ["Ambient"],
        "moods": ["Calm"],
        "instruments": ["Piano"],
        "bpm": 89,
        "key": "C",
        "duration_seconds": 61.5,
        "renditions": ["wav", "mp3", "preview"],
        "added_at": "2026-11-22T09:29:00.000Z",
    }
    _, following = asked(q="piece", bpm_min="80", sort="newest", limit="3", cursor=body["next_cursor"])
    assert [each["title"] for each in following["items"]] == ["Piece 26", "Piece 25", "Piece 24"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "noise"),
        ("sort", "best"),
        ("bpm_min", "fast"),
        ("bpm_max", "0"),
        ("length_max", "-1"),
        ("limit", "101"),
        ("cursor", "x"),
        ("q", "x" * 201),
    ],
)
def test_a_field_that_cannot_be_read_is_named(field: str, value: str) -> None:
    status, body = asked(**{field: value})
    assert status == 422
    assert [each["field"] for each in body["errors"]] == [field]


def test_suggestions_and_similar_tracks() -> None:
    answer: Any = list_tracks(event("GET /v1/tracks/suggestions", query={"q": "pie"}), None)
    assert json.loads(answer["body"])["items"][0] == {"text": "Piece 29", "kind": "title"}
    answer = list_tracks(event("GET /v1/tracks/{id}/similar", {"id": track("Piece 1").id}), None)
    assert json.loads(answer["body"])["items"][0]["title"] in {"Piece 0", "Piece 2"}
    answer = list_tracks(event("GET /v1/tracks/{id}/similar", {"id": "trk_unknown"}), None)
    assert json.loads(answer["body"])["code"] == "track_not_found"


def test_one_track() -> None:
    answer: Any = get_track(event("GET /v1/tracks/{id}", {"id": track("Slam").id}), None)
    assert (answer["statusCode"], json.loads(answer["body"])["kind"]) == (200, "sound_effect")
    answer = get_track(event("GET /v1/tracks/{id}", {"id": "trk_unknown"}), None)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (404, "track_not_found")


def test_a_preview_is_a_short_lived_link() -> None:
    route = "GET /v1/tracks/{id}/preview"
    one = track("Piece 1")
    answer: Any = get_track(event(route, {"id": one.id}), None)
    assert answer["statusCode"] == 302
    assert answer["headers"]["Location"].startswith(f"memory://{one.rendition('preview').key}?")
    assert answer["headers"]["Cache-Control"] == "no-store"
    # Pages of another origin cannot follow the redirect with fetch().
    shown: Any = get_track({**event(route, {"id": one.id}), "headers": {"accept": "application/json, */*"}}, None)
    assert (shown["statusCode"], shown["headers"]["Vary"], answer["headers"]["Vary"]) == (200, "Accept", "Accept")
    assert json.loads(shown["body"])["url"] == answer["headers"]["Location"]
    answer = get_track(event(route, {"id": track("Slam").id}), None)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (404, "rendition_not_found")


def test_a_waveform_is_that_which_lies_beside_the_preview(tracks: MemoryTracks, masters: MemoryMasters) -> None:
    route, peaks = "GET /v1/tracks/{id}/waveform", companion_of("Drawn", "waveform")
    tracks.add(track("Drawn", companions=(peaks,)), origin("Drawn"))
    drawn = {"version": 2, "channels": 1, "sample_rate": 44100, "samples_per_pixel": 1024, "bits": 8, "length": 1}
    masters.stored[peaks.key] = json.dumps({**drawn, "data": [-128, 127]}).encode()
    answer: Any = get_track(event(route, {"id": track("Drawn").id}), None)
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {**drawn, "data": [-128, 127]}
    tracks.withdraw(track("Drawn").id, NOW)
    answer = get_track(event(route, {"id": track("Drawn").id}), None)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (404, "track_not_found")
    tracks.restore(track("Drawn").id)
    masters.stored.clear()
    for none in ("Drawn", "Piece 1"):
        answer = get_track(event(route, {"id": track(none).id}), None)
        assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (404, "rendition_not_found")


def test_a_long_title_gives_a_preview_a_name_that_every_file_system_takes(tracks: MemoryTracks) -> None:
    tracks.add(track("Long", title="夜" * 119), origin("Long"))
    answer: Any = get_track(event("GET /v1/tracks/{id}/preview", {"id": track("Long").id}), None)
    name = parse_qs(urlsplit(answer["headers"]["Location"]).query)["name"][0]
    assert len(name.encode()) <= 200
    assert name.endswith(".mp3")


def changed() -> dict[str, Any]:
    sample: dict[str, Any] = json.loads((EVENTS / "on_catalog_changed" / "track-added.json").read_text())
    return sample


def test_a_change_of_the_catalogue_is_found_afterwards(tracks: MemoryTracks, index: Index) -> None:
    tracks.add(track("Brand New", added_at=later(99)), origin("Brand New"))
    assert asked(q="brand new")[1]["items"] == []
    record = changed()["Records"][0]
    for key in (f"TRACK#{track('Brand New').id}", f"TRACK#{track('Brand New').id}", "REBUILD#search"):
        record["dynamodb"]["Keys"]["pk"]["S"] = key
        assert on_catalog_changed({"Records": [record]}, None) == {"batchItemFailures": []}
        assert len(asked(q="brand new")[1]["items"]) == 1


def test_a_failed_update_retries_the_whole_batch(index: Index) -> None:
    index.down = True
    records = changed()["Records"]
    two = {"Records": [*records, {"dynamodb": {**records[0]["dynamodb"], "SequenceNumber": "112"}}]}
    assert on_catalog_changed(two, None) == {"batchItemFailures": [{"itemIdentifier": "111"}]}


@pytest.mark.parametrize("route", ["GET /v1/tracks/{id}", "GET /v1/tracks/{id}/preview"])
def test_a_withdrawn_track_is_not_shown_and_a_restored_one_is(tracks: MemoryTracks, route: str) -> None:
    one = track("Piece 1")
    tracks.withdraw(one.id, NOW)
    withdrawn: Any = get_track(event(route, {"id": one.id}), None)
    assert (withdrawn["statusCode"], json.loads(withdrawn["body"])["code"]) == (404, "track_not_found")
    tracks.restore(one.id)
    restored: Any = get_track(event(route, {"id": one.id}), None)
    assert restored["statusCode"] in {200, 302}
