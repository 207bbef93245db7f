"""GET /v1/register/…: the register of licences, its signed heads and its proofs, for anyone."""

from allmytracks.foundation.errors import InvalidFields, LimitReached
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import REGISTER
from allmytracks.licenses.rules_numbers import LicenseNotFound
from allmytracks.register import schemas
from allmytracks.register.rules import EntryPending, NoTreeHead
from allmytracks.wiring import services

app = HttpFunction()
FOR_A_MINUTE = "public, max-age=60"
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}


@app.route(
    "GET",
    "/v1/register/head",
    answers={200: schemas.HeadAnswer},
    refusals=(NoTreeHead, LimitReached),
    cache=FOR_A_MINUTE,
)
@throttled(REGISTER, lambda: services().foundation.search_throttle)
def get_head(_request: Request) -> Answer:
    """The last signed head of the register."""
    return Answer(200, schemas.head_answer(services().register.read.head()))


@app.route(
    "GET",
    "/v1/register/heads",
    query=schemas.HeadsQuery,
    answers={200: schemas.HeadsAnswer},
    refusals=(InvalidFields, LimitReached),
    cache=FOR_A_MINUTE,
)
@throttled(REGISTER, lambda: services().foundation.search_throttle)
def list_heads(request: Request) -> Answer:
    """All signed heads, oldest first."""
    query = request.query(schemas.HeadsQuery)
    page = services().register.read.page(query.cursor, query.limit)
    return Answer(200, schemas.heads_answer(page), FOR_GOOD if page.next_cursor else {})


@app.route(
    "GET",
    "/v1/register/inclusion/{number}",
    query=schemas.InclusionQuery,
    answers={200: schemas.InclusionAnswer},
    refusals=(LicenseNotFound, EntryPending, NoTreeHead, InvalidFields, LimitReached),
)
@throttled(REGISTER, lambda: services().foundation.search_throttle)
def prove_inclusion(request: Request) -> Answer:
    """Proof that a licence, and what was done with it since, is in the register."""
    head = request.query(schemas.InclusionQuery).head
    return Answer(200, schemas.inclusion_answer(services().register.prove(request.path_parameters["number"], head)))


@app.route(
    "GET",
    "/v1/register/consistency",
    query=schemas.ConsistencyQuery,
    answers={200: schemas.ConsistencyAnswer},
    refusals=(NoTreeHead, InvalidFields, LimitReached),
    cache=FOR_A_MINUTE,
)
@throttled(REGISTER, lambda: services().foundation.search_throttle)
def prove_consistency(request: Request) -> Answer:
    """Proof that the register of one size is the beginning of that of another."""
    query = request.query(schemas.ConsistencyQuery)
    found = services().register.prove.consistency(query.first, query.second)
    return Answer(200, schemas.consistency_answer(found), {} if query.second is None else FOR_GOOD)


@app.route(
    "GET",
    "/v1/register/entries",
    query=schemas.EntriesQuery,
    answers={200: schemas.LeavesAnswer},
    refusals=(NoTreeHead, InvalidFields, LimitReached),
    cache=FOR_A_MINUTE,
)
@throttled(REGISTER, lambda: services().foundation.search_throttle)
def list_entries(request: Request) -> Answer:
    """What the register holds, leaf by leaf; at most 1,024 an answer."""
    query = request.query(schemas.EntriesQuery)
    found = services().register.read.leaves(query.start, query.end)
    whole = len(found.leaves) == query.end - query.start + 1
    return Answer(200, schemas.leaves_answer(found), FOR_GOOD if whole else {})


handle = app
