"""Works the queue of agreements: makes music licence agreements and the letters of special licences."""

import msgspec

from allmytracks.documents.observability import report_unprinted
from allmytracks.foundation.queues import BusEvent, QueueFunction
from allmytracks.licenses.rules import Language
from allmytracks.wiring import services


class Detail(msgspec.Struct):
    """The order and its account; the language of an agreement that the member asked for."""

    account_id: str
    order_id: str
    language: Language | None = None


def make(event: BusEvent[Detail]) -> None:
    """Makes what the order has, unless it is made already; a special licence whose payment went back is revoked."""
    detail = event.detail
    unprinted = services().licenses.agreements.issue(detail.account_id, detail.order_id, detail.language)
    report_unprinted("agreement", detail.order_id, unprinted)
    services().licenses.agreements.issue_special(detail.account_id, detail.order_id)


handle = QueueFunction(BusEvent[Detail], make)
