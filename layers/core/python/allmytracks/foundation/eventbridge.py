"""Domain events on EventBridge."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from allmytracks.foundation.aws.client import AwsClient
from allmytracks.foundation.correlation import resources
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.events import Event

SOURCE = "allmytracks"
MOST_AT_ONCE = 10


class EventBridgeEvents:
    """The bus `bus_name`; an event's class is its detail type."""

    def __init__(self, client: AwsClient, bus_name: str) -> None:
        self._client = client
        self._bus_name = bus_name

    def publish(self, events: Sequence[Event]) -> None:
        for first in range(0, len(events), MOST_AT_ONCE):
            self._put(events[first : first + MOST_AT_ONCE])

    def _put(self, events: Sequence[Event]) -> None:
        entries = [
            {
                "Source": SOURCE,
                "DetailType": event.name,
                "Detail": msgspec.json.encode(event.detail()).decode(),
                "EventBusName": self._bus_name,
                "Resources": resources(),
            }
            for event in events
        ]
        answer = self._client.call("PutEvents", {"Entries": entries})
        if answer["FailedEntryCount"]:
            raise Unavailable("The event bus did not accept every event.")
