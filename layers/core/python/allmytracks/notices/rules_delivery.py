"""Addresses that mail does not reach: the inbox alone serves their accounts until an operator lets mail go again."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from allmytracks.foundation.errors import Conflict


class Failure(StrEnum):
    """Why the mail service reports that an address gets no mail of ours."""

    BOUNCED = "bounced"
    """The address does not exist, or refuses mail for good."""
    COMPLAINED = "complained"
    """Its reader marked a mail of ours as spam."""
    SUPPRESSED = "suppressed"
    """The mail service sends nothing to it, after an earlier bounce or complaint."""


class ResumingReason(StrEnum):
    """Why mail goes to an address again."""

    CONFIRMED_BY_MEMBER = "confirmed_by_member"
    PROVIDER_RECOVERED = "provider_recovered"


class MailFailure(Struct, frozen=True):
    """The last failure of the mail to an account's address. `notice_id` is the notice that it was about, if any."""

    account_id: str
    failure: Failure
    at: datetime
    notice_id: str | None = None


class MailNotFailing(Conflict):
    """No failure of mail to this account is on record."""

    code = "mail_not_failing"


def failure_of(event_type: str, bounce_type: str | None, sub_type: str | None) -> Failure | None:
    """What an event of the mail service says of the address; None where it may get the next mail.

    A transient bounce (a full mailbox, a server that is down) says nothing of the next mail.
    """
    if event_type == "Complaint":
        return Failure.SUPPRESSED if sub_type == "OnAccountSuppressionList" else Failure.COMPLAINED
    if event_type == "Bounce" and bounce_type == "Permanent":
        return Failure.SUPPRESSED if sub_type in {"Suppressed", "OnAccountSuppressionList"} else Failure.BOUNCED
    return None
