"""GET /v1/tracks: search the catalogue (U-III.I.3)."""

from allmytracks.catalogue.schemas import TracksAnswer, TracksQuery, tracks_answer
from allmytracks.foundation.errors import InvalidFields, LimitReached
from allmytracks.foundation.http.afterwards import afterwards
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import SEARCH
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "GET",
    "/v1/tracks",
    query=TracksQuery,
    answers={200: TracksAnswer},
    refusals=(InvalidFields, LimitReached),
    cache="private, max-age=60",
)
@throttled(SEARCH, lambda: services().foundation.search_throttle)
def list_tracks(request: Request) -> Answer:
    """Search tracks by words and filters. With a member's token and their consent, the words are kept for them."""
    query = request.query(TracksQuery)
    found = services().catalogue.search.find(query.to_query())
    token = request.bearer_token
    if token is not None:
        afterwards(services().catalogue.remember_search, token, query.q, query.cursor)
    return Answer(200, tracks_answer(found))


handle = app
