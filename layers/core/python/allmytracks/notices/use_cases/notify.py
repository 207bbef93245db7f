"""The one table of which events have a notice, and which use case sends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.notices.use_cases import notify_of_access, notify_of_license, notify_of_measure, notify_of_order
from allmytracks.notices.use_cases.notify_of_access import NotifyOfAccess
from allmytracks.notices.use_cases.notify_of_license import LicenseNews, NotifyOfLicense
from allmytracks.notices.use_cases.notify_of_measure import MeasureNews, NotifyOfMeasure
from allmytracks.notices.use_cases.notify_of_order import NotifyMember


class News(Struct, frozen=True):
    """The fields of events: account, and in some what it is about (an order, licence, download, ticket, export, device,
    text), reason, time and end.
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
    ticket_number: str | None = None
    message_id: str | None = None
    fields: str | None = None
    text: str | None = None
    export_id: str | None = None
    device_id: str | None = None


@dataclass(frozen=True)
class Notify:
    """Sends the notice of an event; an event that is not in the table has none.

    Raises OrderNotFound, AccountNotFound, Unavailable.
    """

    of_order: NotifyMember
    of_measure: NotifyOfMeasure
    of_license: NotifyOfLicense
    of_access: NotifyOfAccess

    def __call__(self, event_name: str, news: News) -> None:
        if event_name in NOTIFIERS:
            NOTIFIERS[event_name](self, event_name, news)


def _of_order(notify: Notify, event_name: str, news: News) -> None:
    notify.of_order(event_name, news.account_id, news.order_id)


def _of_measure(notify: Notify, event_name: str, news: News) -> None:
    measure = MeasureNews(news.account_id, news.reason, news.at, news.until, news.download_id, news.amount)
    measure = replace(measure, fields=news.fields, text=news.text)
    notify.of_measure(event_name, measure)


def _of_license(notify: Notify, event_name: str, news: News) -> None:
    number, at = news.license_number, news.at
    if number is None or at is None:
        return
    notify.of_license(
        event_name,
        LicenseNews(
            news.account_id, number, news.reason or "", at, news.run, news.superseded_by, news.follows, news.text
        ),
    )


def _of_access(notify: Notify, event_name: str, news: News) -> None:
    if news.at is not None:
        notify.of_access(event_name, news.account_id, news.at)


NOTIFIERS: Mapping[str, Callable[[Notify, str, News], None]] = {
    **dict.fromkeys(notify_of_order.EVENTS, _of_order),
    **dict.fromkeys(notify_of_measure.EVENTS, _of_measure),
    **dict.fromkeys(notify_of_license.EVENTS, _of_license),
    **dict.fromkeys(notify_of_access.EVENTS, _of_access),
}
