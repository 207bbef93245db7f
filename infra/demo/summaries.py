"""What a response says, in one line for people."""

from __future__ import annotations

import json

HIDDEN = ("password", "access_token", "refresh_token", "jws", "url")
MOST_FIELDS = 4
LONGEST_VALUE = 40


def summary(content: bytes) -> str:
    """A refusal's code and sentence; else a few of the fields, ids last; a size where it is no JSON."""
    try:
        body = json.loads(content)
    except ValueError:
        return f"{len(content):,} bytes" if content else ""
    if not isinstance(body, dict):
        return _counted(len(body)) if isinstance(body, list) else str(body)
    if "code" in body and "detail" in body:
        return f"{body['code']}: {body['detail']}"
    body = dict(sorted(body.items(), key=lambda each: each[0].endswith("_id")))
    said = [f"{name} {value}" for name, each in body.items() if name not in HIDDEN and (value := _value(each))]
    return ", ".join(said[:MOST_FIELDS])


def _value(value: object) -> str:
    """Nothing for what is empty, long, or has parts of its own."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return str(value)
        case str() if len(value) <= LONGEST_VALUE:
            return value
        case list() if value:
            return f"({_counted(len(value))})"
        case _:
            return ""


def _counted(number: int) -> str:
    return "one" if number == 1 else f"{number} of them"
