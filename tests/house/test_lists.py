"""Every list of the API comes in pages, or says why it needs none; a page goes on where the one before ended."""

from __future__ import annotations

import json
from typing import Any

import pytest

from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.paging import PageQuery, make_cursor, page_of
from infra.openapi.document import ROOT

DOCUMENT = json.loads((ROOT / "functions" / "get_openapi" / "openapi.json").read_text(encoding="utf-8"))
# Why a list is short however long an account lives.
WHOLE = {
    "/v1/account/consents": "one for each published purpose",
    "/v1/account/disclosures": "each is an act of an operator; few accounts have one",
    "/v1/account/sessions": "the open ones alone, which expire",
    "/v1/account/third-party-logins": "one for each provider, and there is one provider",
    "/v1/agreements": "the versions in force, one for each agreement",
    "/v1/devices": "what one household owns",
    "/v1/downloads/{id}/links": "a download has only so many links",
    "/v1/license-batches/{id}": "the parts of one request, which has only so many",
    "/v1/plans": "the published price list",
    "/v1/processors": "the published list of one version",
    "/v1/storage/packages": "the published price list",
    "/v1/tracks/suggestions": "the best few for what was typed",
    "/v1/tracks/{id}/similar": "the nearest few",
}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def lists() -> dict[str, tuple[set[str], bool]]:
    """The routes that answer `items`: their query parameters, and whether they answer `next_cursor`."""
    found = {}
    for path, methods in DOCUMENT["paths"].items():
        content = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        fields = resolved(content.get("application/json", {}).get("schema", {})).get("properties", {})
        if "items" in fields:
            query = {each["name"] for each in methods["get"]["parameters"] if each["in"] == "query"}
            found[path] = query, "next_cursor" in fields
    return found


def test_every_list_takes_a_limit_and_a_cursor_or_is_short() -> None:
    paged = {path for path, (query, answers) in lists().items() if {"limit", "cursor"} <= query and answers}
    assert len(paged) > 10
    assert set(lists()) - paged == set(WHOLE)


def test_a_list_in_memory_is_read_page_by_page() -> None:
    items, cursor = list("abcde"), None
    shown: list[str] = []
    for size in (2, 2, 1):
        page = page_of(items, str, PageQuery(2, cursor))
        assert len(page.items) == size
        shown += page.items
        cursor = page.next_cursor
        items = ["new", *items]  # what is added before shifts nothing
    assert (shown, cursor) == (list("abcde"), None)
    assert page_of([], str, PageQuery()).next_cursor is None


@pytest.mark.parametrize("cursor", ["x", make_cursor("z"), make_cursor("a", "b"), make_cursor(1)])
def test_a_cursor_that_is_not_of_this_list_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidFields):
        page_of(list("abc"), str, PageQuery(2, cursor))
