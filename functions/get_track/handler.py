"""GET /v1/tracks/{id}, its preview and its waveform."""

import msgspec

from allmytracks.catalogue.rules import RenditionNotFound, TrackNotFound
from allmytracks.catalogue.schemas import PreviewAnswer, TrackAnswer, WaveformAnswer, preview_answer, track_answer
from allmytracks.foundation.http.answers import JSON, Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.wiring import services

app = HttpFunction()
# A withdrawn track is not sold from the first second on, and is shown for a minute at most.
CACHED = "public, max-age=60"


@app.route("GET", "/v1/tracks/{id}", answers={200: TrackAnswer}, refusals=(TrackNotFound,), cache=CACHED)
def get_track(request: Request) -> Answer:
    """One track."""
    track = services().catalogue.tracks.get(request.path_parameters["id"])
    track.require_on_sale()
    return Answer(200, track_answer(track))


@app.route(
    "GET",
    "/v1/tracks/{id}/preview",
    answers={200: PreviewAnswer, 302: None},
    refusals=(TrackNotFound, RenditionNotFound),
)
def preview_track(request: Request) -> Answer:
    """Listen to a track: leads to a short-lived link to its preview, and shows the link to who accepts JSON.

    After a redirect from one foreign origin to another, fetch() names no origin, so that no bucket permits it.
    """
    link = services().catalogue.preview(request.path_parameters["id"])
    if JSON in (request.header("accept") or ""):
        return Answer(200, preview_answer(link), {"Vary": "Accept"})
    return Answer(302, headers={"Location": link.url, "Vary": "Accept"})


@app.route(
    "GET",
    "/v1/tracks/{id}/waveform",
    answers={200: WaveformAnswer},
    refusals=(TrackNotFound, RenditionNotFound),
    cache=CACHED,
)
def show_waveform(request: Request) -> Answer:
    """The peaks of a track's preview, to draw it."""
    peaks = services().catalogue.waveform(request.path_parameters["id"])
    return Answer(200, msgspec.json.decode(peaks, type=WaveformAnswer))


handle = app
