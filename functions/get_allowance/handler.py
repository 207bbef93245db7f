"""GET /v1/allowance: what the caller may still download today."""

from allmytracks.downloads.rate_limits import allowance_answer, rate_limit_headers
from allmytracks.downloads.schemas import AllowanceAnswer
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/allowance", answers={200: AllowanceAnswer})
def get_allowance(request: Request) -> Answer:
    """What is left of today; zero of zero without a running membership."""
    allowance = services().downloads.get_allowance(request.account_id)
    return Answer(200, allowance_answer(allowance), rate_limit_headers(allowance, services().foundation.clock.now()))


handle = app
