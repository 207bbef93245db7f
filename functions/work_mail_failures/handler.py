"""Works the queue of bounces and complaints: records addresses that mail does not reach."""

from allmytracks.foundation.queues import BusEvent, QueueFunction
from allmytracks.notices.schemas_delivery import MailEvent
from allmytracks.wiring import services


def record(event: BusEvent[MailEvent]) -> None:
    """Records a failure on the account that the mail was for; other mails, and transient bounces, need no record."""
    failure = event.detail.to_failure()
    if failure is not None:
        services().notices.keep_mail_failures(failure)


handle = QueueFunction(BusEvent[MailEvent], record)
