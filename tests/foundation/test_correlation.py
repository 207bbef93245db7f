"""One id from a request to what follows from it."""

from __future__ import annotations

import json

import pytest

from allmytracks.foundation.correlation import attributes, correlate, of_message, resources


def as_delivered(sent: dict[str, dict[str, str]]) -> dict[str, object]:
    """A message's attributes as Lambda gets them."""
    return {name: {"stringValue": each["StringValue"], "dataType": "String"} for name, each in sent.items()}


def test_a_message_carries_it() -> None:
    correlate("req-1")

    assert of_message({"messageAttributes": as_delivered(attributes()), "body": "{}"}) == "req-1"


def test_an_event_of_the_bus_carries_it_into_its_queue() -> None:
    correlate("req-1")
    event = {"detail-type": "MembershipActivated", "resources": ["arn:other", *resources()], "detail": {}}

    assert of_message({"messageAttributes": {}, "body": json.dumps(event)}) == "req-1"


@pytest.mark.parametrize("found", [None, "", "x" * 129])
def test_without_one_nothing_is_carried(found: str | None) -> None:
    correlate("of what was before")

    assert correlate(found) is None
    assert attributes() == {}
    assert resources() == []


@pytest.mark.parametrize("body", ["", "no JSON", "[]", '{"resources": ["arn:other"]}', "{}"])
def test_a_message_without_one_has_none(body: str) -> None:
    assert of_message({"body": body}) is None
