"""An operator authorises an enterprise to license to a further Designated User (M-III.6.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import Account, AccountKind, NotAnEnterprise
from allmytracks.accounts.rules_end_users import LONGEST_NAME
from allmytracks.documents.rules_text import required_line
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.time_and_ids import Clock


class AuthorisationReason(StrEnum):
    """The reason of an authorisation."""

    CUSTOMER_REQUEST = "customer_request"
    CONTRACT = "contract"


@dataclass(frozen=True)
class AuthoriseUser:
    """Audited before it is done. Idempotent. Raises AccountNotFound, NotAnEnterprise, InvalidFields, Unavailable."""

    accounts: Accounts
    audit: Audit
    clock: Clock

    def __call__(self, account_id: str, name: str, reason: AuthorisationReason, operator: Operator) -> Account:
        """Returns the account with all its authorised users."""
        name = required_line("name", name, LONGEST_NAME)
        account = self.accounts.get(account_id)
        now = self.clock.now()
        if account.kind_at(now) is not AccountKind.ENTERPRISE:
            raise NotAnEnterprise("An individual is the only end user; further ones are for enterprises' accounts.")
        self.audit(operator, "designated_user_authorised", account_id, reason)
        if account.end_users.allow(name):
            return account
        self.accounts.authorise_user(account_id, name, now)
        return self.accounts.get(account_id)
