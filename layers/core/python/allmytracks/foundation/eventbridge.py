"""Domain events on EventBridge."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from allmytracks.foundation.aws.calls import aws_call
from allmytracks.foundation.aws.sdk import sdk_client
from allmytracks.foundation.correlation import resources
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.events import Event

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SOURCE = "allmytracks"
MOST_AT_ONCE = 10


class EventBridgeEvents:
    """The bus `bus_name`; an event's class is its detail type."""

    def __init__(self, bus_name: str) -> None:
        self._bus_name = bus_name

    @cached_property
    def _client(self) -> EventBridgeClient:
        client: EventBridgeClient = sdk_client("events")
        return client

    def publish(self, events: Sequence[Event]) -> None:
        for first in range(0, len(events), MOST_AT_ONCE):
            self._put(events[first : first + MOST_AT_ONCE])

    def _put(self, events: Sequence[Event]) -> None:
        with aws_call():
            answer = self._client.put_events(
                Entries=[
                    {
                        "Source": SOURCE,
                        "DetailType": event.name,
                        "Detail": msgspec.json.encode(event.detail()).decode(),
                        "EventBusName": self._bus_name,
                        "Resources": resources(),
                    }
                    for event in events
                ]
            )
        if answer["FailedEntryCount"]:
            raise Unavailable("The event bus did not accept every event.")
