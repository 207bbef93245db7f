"""Works the notices queue: notifies members of their domain events."""

from allmytracks.accounts.events import AccountClosing
from allmytracks.foundation.observability import count
from allmytracks.foundation.queues import BusEvent, QueueFunction
from allmytracks.notices.use_cases.notify import News
from allmytracks.payments.events import OF_PAYMENTS, AccountBanned, RenewalFailed
from allmytracks.payments.ledger.rules_subscriptions import ACCOUNT_BANNED, ACCOUNT_CLOSED
from allmytracks.storage.events import OF_DEVICES
from allmytracks.wiring import services


def notify(event: BusEvent[News]) -> None:
    """Sends the member the event's notice, where it has one; that of a closing is what closes the account (S-6.4)."""
    news = event.detail
    if event.detail_type == AccountBanned.__name__:
        services().storage.end_renewals(news.account_id, ACCOUNT_BANNED)
    if event.detail_type in OF_PAYMENTS and news.order_id is not None:
        services().closing.decline_late_payment(news.account_id, news.order_id)
    if event.detail_type == AccountClosing.__name__ and news.reason is not None and news.at is not None:
        services().storage.end_renewals(news.account_id, ACCOUNT_CLOSED)
        services().closing.complete(news.account_id, news.reason, news.at)
    else:
        services().notices.notify(event.detail_type, news)
    if event.detail_type == RenewalFailed.__name__:
        count("RenewalsFailed")
    services().tickets.notify(event.detail_type, news)
    services().privacy.notify_of_export(event.detail_type, news)
    if event.detail_type in OF_DEVICES:
        services().storage.notify_of_device(event.detail_type, news)


handle = QueueFunction(BusEvent[News], notify)
