"""Works the queue of project packs: makes the requested ones."""

import msgspec

from allmytracks.foundation.queues import BusEvent, QueueFunction
from allmytracks.wiring import services


class Detail(msgspec.Struct):
    """The pack and its account."""

    account_id: str
    pack_id: str


def make(event: BusEvent[Detail]) -> None:
    """Makes the pack, unless it is made already."""
    services().licenses.packs.make(event.detail.account_id, event.detail.pack_id)


handle = QueueFunction(BusEvent[Detail], make)
