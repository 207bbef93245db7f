"""Telling who asked what customer service wrote (P-15days)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.foundation.messages import Mail, Mailer, Why
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.notices.ports import Notices
from allmytracks.notices.rules import Notice, kind_of
from allmytracks.notices.use_cases.notify import News
from allmytracks.notices.use_cases.send_once import send_once
from allmytracks.tickets.events import TicketAnswered
from allmytracks.tickets.ports import Tickets
from allmytracks.tickets.rules import Message, Ticket


@dataclass(frozen=True)
class NotifyOfTicket:
    """A member gets a notice, once for each message; who asked without signing in gets a mail.

    Raises TicketNotFound, AccountNotFound, Unavailable.
    """

    tickets: Tickets
    accounts: Accounts
    notices: Notices
    mailer: Mailer
    clock: Clock
    site_url: str

    def __call__(self, event_name: str, news: News) -> None:
        number, message_id = news.ticket_number, news.message_id
        if event_name != TicketAnswered.__name__ or number is None or message_id is None:
            return
        ticket = self.tickets.get(number)
        message = ticket.message(message_id)
        if message is None:
            return
        subject = f"Your request {number}: {ticket.subject}"
        if ticket.account_id is None:
            if ticket.email is not None:
                self.mailer.send(Mail(ticket.email, subject, _text(ticket, message, ""), Why.TICKET))
            return
        where = f"\n\nTo reply, and to read the whole conversation: {self.site_url}/tickets/{number}\n"
        named = f"{TicketAnswered.__name__}-{number}-{message_id}"
        notice = Notice(
            ticket.account_id, named, message.at, subject, _text(ticket, message, where), kind_of(event_name)
        )
        send_once(notice, self.accounts.get(ticket.account_id), self.notices, self.mailer, self.clock)


def _text(ticket: Ticket, message: Message, where: str) -> str:
    return f"Customer service wrote to you about your request {ticket.number}:\n\n{message.text}{where}"
