"""GET /.well-known/jwks.json: the public keys that verify letters offline."""

from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.licenses.schemas import JwkAnswer, JwksAnswer
from allmytracks.wiring import services

app = HttpFunction()
# Keys are published long before they sign, so caching for an hour is safe.
CACHED = "public, max-age=3600"


@app.route("GET", "/.well-known/jwks.json", answers={200: JwksAnswer}, cache=CACHED)
def get_jwks(_request: Request) -> Answer:
    """Every key that ever signed a licence (RFC 7517)."""
    keys = [JwkAnswer(**key) for key in services().signing.keys.all()]
    return Answer(200, JwksAnswer(keys))


handle = app
