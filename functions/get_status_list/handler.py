"""GET /v1/status-list: the signed status list, for checking letters offline."""

from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.licenses.states.rules_status_lists import NoStatusList
from allmytracks.wiring import services

app = HttpFunction()
MEDIA_TYPE = "application/jose"
# Five minutes: a cached list is soon replaced by a new one.
CACHED = "public, max-age=300"


@app.route("GET", "/v1/status-list", answers={200: MEDIA_TYPE}, refusals=(NoStatusList,), cache=CACHED)
def get_status_list(_request: Request) -> Answer:
    """The signed list of revoked and superseded licences (JWS, the keys of letters); a new one comes every hour."""
    jws = services().licenses.states.status_lists.get()
    return Answer(200, jws, content_type=MEDIA_TYPE)


handle = app
