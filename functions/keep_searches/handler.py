"""GET and DELETE /v1/account/searches: what the caller searched for."""

from allmytracks.catalogue.schemas_searches import SearchesAnswer, SearchesQuery, searches_answer
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/account/searches", query=SearchesQuery, answers={200: SearchesAnswer}, refusals=(InvalidFields,))
def list_searches(request: Request) -> Answer:
    """The words that the caller searched for while signed in, newest first."""
    query = request.query(SearchesQuery)
    page = services().catalogue.searches.page(request.account_id, limit=query.limit, cursor=query.cursor)
    return Answer(200, searches_answer(page))


@app.route("DELETE", "/v1/account/searches", answers={204: None})
def clear_searches(request: Request) -> Answer:
    """Forget all of them."""
    services().catalogue.searches.clear(request.account_id)
    return Answer(204)


handle = app
