"""GET /v1/status-list: the signed status list, for checking letters offline."""

import hashlib

from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.licenses.states.rules_status_lists import NoStatusList
from allmytracks.wiring import services

app = HttpFunction()
MEDIA_TYPE = "application/jose"
# Five minutes: a cached list is soon replaced by a new one.
CACHED = {"Cache-Control": "public, max-age=300"}


@app.route("GET", "/v1/status-list", answers={200: MEDIA_TYPE, 304: None}, refusals=(NoStatusList,))
def get_status_list(request: Request) -> Answer:
    """The signed list of revoked and superseded licences (JWS, the keys of letters); a new one comes every hour."""
    jws = services().licenses.states.status_lists.get()
    headers = {**CACHED, "ETag": f'"{hashlib.sha256(jws.encode()).hexdigest()}"'}
    if request.header("if-none-match") == headers["ETag"]:
        return Answer(304, headers=headers)
    return Answer(200, jws, headers, content_type=MEDIA_TYPE)


handle = app
