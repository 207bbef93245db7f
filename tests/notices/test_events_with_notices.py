"""Every domain event has a notice or is listed here as one that a member is not written to about."""

from __future__ import annotations

import importlib
import pkgutil

import allmytracks
from allmytracks.foundation.events import Event
from allmytracks.notices.use_cases import (
    notify_of_access,
    notify_of_license,
    notify_of_measure,
    notify_of_order,
)
from allmytracks.notices.use_cases.notify import NOTIFIERS
from allmytracks.privacy.use_cases import notify_of_export
from allmytracks.storage.events import OF_DEVICES

# tickets.notify sends it: who asked may have no account.
OF_TICKETS = {"TicketAnswered"}
OF_EXPORTS = notify_of_export.EVENTS
WITHOUT_NOTICE = {
    "AccountClosed": "the notice of AccountClosing is what closes the account",
    "AccountClosing": "closing.complete sends it, and closes the account with it",
    "DataExportRequested": "the member asked for it just now; the end has a notice",
    "DisputeOpened": "nothing has changed for the member yet",
    "DisputeWon": "the membership that runs again has a notice of its own",
    "MusicAgreementRequested": "the member asked for it just now; its making has a notice",
    "ProjectPackRequested": "the member asked for it just now and sees it made",
    "RefundFailed": "operators pay it by another way",
}


def every_event(of: type[Event] = Event) -> set[str]:
    """The names of all events of all capabilities, once their modules are loaded."""
    return {name for each in of.__subclasses__() for name in {each.__name__, *every_event(each)}}


def test_every_event_has_one_notifier_or_a_reason_for_none() -> None:
    """Also those of a capability that is new: every module of the product that may define one is loaded."""
    for module in pkgutil.walk_packages(allmytracks.__path__, "allmytracks."):
        if module.name.rpartition(".")[2] == "events":
            importlib.import_module(module.name)
    assert set(NOTIFIERS) | OF_TICKETS | OF_EXPORTS | OF_DEVICES | set(WITHOUT_NOTICE) == every_event()
    assert not set(NOTIFIERS) & {*OF_TICKETS, *OF_EXPORTS, *OF_DEVICES, *WITHOUT_NOTICE}


def test_an_event_has_one_notifier_only() -> None:
    of_each = [
        notify_of_order.EVENTS,
        notify_of_measure.EVENTS,
        notify_of_license.EVENTS,
        notify_of_access.EVENTS,
    ]
    assert sum(map(len, of_each)) == len(NOTIFIERS)
