"""Each kind of DynamoDB item has one module that owns its keys; the template's stream filters are these keys."""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from allmytracks.catalogue.dynamodb import REBUILD, TRACK_PREFIX
from allmytracks.downloads.dynamodb_attributes import download_sk
from allmytracks.downloads.dynamodb_links import links_of
from allmytracks.foundation.aws.keys import account_key
from allmytracks.licenses.states.dynamodb import RECORD, REVOCATION, SUPERSESSION, record_key
from tests.factories.template import ROOT, described

PACKAGE = ROOT / "layers/core/python/allmytracks"
KEY = re.compile(r"[A-Z][A-Z_]+#")
# Two keys of the same word.
SHARED = {"LICENSE#": "a letter in its account's partition, and the public partition of a number: two kinds of item"}


def keys_spelled(source: str) -> set[str]:
    """The first words of keys that a module spells; docstrings are no code."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    )
    return {found.group() for text in texts if (found := KEY.match(text))}


def test_a_key_is_spelled_in_one_module() -> None:
    assert keys_spelled('"""A#"""\nX = f"AB#{1}"\nY = "CD#E#"\nZ = "no EF#"') == {"AB#", "CD#"}
    places: dict[str, list[Path]] = defaultdict(list)
    for root in (PACKAGE, ROOT / "functions"):
        for path in sorted(root.rglob("*.py")):
            for key in keys_spelled(path.read_text(encoding="utf-8")):
                places[key].append(path.relative_to(root))
    assert len(places) > 25
    assert {key for key, found in places.items() if len(found) > 1} == set(SHARED), places
    assert {path.name.partition("_")[0].partition(".")[0] for found in places.values() for path in found} <= {
        "dynamodb",
        "keys",
    }


def patterns(value: Any) -> Iterator[dict[str, Any]]:
    """The filters of a function's events."""
    if isinstance(value, dict):
        if "Pattern" in value:
            yield json.loads(value["Pattern"])
        for each in value.values():
            yield from patterns(each)
    elif isinstance(value, list):
        for each in value:
            yield from patterns(each)


def test_streams_are_filtered_by_the_items_own_keys() -> None:
    found = {name: list(patterns(each.properties.get("Events", {}))) for name, each in described().items()}

    def begins(text: str) -> dict[str, Any]:
        return {"S": [{"prefix": text}]}

    def inserted(pk: dict[str, Any], sk: dict[str, Any]) -> dict[str, Any]:
        return {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": pk, "sk": sk}}}

    account, states = begins(account_key("")), {"S": [RECORD, REVOCATION, SUPERSESSION]}
    assert {name: filters for name, filters in found.items() if filters} == {
        "on_catalog_changed": [{"dynamodb": {"Keys": {"pk": {"S": [{"prefix": TRACK_PREFIX}, {"prefix": REBUILD}]}}}}],
        "on_download_granted": [
            inserted(account, begins(download_sk(""))),
            inserted(account, begins(links_of("").removesuffix("#"))),
        ],
        "on_license_recorded": [inserted(begins(record_key("")), states)],
    }
