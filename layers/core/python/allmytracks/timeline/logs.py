"""Parses deliveries of a CloudWatch Logs subscription into refusals."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from allmytracks.foundation.observability import REFUSED
from allmytracks.timeline.rules import Refusal


class _Line(msgspec.Struct):
    message: str
    account_id: str
    route: str
    code: str


def refusals_of(event: Mapping[str, Any]) -> list[Refusal]:
    """The refusals in a delivery; other lines (such as CloudWatch's test message) are ignored."""
    delivered = json.loads(gzip.decompress(b64decode(event["awslogs"]["data"])))
    if delivered["messageType"] != "DATA_MESSAGE":
        return []
    found = []
    for each in delivered["logEvents"]:
        try:
            line = msgspec.json.decode(each["message"], type=_Line)
        except msgspec.DecodeError:
            continue
        if line.message == REFUSED:
            at = datetime.fromtimestamp(each["timestamp"] / 1000, UTC)
            found.append(Refusal(line.account_id, at, line.route, line.code))
    return found
