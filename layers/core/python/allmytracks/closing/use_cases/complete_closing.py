"""A closing takes effect with its notice (S-6.4): the account ends, and its address rests for ten days (S-6.5)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.events import AccountClosed, AccountClosing
from allmytracks.accounts.ports import Accounts, Addresses, IdentityProvider
from allmytracks.accounts.ports_closing import ReceiptNumbers
from allmytracks.accounts.ports_embargoes import Embargoes
from allmytracks.accounts.rules import Account, AccountNotFound, AccountStatus
from allmytracks.accounts.rules_embargoes import EMBARGO
from allmytracks.accounts.rules_states import StateEvent
from allmytracks.enforcement.ports_standings import Standings
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.foundation.messages import Events, Mailer
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.mails.rules_catalogues import words_for
from allmytracks.notices.ports import Notices
from allmytracks.notices.rules import Notice, kind_of
from allmytracks.notices.use_cases.send_once import send_once


@dataclass(frozen=True)
class CompleteClosing:
    """Notifies the member, then ends the sign-ins, the address and the account, then publishes that it is closed. Each
    step is idempotent, so that a retry completes it after a crash at any point: a missing login is ignored, the address
    is released with the embargo in one write, and the account's status changes once. Raises Unavailable.
    """

    accounts: Accounts
    addresses: Addresses
    embargoes: Embargoes
    identity: IdentityProvider
    standings: Standings
    numbers: ReceiptNumbers
    notices: Notices
    mailer: Mailer
    events: Events
    clock: Clock
    site_url: str

    def __call__(self, account_id: str, reason: str, at: str) -> None:
        """Of an account that is not `closing` any more nothing is left to do but to say so again."""
        try:
            account = self.accounts.get(account_id)
        except AccountNotFound:
            return  # erased already
        if account.status is AccountStatus.CLOSING:
            send_once(self._notice(account, reason, at), account, self.notices, self.mailer, self.clock)
            self._end(account)
        elif account.status is not AccountStatus.CLOSED:
            return
        self.events.publish([AccountClosed(account_id, reason, rfc3339(self.clock.now()))])

    def _end(self, account: Account) -> None:
        now = self.clock.now()
        owner = self.addresses.get(account.email, now).owner
        if owner is not None and owner.account_id == account.id:
            self.identity.discard(owner.user_name)
            self.embargoes.begin(account.email, owner, now + EMBARGO)
        self.standings.move(account.id, StateEvent.CLOSE)

    def _notice(self, account: Account, reason: str, at: str) -> Notice:
        letter = words_for(account.language).letter(
            AccountClosing.__name__,
            site=self.site_url,
            receipt=self.numbers.of(account.id),
            reason=words_for(account.language).reason(reason),
        )
        return Notice(
            account.id,
            f"AccountClosing-{reason}",
            parse_rfc3339(at),
            letter.subject,
            letter.text,
            kind_of(AccountClosing.__name__),
            letter.language,
        )
