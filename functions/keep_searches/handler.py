"""What the caller searched for (/v1/account/searches), and tracks that they keep in a list (/v1/favourites)."""

from allmytracks.accounts.rules import AccountFrozen
from allmytracks.catalogue.rules import TrackNotFound
from allmytracks.catalogue.schemas import FavouritesAnswer, FavouritesQuery, listing_answer
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


@app.route("DELETE", "/v1/account/searches", answers={204: None}, refusals=(AccountFrozen,))
def clear_searches(request: Request) -> Answer:
    """Forget all of them."""
    services().catalogue.clear_searches(request.account_id)
    return Answer(204)


@app.route("PUT", "/v1/favourites/{id}", answers={204: None}, refusals=(TrackNotFound, AccountFrozen))
def put_favourite(request: Request) -> Answer:
    """Keep a track in the caller's list; idempotent."""
    services().catalogue.keep_favourites.put(request.account_id, request.path_parameters["id"])
    return Answer(204)


@app.route("DELETE", "/v1/favourites/{id}", answers={204: None}, refusals=(AccountFrozen,))
def remove_favourite(request: Request) -> Answer:
    """Take a track out of the caller's list; idempotent."""
    services().catalogue.keep_favourites.remove(request.account_id, request.path_parameters["id"])
    return Answer(204)


@app.route("GET", "/v1/favourites", query=FavouritesQuery, answers={200: FavouritesAnswer}, refusals=(InvalidFields,))
def list_favourites(request: Request) -> Answer:
    """The tracks in the caller's list."""
    query = request.query(FavouritesQuery)
    page = services().catalogue.keep_favourites.page(request.account_id, limit=query.limit, cursor=query.cursor)
    return Answer(200, FavouritesAnswer([listing_answer(track) for track in page.items], page.next_cursor))


handle = app
