"""GET /v1/openapi.json and GET /docs: what this API is, for machines and for people."""

import base64
import hashlib
from pathlib import Path

from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request

FOLDER = Path(__file__).parent
FOR_AN_HOUR = {"Cache-Control": "public, max-age=3600"}

app = HttpFunction()


@app.route("GET", "/v1/openapi.json", answers={200: "application/json"})
def get_openapi(_request: Request) -> Answer:
    """This API as an OpenAPI 3.1 document."""
    return Answer(200, (FOLDER / "openapi.json").read_text(), FOR_AN_HOUR)


@app.route("GET", "/docs", answers={200: "text/html"})
def get_docs(_request: Request) -> Answer:
    """This API as a page for people."""
    page = (FOLDER / "docs.html").read_text()
    return Answer(200, page, {**FOR_AN_HOUR, **policy_of(page)}, content_type="text/html; charset=utf-8")


def policy_of(page: str) -> dict[str, str]:
    """The page's own style and nothing else."""
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {"Content-Security-Policy": policy}


handle = app
