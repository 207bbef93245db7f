"""Works the notices queue: tells members of the domain events that concern them."""

import msgspec

from allmytracks.foundation.queues import QueueFunction
from allmytracks.notices.use_cases.notify_of_license import LicenseNews
from allmytracks.notices.use_cases.notify_of_measure import MeasureNews
from allmytracks.wiring import services


class Detail(msgspec.Struct):
    """What every domain event says, the order or licence that some are about, and why, when and until when others
    happened.
    """

    account_id: str
    order_id: str | None = None
    reason: str | None = None
    at: str | None = None
    until: str | None = None
    license_number: str | None = None
    run: str | None = None
    superseded_by: str | None = None
    follows: str | None = None
    download_id: str | None = None
    amount: int | None = None


class BusEvent(msgspec.Struct, rename={"detail_type": "detail-type"}):
    """A domain event as EventBridge delivers it."""

    detail_type: str
    detail: Detail


def notify(event: BusEvent) -> None:
    """Tells the member, where the event has a notice."""
    detail = event.detail
    services().notices.notify_of_order(event.detail_type, detail.account_id, detail.order_id)
    measure = MeasureNews(detail.account_id, detail.reason, detail.at, detail.until, detail.download_id, detail.amount)
    services().notices.notify_of_measure(event.detail_type, measure)
    if detail.license_number is not None and detail.at is not None:
        reason, number = detail.reason or "", detail.license_number
        news = LicenseNews(
            detail.account_id, number, reason, detail.at, detail.run, detail.superseded_by, detail.follows
        )
        services().notices.notify_of_license(event.detail_type, news)


handle = QueueFunction(BusEvent, notify)
