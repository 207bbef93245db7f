"""GET /v1/tracks, its suggestions, and tracks that sound alike (U-III.I.3)."""

import msgspec

from allmytracks.catalogue.rules import TrackNotFound
from allmytracks.catalogue.rules_search import NOTHING
from allmytracks.catalogue.rules_similar import MOST_SIMILAR
from allmytracks.catalogue.schemas import (
    SuggestionsAnswer,
    SuggestionsQuery,
    TrackListAnswer,
    TracksAnswer,
    TracksQuery,
    UsableAnswer,
    listing_answer,
    tracks_answer,
)
from allmytracks.foundation.errors import InvalidFields, LimitReached
from allmytracks.foundation.http.afterwards import afterwards
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import SEARCH
from allmytracks.memberships.rules_rights import Right
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
    token = request.bearer_token
    judged = services().memberships.judge_purpose(query.usable_for, token) if query.usable_for else None
    prohibited = judged is not None and judged.right is Right.NO
    answer = tracks_answer(NOTHING if prohibited else services().catalogue.find(query.to_query()))
    answer.usable = msgspec.convert(judged, UsableAnswer | None, from_attributes=True)
    if token is not None:
        afterwards(
            services().catalogue.remember_search,
            token,
            query.q,
            query.cursor,
            vain=not prohibited and answer.total == 0,
        )
    return Answer(200, answer)


@app.route(
    "GET",
    "/v1/tracks/suggestions",
    query=SuggestionsQuery,
    answers={200: SuggestionsAnswer},
    refusals=(InvalidFields, LimitReached),
    cache="public, max-age=60",
)
@throttled(SEARCH, lambda: services().foundation.search_throttle)
def suggest_searches(request: Request) -> Answer:
    """How a search may go on, while somebody types."""
    made = services().catalogue.suggest(request.query(SuggestionsQuery).q)
    return Answer(200, msgspec.convert({"items": made}, SuggestionsAnswer, from_attributes=True))


@app.route(
    "GET",
    "/v1/tracks/{id}/similar",
    answers={200: TrackListAnswer},
    refusals=(TrackNotFound, LimitReached),
    cache="public, max-age=60",
)
@throttled(SEARCH, lambda: services().foundation.search_throttle)
def list_similar_tracks(request: Request) -> Answer:
    """Tracks that sound alike, by their sound and their tags."""
    found = services().catalogue.search.similar(request.path_parameters["id"], MOST_SIMILAR)
    return Answer(200, TrackListAnswer([listing_answer(track) for track in found]))


handle = app
