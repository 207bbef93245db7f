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
from allmytracks.enforcement.rules_reason_words import REASONS
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.foundation.messages import Events, Mailer
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.notices.ports import Notices
from allmytracks.notices.rules import Notice, kind_of
from allmytracks.notices.use_cases.send_once import send_once

SUBJECT = "Your AllMyTracks account is closed"


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
        why = REASONS.get(reason, reason)
        text = (
            "Your account is closed with this notice. Nobody can sign in to it any more, memberships and services that "
            "were not used up end, and your personal data are erased; what the law obliges us to keep is kept apart "
            "under a pseudonym. None of this can be taken back. Your licences stay valid and can be checked by their "
            "numbers. This address can sign up again ten days from now.\n\n"
            f"Reason: {why} ({reason}).\n\n"
            "What was erased, and what the law keeps until when, is on a signed receipt. Keep its number, nobody else "
            f"has it: {self.numbers.of(account.id)}.\n\n"
            f"If you think that this is wrong, write to the customer service: {self.site_url}/support\n"
        )
        return Notice(
            account.id, f"AccountClosing-{reason}", parse_rfc3339(at), SUBJECT, text, kind_of(AccountClosing.__name__)
        )
