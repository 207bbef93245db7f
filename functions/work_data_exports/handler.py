"""Works the queue of exports: makes the requested ones."""

import msgspec

from allmytracks.foundation.queues import BusEvent, QueueFunction
from allmytracks.wiring import services


class Detail(msgspec.Struct):
    """The export and its account."""

    account_id: str
    export_id: str


def make(event: BusEvent[Detail]) -> None:
    """Makes the export, unless it is made already."""
    services().privacy.make_export(event.detail.account_id, event.detail.export_id)


def give_up(event: BusEvent[Detail]) -> None:
    """Notifies the member that it failed."""
    services().privacy.make_export.give_up(event.detail.account_id, event.detail.export_id)


handle = QueueFunction(BusEvent[Detail], make, tries=3, give_up=give_up)
