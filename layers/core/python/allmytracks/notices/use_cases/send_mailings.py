"""Sends what is to be sent of running mailings: each account once, wherever a run ended (P-breach, P-15.consent)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from allmytracks.accounts.ports import AccountFilter, Accounts
from allmytracks.accounts.rules import Account, AccountNotFound
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.notices.ports import Notices
from allmytracks.notices.ports_delivery import MailFailures
from allmytracks.notices.ports_mailings import Mailings
from allmytracks.notices.rules_mailings import (
    PART,
    Delivery,
    Mailing,
    MailingKind,
    MailingStatus,
    Outcome,
    withheld,
)
from allmytracks.notices.use_cases.send_once import send_once

# Longer than one part of a list can take.
LEASE = timedelta(minutes=10)
AT_ONCE = 100


@dataclass(frozen=True)
class SendMailings:
    """Returns how many accounts it dealt with.

    `consents` tells whether an account's owner consented to offers; `unsubscribing_link` makes the link that stops
    them. Raises Unavailable where some could not be served: the next run goes on with the same part.
    """

    mailings: Mailings
    accounts: Accounts
    consents: Callable[[str], bool]
    failures: MailFailures
    notices: Notices
    mailer: Mailer
    clock: Clock
    unsubscribing_link: Callable[[str], str]

    def __call__(self, may_go_on: Callable[[], bool]) -> int:
        """Part after part while `may_go_on`."""
        reached, failed = 0, 0
        for running in self.mailings.page(MailingStatus.RUNNING, limit=AT_ONCE, cursor=None).items:
            now = self.clock.now()
            mailing = self.mailings.take(running.id, now, now + LEASE)
            if mailing is not None:
                try:
                    reached += self._send(mailing, may_go_on)
                except Unavailable:
                    failed += 1
                    self.mailings.give_back(mailing.id)
        if failed:
            raise Unavailable(f"{failed} mailings could not be sent further.")
        return reached

    def _send(self, mailing: Mailing, may_go_on: Callable[[], bool]) -> int:
        reached = 0
        while mailing.status is MailingStatus.RUNNING:
            if not may_go_on():
                self.mailings.give_back(mailing.id)
                break
            served, following = self._part(mailing)
            if not self.mailings.advance(mailing, following, served, keep=following is not None):
                break
            reached += served
            mailing = self.mailings.get(mailing.id)
        return reached

    def _part(self, mailing: Mailing) -> tuple[int, str | None]:
        """Serves the next accounts; returns how many, and where to go on."""
        if mailing.selection.listed:
            number = int(mailing.cursor or 0)
            listed = self.mailings.part(mailing.id, number)
            self._serve(mailing, listed or (), self._listed)
            following = str(number + 1) if listed is not None else None
            return len(listed or ()), following
        wanted = AccountFilter(mailing.selection.status, mailing.selection.since)
        page = self.accounts.page(wanted, limit=PART, cursor=mailing.cursor)
        found = {account.id: account for account in page.items}
        self._serve(mailing, tuple(found), found.get)
        return len(found), page.next_cursor

    def _listed(self, account_id: str) -> Account | None:
        try:
            return self.accounts.get(account_id)
        except AccountNotFound:
            return None

    def _serve(self, mailing: Mailing, ids: Sequence[str], find: Callable[[str], Account | None]) -> None:
        failed = 0
        for account_id in ids:
            try:
                if self.mailings.delivery(mailing.id, account_id) is None:
                    outcome = self._deliver(mailing, account_id, find(account_id))
                    self.mailings.record(mailing.id, Delivery(account_id, outcome, self.clock.now()))
            except Unavailable:
                failed += 1  # the others are served all the same
        if failed:
            raise Unavailable(f"{failed} accounts could not be served.")

    def _deliver(self, mailing: Mailing, account_id: str, account: Account | None) -> Outcome:
        if account is None:
            return Outcome.UNKNOWN
        failure, link = self.failures.get(account_id), None
        offer = mailing.kind is MailingKind.PROMOTION
        outcome = withheld(mailing, account, failure, consents=offer and self.consents(account_id))
        if outcome is not None:
            return outcome
        if offer:
            link = self.unsubscribing_link(account_id)
        send_once(mailing.notice_to(account), account, self.notices, self.mailer, self.clock, link)
        return Outcome.INBOX if failure is not None else Outcome.MAILED
