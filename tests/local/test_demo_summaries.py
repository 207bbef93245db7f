"""What `make demo` says of a response."""

from __future__ import annotations

import pytest

from infra.demo.summaries import summary


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", ""),
        (b"%PDF-1.7", "8 bytes"),
        (b'{"code": "wrong_code", "detail": "Too old.", "status": 422}', "wrong_code: Too old."),
        (b'{"order_id": "ord_1", "status": "quoted", "ours": true}', "status quoted, ours yes, order_id ord_1"),
        (b'{"access_token": "secret", "url": "https://link", "expires_in": 3600}', "expires_in 3600"),
        (b'{"items": [1, 2], "cursor": null, "terms": {}, "errors": []}', "items (2 of them)"),
        (b'{"keys": ["one"], "a": 1, "b": 2, "c": 3, "d": 4}', "keys (one), a 1, b 2, c 3"),
        (b"[1, 2]", "2 of them"),
    ],
)
def test_a_response_is_said_in_a_line_without_secrets(content: bytes, said: str) -> None:
    assert summary(content) == said
