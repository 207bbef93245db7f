"""Every domain event has a notice or is listed here as one that a member is not written to about."""

from __future__ import annotations

from allmytracks.accounts import events as access
from allmytracks.foundation.events import Event
from allmytracks.notices.use_cases import notify_of_access, notify_of_license, notify_of_measure, notify_of_order
from allmytracks.notices.use_cases.notify import NOTIFIERS
from allmytracks.payments import events

WITHOUT_NOTICE = {
    "AccountClosed": "the notice of AccountClosing is what closes the account",
    "AccountClosing": "closing.complete sends it, and closes the account with it",
    "DisputeOpened": "nothing has changed for the member yet",
    "DisputeWon": "the membership that runs again has a notice of its own",
    "LicenseIssued": "the member has the letter in the answer",
    "ProjectPackRequested": "the member asked for it just now and sees it made",
    "RefundFailed": "operators pay it by another way",
}


def test_every_event_has_one_notifier_or_a_reason_for_none() -> None:
    named = [*vars(events).values(), *vars(access).values()]
    every = {each.__name__ for each in named if isinstance(each, type) and issubclass(each, Event)}
    assert set(NOTIFIERS) | set(WITHOUT_NOTICE) == every - {"Event"}
    assert not set(NOTIFIERS) & set(WITHOUT_NOTICE)


def test_an_event_has_one_notifier_only() -> None:
    of_each = [notify_of_order.EVENTS, notify_of_measure.EVENTS, notify_of_license.EVENTS, notify_of_access.EVENTS]
    assert sum(map(len, of_each)) == len(NOTIFIERS)
