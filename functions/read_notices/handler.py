"""GET /v1/notices and POST /v1/notices/{id}/read: the caller's inbox (U-VIII)."""

from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.notices.rules import NoticeNotFound
from allmytracks.notices.schemas import NoticesAnswer, NoticesQuery, notice_answer
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/notices", query=NoticesQuery, answers={200: NoticesAnswer}, refusals=(InvalidFields,))
def list_notices(request: Request) -> Answer:
    """The caller's notices, newest first; `unread=true` lists only unread ones."""
    query = request.query(NoticesQuery)
    found = services().notices.repository.page(
        request.account_id, unread=query.unread == "true", limit=query.limit, cursor=query.cursor
    )
    items = [notice_answer(each) for each in found.page.items]
    return Answer(200, NoticesAnswer(items, found.unread_count, found.page.next_cursor))


@app.route("POST", "/v1/notices/{id}/read", answers={204: None}, refusals=(NoticeNotFound,))
def read_notice(request: Request) -> Answer:
    """Marks a notice as read. Idempotent."""
    now = services().foundation.clock.now()
    services().notices.repository.mark_read(request.account_id, request.path_parameters["id"], now)
    return Answer(204)


handle = app
