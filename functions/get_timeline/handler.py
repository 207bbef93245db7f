"""GET /v1/account/timeline: what happened on the caller's account, and the reasons of refusals."""

from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.timeline.schemas import TimelineAnswer, TimelineQuery, timeline_answer
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/account/timeline", query=TimelineQuery, answers={200: TimelineAnswer}, refusals=(InvalidFields,))
def get_timeline(request: Request) -> Answer:
    """What happened on the account, newest first: grants, refusals, payments, notices, operators' acts."""
    query = request.query(TimelineQuery)
    page = services().timeline.histories.page(request.account_id, limit=query.limit, cursor=query.cursor)
    return Answer(200, timeline_answer(page, query.language))


handle = app
