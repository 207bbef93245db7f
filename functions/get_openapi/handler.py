"""GET /v1/openapi.json and GET /docs: this API's description, for machines and for people."""

import gzip
from functools import cache
from pathlib import Path

from allmytracks.foundation.http.answers import HTML, JSON, Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request

FOLDER = Path(__file__).parent
CACHED = "public, max-age=3600"
SCRIPT = "text/javascript"
# Redoc (redoc.js.gz) makes the page: it adds rules to style elements that are empty (first hash) or hold one rule of
# its own (second), searches in a worker of its own, and draws its arrows as data. The third one is docs.html's own.
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src blob:; img-src data:; form-action 'none'; "
    "style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' "
    "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc=' "
    "'sha256-IAdwN3biDCQ3brrgp1m8kBEsPQYyqfREKOEfeoREopc='; base-uri 'none'; frame-ancestors 'none'"
)

app = HttpFunction()


@app.route("GET", "/v1/openapi.json", answers={200: JSON}, cache=CACHED)
def get_openapi(request: Request) -> Answer:
    """This API as an OpenAPI 3.1 document."""
    return _answer(request, _packed_document(), JSON)


@app.route("GET", "/docs", answers={200: HTML}, cache=CACHED, head=True)
def get_docs(_request: Request) -> Answer:
    """This API as a page for people."""
    headers = {"Content-Security-Policy": POLICY}
    return Answer(200, (FOLDER / "docs.html").read_text(), headers, content_type=f"{HTML}; charset=utf-8")


@app.route("GET", "/docs/redoc.js", answers={200: SCRIPT}, cache=CACHED)
def get_docs_script(request: Request) -> Answer:
    """The script of that page: Redoc 2.5.4 (MIT licence), its logo from another host left out."""
    return _answer(request, (FOLDER / "redoc.js.gz").read_bytes(), f"{SCRIPT}; charset=utf-8")


@cache
def _packed_document() -> bytes:
    return gzip.compress((FOLDER / "openapi.json").read_bytes(), mtime=0)


def _answer(request: Request, packed: bytes, content_type: str) -> Answer:
    if "gzip" in (request.header("accept-encoding") or ""):
        return Answer(200, packed, {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}, content_type=content_type)
    return Answer(200, gzip.decompress(packed), {"Vary": "Accept-Encoding"}, content_type=content_type)


handle = app
