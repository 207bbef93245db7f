"""Works the notices queue: tells members of the domain events that concern them."""

import msgspec

from allmytracks.bootstrap import services
from allmytracks.entrypoints.queues import QueueFunction


class Detail(msgspec.Struct):
    """What every domain event says, and the order that some are about."""

    account_id: str
    order_id: str | None = None


class BusEvent(msgspec.Struct, rename={"detail_type": "detail-type"}):
    """A domain event as EventBridge delivers it."""

    detail_type: str
    detail: Detail


def notify(event: BusEvent) -> None:
    """Tells the member, where the event has a notice."""
    services().notify_member(event.detail_type, event.detail.account_id, event.detail.order_id)


handle = QueueFunction(BusEvent, notify)
