"""Example requests: the sample events that the tests send to the functions."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from allmytracks.foundation.http.functions import Route

SERVER = "https://api.example.com"
# What the document says of a body that is no JSON.
FILE = "@file"


class MissingSampleError(LookupError):
    """A route has no sample event."""


def sample_of(route: Route, folder: Path) -> Mapping[str, Any]:
    """The first sample event of the route in `folder` (events/<function>). Raises MissingSampleError."""
    for path in sorted(folder.glob("*.json")):
        event: Mapping[str, Any] = json.loads(path.read_text())
        if event.get("routeKey") == route.key:
            return event
    raise MissingSampleError(f"{route.key} has no sample event in {folder}")


def body_of(sample: Mapping[str, Any]) -> object:
    """The JSON body of a sample; None where it has none or another kind of body."""
    text = sample.get("body")
    if not text or sample.get("isBase64Encoded") or "json" not in sample["headers"].get("content-type", "json"):
        return None
    return json.loads(text)


def curl_of(sample: Mapping[str, Any], *, public: bool) -> str:
    """The sample as a command that can be pasted, with the caller's own token in $TOKEN."""
    http, query = sample["requestContext"]["http"], sample.get("queryStringParameters")
    address = f"{SERVER}{sample['rawPath']}" + (f"?{urlencode(query)}" if query else "")
    parts = ["curl", shlex.quote(address)]
    if http["method"] != "GET":
        parts[1:1] = ["-X", http["method"]]
    if not public:
        parts += ["-H", '"Authorization: Bearer $TOKEN"']
    for name in ("Idempotency-Key", "If-Match"):
        value = sample["headers"].get(name.lower())
        if value:
            parts += ["-H", shlex.quote(f"{name}: {value}")]
    body = body_of(sample)
    if body is not None:
        text = json.dumps(body, indent=2, ensure_ascii=False)
        parts += ["-H", "'Content-Type: application/json'", "-d", shlex.quote(text)]
    return " ".join(parts)
