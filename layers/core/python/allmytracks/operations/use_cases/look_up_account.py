"""An operator looks an account up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts.ports import AccountFilter, Accounts, Addresses, Restrictions
from allmytracks.accounts.rules import Acceptance, Account, AccountNotFound
from allmytracks.accounts.rules_addresses import normal_email
from allmytracks.accounts.rules_consents import Consent
from allmytracks.accounts.rules_states import Restriction
from allmytracks.downloads.rules_allowance import Allowance
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.paging import Page
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.memberships.use_cases.get_membership import Membership
from allmytracks.notices.ports_delivery import MailFailures
from allmytracks.notices.rules_delivery import MailFailure
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.ports import Orders


class AccountFile(Struct, frozen=True):
    """What an operator sees of an account; its orders newest first."""

    account: Account
    acceptances: Sequence[Acceptance]
    orders: Sequence[Order]
    membership: Membership
    allowance: Allowance
    restriction: Restriction | None
    mail_failure: MailFailure | None
    consents: Sequence[Consent]


@dataclass(frozen=True)
class LookUpAccount:
    """By id, or by address. Raises AccountNotFound."""

    accounts: Accounts
    addresses: Addresses
    orders: Orders
    membership: Callable[[str], Membership]
    allowance: Callable[[str], Allowance]
    restrictions: Restrictions
    mail_failures: MailFailures
    consents: Callable[[str], Sequence[Consent]]
    audit: Audit
    clock: Clock

    def __call__(self, account_id: str, operator: Operator) -> AccountFile:
        self.audit(operator, "account_looked_up", account_id)
        return AccountFile(
            account=self.accounts.get(account_id),
            acceptances=self.accounts.acceptances(account_id),
            orders=self.orders.all(account_id),
            membership=self.membership(account_id),
            allowance=self.allowance(account_id),
            restriction=self.restrictions.restriction(account_id),
            mail_failure=self.mail_failures.get(account_id),
            consents=self.consents(account_id),
        )

    def page(self, wanted: AccountFilter, operator: Operator, *, limit: int, cursor: str | None) -> Page[Account]:
        """Some of the matching accounts. Raises InvalidFields (cursor)."""
        self.audit(operator, "accounts_listed", wanted.status or "all")
        return self.accounts.page(wanted, limit=limit, cursor=cursor)

    def by_email(self, email: str, operator: Operator) -> AccountFile:
        """As by id; also raises InvalidFields. The audit record names the account, never the address."""
        known = self.addresses.get(normal_email("email", email), self.clock.now())
        found = known.owner or next(iter(known.pending), None)
        if found is None:
            self.audit(operator, "account_looked_up", "none")
            raise AccountNotFound("No account has this address.")
        return self(found.account_id, operator)
