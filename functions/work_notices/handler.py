"""Works the notices queue: notifies members of their domain events."""

from allmytracks.foundation.queues import BusEvent, QueueFunction
from allmytracks.notices.use_cases.notify import News
from allmytracks.wiring import services


def notify(event: BusEvent[News]) -> None:
    """Sends the member the event's notice, where it has one."""
    services().notices.notify(event.detail_type, event.detail)
    services().tickets.notify(event.detail_type, event.detail)


handle = QueueFunction(BusEvent[News], notify)
