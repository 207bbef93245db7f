"""Events of the mail service, and the operators' bodies about addresses that mail does not reach."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from allmytracks.foundation.instants import rfc3339
from allmytracks.notices.rules_delivery import MailFailure, ResumingReason, failure_of

# Tags of our mails (foundation/ses.py), which the mail service repeats in its events.
ACCOUNT_TAG, NOTICE_TAG = "account", "notice"
MailTime = Annotated[datetime, msgspec.Meta(tz=True)]


class Bounce(msgspec.Struct, rename="camel"):
    """Why and when a mail bounced; what the receiving server wrote is not read."""

    timestamp: MailTime
    bounce_type: str
    bounce_sub_type: str | None = None


class Complaint(msgspec.Struct, rename="camel"):
    """When a reader complained."""

    timestamp: MailTime
    complaint_sub_type: str | None = None


class SentMail(msgspec.Struct):
    """The mail that an event is about, without its address."""

    tags: dict[str, list[str]] = {}


class MailEvent(msgspec.Struct, rename="camel"):
    """An event of SES as its configuration set publishes it."""

    event_type: str
    mail: SentMail
    bounce: Bounce | None = None
    complaint: Complaint | None = None

    def to_failure(self) -> MailFailure | None:
        """The failure that it reports; None for a mail to no account, and where the next mail may arrive."""
        accounts = self.mail.tags.get(ACCOUNT_TAG)
        told = self.bounce or self.complaint
        if not accounts or told is None:
            return None
        sub_type = self.bounce.bounce_sub_type if self.bounce else None
        if self.complaint:
            sub_type = self.complaint.complaint_sub_type
        failure = failure_of(self.event_type, self.bounce.bounce_type if self.bounce else None, sub_type)
        notices = self.mail.tags.get(NOTICE_TAG)
        return MailFailure(accounts[0], failure, told.timestamp, notices[0] if notices else None) if failure else None


class UndeliveredQuery(msgspec.Struct):
    """Which page."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None


class MailFailureAnswer(msgspec.Struct):
    """The last failure of mail to an account: `bounced`, `complained` or `suppressed`."""

    account_id: str
    failure: str
    at: str
    notice_id: str | None


class MailFailuresAnswer(msgspec.Struct):
    """A page of accounts that get notices in their inbox alone, the latest failure first."""

    items: list[MailFailureAnswer]
    next_cursor: str | None


class ResumingForm(msgspec.Struct):
    """Why mail goes to an account again."""

    reason: ResumingReason


def mail_failure_answer(failure: MailFailure) -> MailFailureAnswer:
    """A failure in a response."""
    return MailFailureAnswer(failure.account_id, failure.failure.value, rfc3339(failure.at), failure.notice_id)
