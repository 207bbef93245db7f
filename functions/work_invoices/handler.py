"""Works the invoices queue: issues and prints the documents that an order's payments require."""

import msgspec

from allmytracks.documents.observability import report_unprinted
from allmytracks.foundation.queues import BusEvent, QueueFunction
from allmytracks.wiring import services


class Detail(msgspec.Struct):
    """Which order the event is about."""

    account_id: str
    order_id: str


def issue(event: BusEvent[Detail]) -> None:
    """Brings the order's invoice and credit notes up to date."""
    detail = event.detail
    report_unprinted("invoice", detail.order_id, services().invoices.issue(detail.account_id, detail.order_id))


handle = QueueFunction(BusEvent[Detail], issue)
