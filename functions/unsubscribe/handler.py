"""GET and POST /v1/unsubscribe/{token}: stops offers by mail, for mail programs and people, without signing in."""

from allmytracks.foundation.http.answers import HTML, Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.notices import page_unsubscribing as page
from allmytracks.notices.rules_unsubscribing import UnsubscribingLinkUnknown
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/unsubscribe/{token}", answers={200: HTML}, refusals=(UnsubscribingLinkUnknown,), head=True)
def show_unsubscription(request: Request) -> Answer:
    """The page with the button that stops offers by mail; programs that follow links change nothing."""
    services().notices.unsubscribe.check(request.path_parameters["token"])
    return page.asking()


@app.route("POST", "/v1/unsubscribe/{token}", answers={200: HTML}, refusals=(UnsubscribingLinkUnknown,))
def stop_offers(request: Request) -> Answer:
    """Stop offers by mail at once (RFC 8058); notices about the account still come."""
    services().notices.unsubscribe(request.path_parameters["token"], request.source_ip)
    return page.done()


handle = app
