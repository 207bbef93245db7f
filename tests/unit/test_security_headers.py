"""What every answer carries for browsers: of every kind, from both APIs."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

import pytest

from allmytracks.foundation.errors import NotFound
from allmytracks.foundation.http.answers import SECURITY, Answer
from allmytracks.foundation.http.problems import problem
from functions.get_openapi.handler import FOLDER, policy_of


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, {"a": 1}),
        Answer(204),
        Answer(302, None, {"Location": "https://example.org"}),
        Answer(200, b"%PDF", content_type="application/pdf"),
        Answer(200, "<p>", content_type="text/html"),
        problem(NotFound("Nothing."), "/x", datetime.now(UTC)),
    ],
)
def test_every_answer_has_them(answer: Answer) -> None:
    headers = answer.to_gateway()["headers"]
    assert isinstance(headers, dict)
    assert headers.items() >= SECURITY.items()
    assert int(headers["Strict-Transport-Security"].partition("=")[2].partition(";")[0]) >= 31_536_000


def test_the_page_of_the_document_runs_no_script_and_has_its_own_style_only() -> None:
    page = (FOLDER / "docs.html").read_text()
    policy = policy_of(page)["Content-Security-Policy"]
    style = page[page.index("<style>") + 7 : page.index("</style>")]
    assert page.count("<style>") == 1
    assert "<script" not in page
    assert "style=" not in page
    assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
