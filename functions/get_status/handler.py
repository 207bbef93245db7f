"""GET /v1/status and GET /v1/announcements: what everybody can know of the service (U-VIII, M-VI.6)."""

from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.paging import PageQuery
from allmytracks.notices.schemas_announcements import (
    AnnouncementsAnswer,
    StatusAnswer,
    announcement_answer,
    status_answer,
)
from allmytracks.wiring import services

app = HttpFunction()
# Always asked again, so that a change shows when it says.
CACHED = "public, no-cache"


@app.route("GET", "/v1/status", answers={200: StatusAnswer}, cache=CACHED)
def get_status(_request: Request) -> Answer:
    """Whether the service runs, and the maintenance that is planned or running.

    During maintenance the routes that are paid for respond with 503 `maintenance`. A change shows within 30 seconds.
    """
    window = services().notices.show_service.maintenance()
    return Answer(200, status_answer(window, services().foundation.clock.now()))


@app.route(
    "GET",
    "/v1/announcements",
    query=PageQuery,
    answers={200: AnnouncementsAnswer},
    refusals=(InvalidFields,),
    cache=CACHED,
)
def list_announcements(request: Request) -> Answer:
    """The announcements to everybody, newest first. A change shows within 30 seconds."""
    page = services().notices.show_service.announcements(request.query(PageQuery))
    return Answer(200, AnnouncementsAnswer([announcement_answer(each) for each in page.items], page.next_cursor))


handle = app
