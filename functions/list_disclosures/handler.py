"""GET /v1/account/disclosures: to whom the caller's data were disclosed."""

from allmytracks.disclosures.schemas import DisclosuresAnswer, disclosures_answer
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/account/disclosures", answers={200: DisclosuresAnswer})
def list_disclosures(request: Request) -> Answer:
    """To whom, when, why and on which basis data of the account were disclosed, the latest first."""
    return Answer(200, disclosures_answer(services().disclosures.register.all(request.account_id)))


handle = app
