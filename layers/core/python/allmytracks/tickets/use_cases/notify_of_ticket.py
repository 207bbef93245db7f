"""Telling who asked what customer service wrote (P-15days)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.foundation.messages import Mail, Mailer, Why
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.mails.rules_catalogues import words_for
from allmytracks.notices.ports import Notices
from allmytracks.notices.rules import Notice, kind_of
from allmytracks.notices.use_cases.notify import News
from allmytracks.notices.use_cases.send_once import send_once
from allmytracks.tickets.events import TicketAnswered
from allmytracks.tickets.ports import Tickets


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
        account = self.accounts.get(ticket.account_id) if ticket.account_id is not None else None
        words = words_for(account.language if account is not None else None)
        name = event_name if account is not None else f"{event_name}.stranger"
        letter = words.letter(name, site=self.site_url, number=number, about=ticket.subject, message=message.text)
        if account is None:
            if ticket.email is not None:
                self.mailer.send(Mail(ticket.email, letter.subject, letter.text, Why.TICKET, language=letter.language))
            return
        named = f"{event_name}-{number}-{message_id}"
        notice = Notice(
            account.id, named, message.at, letter.subject, letter.text, kind_of(event_name), letter.language
        )
        send_once(notice, account, self.notices, self.mailer, self.clock)
