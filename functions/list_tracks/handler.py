"""GET /v1/tracks: search the catalogue (U-III.I.3)."""

from allmytracks.bootstrap import services
from allmytracks.domain.errors import InvalidFields, LimitReached
from allmytracks.domain.throttling import SEARCH
from allmytracks.entrypoints.answers import Answer
from allmytracks.entrypoints.http import HttpFunction
from allmytracks.entrypoints.requests import Request
from allmytracks.entrypoints.schemas.catalog import TracksAnswer, TracksQuery, listing_answer
from allmytracks.entrypoints.throttling import throttled

app = HttpFunction()


@app.route("GET", "/v1/tracks", query=TracksQuery, answers={200: TracksAnswer}, refusals=(InvalidFields, LimitReached))
@throttled(SEARCH, lambda: services().search_throttle)
def list_tracks(request: Request) -> Answer:
    """Search tracks by words and filters."""
    page = services().list_tracks(request.query(TracksQuery).to_query())
    return Answer(200, TracksAnswer([listing_answer(track) for track in page.items], page.next_cursor))


handle = app
