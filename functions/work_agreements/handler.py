"""Works the queue of activated and restored memberships: makes the music licence agreement of each Business order."""

import msgspec

from allmytracks.documents.observability import report_unprinted
from allmytracks.foundation.queues import BusEvent, QueueFunction
from allmytracks.wiring import services


class Detail(msgspec.Struct):
    """The order and its account."""

    account_id: str
    order_id: str


def make(event: BusEvent[Detail]) -> None:
    """Makes the agreement, unless it is made already or the plan has none."""
    detail = event.detail
    report_unprinted(
        "agreement", detail.order_id, services().licenses.agreements.issue(detail.account_id, detail.order_id)
    )


handle = QueueFunction(BusEvent[Detail], make)
