"""GET /v1/openapi.json and GET /docs: this API's description, for machines and for people."""

from pathlib import Path

from allmytracks.foundation.http.answers import HTML, JSON, Answer, page_policy
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request

FOLDER = Path(__file__).parent
FOR_AN_HOUR = {"Cache-Control": "public, max-age=3600"}

app = HttpFunction()


@app.route("GET", "/v1/openapi.json", answers={200: JSON})
def get_openapi(_request: Request) -> Answer:
    """This API as an OpenAPI 3.1 document."""
    return Answer(200, (FOLDER / "openapi.json").read_text(), FOR_AN_HOUR)


@app.route("GET", "/docs", answers={200: HTML})
def get_docs(_request: Request) -> Answer:
    """This API as a page for people."""
    headers = {**FOR_AN_HOUR, "Content-Security-Policy": page_policy(style=(FOLDER / "docs.css").read_text())}
    return Answer(200, (FOLDER / "docs.html").read_text(), headers, content_type=f"{HTML}; charset=utf-8")


handle = app
