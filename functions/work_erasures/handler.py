"""Works the queue of closed accounts: erases each from every store."""

import msgspec

from allmytracks.foundation.queues import BusEvent, QueueFunction
from allmytracks.wiring import services


class Detail(msgspec.Struct):
    """The closed account."""

    account_id: str


def erase(event: BusEvent[Detail]) -> None:
    """Erases the account, from where an earlier try ended."""
    services().privacy.erase(event.detail.account_id)


handle = QueueFunction(BusEvent[Detail], erase)
