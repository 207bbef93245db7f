"""What an account may do in each of its states."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from allmytracks.accounts.ports import Tokens
from allmytracks.accounts.rules import AccountFrozen, AccountStatus, WrongCredentials
from allmytracks.accounts.rules_billing import Billing
from allmytracks.accounts.use_cases.keep_billing import KeepBilling
from allmytracks.accounts.use_cases.refresh_session import RefreshSession
from allmytracks.accounts.use_cases.sign_in import SignIn
from allmytracks.foundation.throttling.use_cases import Throttle
from tests.factories.instants import NOW
from tests.factories.risky_sign_ins import risk_check
from tests.factories.sign_up_world import HOME
from tests.fakes.accounts import (
    MemoryAccounts,
    MemoryAddresses,
    MemoryBillingParticulars,
    MemoryIdentity,
    MemorySessions,
    proved_member,
)
from tests.fakes.foundation import FixedClock, MemoryClientCounters

EMAIL, PASSWORD, CLIENT = "ada@example.org", "Correct4horse battery", HOME
ENDED = [AccountStatus.BANNED, AccountStatus.CLOSED]
STOPPED = [*ENDED, AccountStatus.FROZEN]
BILLING = Billing("Ada Ltd", ("Road 1",), "HK")


class Member:
    """One member with a session and particulars for invoices."""

    def __init__(self) -> None:
        self.identity, self.accounts, clock = MemoryIdentity(), MemoryAccounts(), FixedClock(NOW)
        addresses = MemoryAddresses(self.accounts)
        self.id = proved_member(self.identity, self.accounts, addresses, EMAIL, PASSWORD)
        sessions, throttle = MemorySessions(self.accounts), Throttle(MemoryClientCounters, clock)
        self.signing_in = SignIn(
            self.identity, self.accounts, addresses, sessions, risk_check(sessions, throttle, clock), throttle, clock
        )
        self.refresh = RefreshSession(self.identity, self.accounts, sessions, clock)
        self.particulars = MemoryBillingParticulars({self.id: BILLING})
        self.billing = KeepBilling(self.particulars, self.accounts)
        self.refresh_token = self.sign_in().refresh_token or ""

    def sign_in(self, password: str = PASSWORD) -> Tokens:
        return self.signing_in(EMAIL, password, CLIENT)

    def becomes(self, status: AccountStatus) -> None:
        self.accounts.stored[self.id] = replace(self.accounts.stored[self.id], status=status)


@pytest.fixture
def member() -> Member:
    return Member()


@pytest.mark.clause("M-V.2")
@pytest.mark.clause("U-II.II.2")
@pytest.mark.parametrize("status", STOPPED)
def test_banned_and_closed_accounts_are_refused_with_their_status_only_after_the_right_password(
    member: Member, status: AccountStatus
) -> None:
    member.becomes(status)
    with pytest.raises(WrongCredentials):
        member.sign_in("Wrong4horse battery")
    with pytest.raises(AccountFrozen) as refused:
        member.sign_in()
    assert refused.value.extra == {"account_status": status}
    for _ in range(10):  # a right password is no failure, however often it is refused for another reason
        with pytest.raises(AccountFrozen):
            member.sign_in()


@pytest.mark.clause("M-V.2")
@pytest.mark.clause("U-II.II.2")
@pytest.mark.parametrize("status", STOPPED)
def test_a_session_of_who_was_banned_or_closed_is_not_renewed(member: Member, status: AccountStatus) -> None:
    assert member.refresh(member.refresh_token).account_id == member.id
    member.becomes(status)
    with pytest.raises(AccountFrozen):
        member.refresh(member.refresh_token)


def test_a_session_without_an_account_has_ended(member: Member) -> None:
    del member.accounts.stored[member.id]
    with pytest.raises(WrongCredentials):
        member.refresh(member.refresh_token)


@pytest.mark.clause("M-V.2")
@pytest.mark.parametrize("status", [*ENDED, AccountStatus.FROZEN])
def test_an_account_that_was_stopped_changes_no_particulars(member: Member, status: AccountStatus) -> None:
    member.becomes(status)
    with pytest.raises(AccountFrozen):
        member.billing.put(member.id, replace(BILLING, name="Bob"))
    with pytest.raises(AccountFrozen):
        member.billing.remove(member.id)
    assert member.billing.get(member.id) == BILLING
