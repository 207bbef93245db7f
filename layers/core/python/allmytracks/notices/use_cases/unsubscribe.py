"""A member stops offers by the link of a mail, without signing in (RFC 8058, P-15.consent)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import AccountNotFound, AccountStatus
from allmytracks.accounts.rules_consents import MARKETING_MAIL, ConsentNotFound
from allmytracks.accounts.use_cases.keep_consents import KeepConsents
from allmytracks.notices.rules_unsubscribing import account_of, unsubscribing_token


@dataclass(frozen=True)
class Unsubscribe:
    """Idempotent; nothing is stored of an account that is closed.

    `key` gives this deployment's secret; `public_url` is this API's own address.

    Raises UnsubscribingLinkUnknown, Unavailable.
    """

    accounts: Accounts
    consents: KeepConsents
    key: Callable[[], str]
    public_url: str

    def link(self, account_id: str) -> str:
        """The link that stops offers to an account."""
        return f"{self.public_url}/v1/unsubscribe/{unsubscribing_token(account_id, self.key())}"

    def check(self, token: str) -> None:
        """Whether a link is one of ours."""
        account_of(token, self.key())

    def __call__(self, token: str, source_ip: str) -> None:
        """Withdraws the consent to offers by mail, as the member could in the settings."""
        account_id = account_of(token, self.key())
        try:
            if self.accounts.get(account_id).status is not AccountStatus.CLOSED:
                self.consents.decide(account_id, MARKETING_MAIL, given=False, shown=None, source_ip=source_ip)
        except AccountNotFound:
            return  # erased: it gets no offers, and nothing may be stored of it again
        except ConsentNotFound:
            return  # nobody can have consented
