"""Every call of an act failing before and after it took effect: the next attempt completes it, and once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from allmytracks.accounts.rules import AccountStatus, WrongCode
from allmytracks.accounts.rules_guardians import ConsentLinkInvalid, GuardianDecision
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.accounts.use_cases.change_password import Caller
from allmytracks.enforcement.rules_standings import MeasureKind
from allmytracks.enforcement.use_cases.take_measure import Measure
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.aws.tables import Table
from tests.factories.access_desk import FAULTS, PASSWORD, AccessDesk
from tests.faults.injector import Fault

pytestmark = [pytest.mark.dynamodb, pytest.mark.parametrize("fault", FAULTS, ids=str)]
ANOTHER = "Another5horse battery"
ADA = Operator("arn:ada", "192.0.2.7")


@pytest.fixture
def desk(accounts_table: Table, counters_table: Table) -> AccessDesk:
    return AccessDesk(accounts_table, counters_table)


def each_call(desk: AccessDesk, prepared: Callable[[str], Callable[[int], bool]]) -> Iterator[str]:
    """Does an act with its first call failing, then its second, until it has no such call; a new address each time."""
    for failing in range(30):
        email = f"ada{failing}@example.org"
        if not prepared(email)(failing):
            assert failing > 1, "no call of it failed"
            return
        yield email


def test_an_ordinary_sign_up_is_repaired_by_the_next_attempt(desk: AccessDesk, fault: Fault) -> None:
    def prepared(email: str) -> Callable[[int], bool]:
        return lambda failing: desk.until_done(lambda: desk.sign_up(desk.request(email)), fault, failing)

    for email in each_call(desk, prepared):
        desk.verify(email, desk.last_code(email), PASSWORD)
        owner = desk.addresses.get(email, desk.clock.now()).owner
        assert owner is not None
        assert desk.accounts.get(owner.account_id).status is AccountStatus.ACTIVE
        assert len(desk.accounts.acceptances(owner.account_id)) == 2
        assert desk.signs_in(owner.user_name, PASSWORD)


def test_a_proof_is_completed_by_the_next_attempt(desk: AccessDesk, fault: Fault) -> None:
    def prepared(email: str) -> Callable[[int], bool]:
        desk.sign_up(desk.request(email))
        code = desk.last_code(email)
        return lambda failing: desk.until_done(lambda: desk.verify(email, code, PASSWORD), fault, failing, WrongCode)

    for email in each_call(desk, prepared):
        owner = desk.addresses.get(email, desk.clock.now()).owner
        assert owner is not None
        assert desk.accounts.get(owner.account_id).status is AccountStatus.ACTIVE
        assert desk.signs_in(owner.user_name, PASSWORD)


def test_a_code_that_is_sent_again_proves_the_address(desk: AccessDesk, fault: Fault) -> None:
    def prepared(email: str) -> Callable[[int], bool]:
        desk.sign_up(desk.request(email))
        return lambda failing: desk.until_done(lambda: desk.send_code_again(email), fault, failing)

    for email in each_call(desk, prepared):
        desk.verify(email, desk.last_code(email), PASSWORD)
        assert desk.addresses.get(email, desk.clock.now()).owner is not None


@pytest.mark.clause("U-II.I")
def test_a_guardians_consent_is_applied_once(desk: AccessDesk, fault: Fault) -> None:
    def prepared(email: str) -> Callable[[int], bool]:
        guardian = f"guardian-of-{email}"
        desk.sign_up(desk.request(email, minor=True, guardian_email=guardian))
        desk.verify(email, desk.last_code(email), PASSWORD)
        [mail] = [each for each in desk.mail.sent if each.to == guardian]
        token = mail.text.split("token=")[1].split()[0]

        def act() -> object:
            return desk.answer(token, GuardianDecision.CONSENTED, "192.0.2.9")

        return lambda failing: desk.until_done(act, fault, failing, ConsentLinkInvalid)

    for email in each_call(desk, prepared):
        owner = desk.addresses.get(email, desk.clock.now()).owner
        assert owner is not None
        assert desk.accounts.get(owner.account_id).status is AccountStatus.ACTIVE


@pytest.mark.clause("U-II.II.2")
def test_a_freeze_by_the_member_ends_every_session_and_is_told_once(desk: AccessDesk, fault: Fault) -> None:
    def prepared(email: str) -> Callable[[int], bool]:
        desk.bus.published.clear()
        account_id, user_name = desk.member(email)
        desk.until_done(lambda: desk.ask_freeze(account_id), fault, 1)
        code = desk.last_code(email)
        return lambda failing: desk.until_done(lambda: desk.freeze(account_id, user_name, code), fault, failing)

    for email in each_call(desk, prepared):
        owner = desk.addresses.get(email, desk.clock.now()).owner
        assert owner is not None
        account = desk.accounts.get(owner.account_id)
        assert (account.status, account.sessions_ended_by) == (AccountStatus.FROZEN, "frozen")
        assert desk.users.users[owner.user_name].refresh_tokens == {}
        assert len(set(desk.bus.published)) == 1, "one event, one notice"


@pytest.mark.parametrize(
    ("there", "back", "frozen"),
    [
        (MeasureKind.FREEZE, MeasureKind.UNFREEZE, AccountStatus.FROZEN),
        (MeasureKind.BAN, MeasureKind.UNBAN, AccountStatus.BANNED),
    ],
)
def test_an_operators_measure_and_its_end_are_told_once(
    desk: AccessDesk, fault: Fault, there: MeasureKind, back: MeasureKind, frozen: AccountStatus
) -> None:
    def prepared(email: str) -> Callable[[int], bool]:
        account_id, _ = desk.member(email)
        desk.bus.published.clear()

        def act(failing: int) -> bool:
            against, taken_back = Measure(there, account_id, Reason.FRAUD), Measure(back, account_id, Reason.CLEARED)
            one = desk.until_done(lambda: desk.measure(against, ADA), fault, failing)
            assert desk.accounts.get(account_id).status is frozen
            desk.clock.advance(seconds=1)
            return desk.until_done(lambda: desk.measure(taken_back, ADA), fault, failing) or one

        return act

    for email in each_call(desk, prepared):
        owner = desk.addresses.get(email, desk.clock.now()).owner
        assert owner is not None
        assert desk.accounts.get(owner.account_id).status is AccountStatus.ACTIVE
        assert len(set(desk.bus.published)) == 2, "one notice of each"


def test_a_password_is_reset_by_one_code_and_no_session_stays(desk: AccessDesk, fault: Fault) -> None:
    def prepared(email: str) -> Callable[[int], bool]:
        desk.member(email)
        desk.until_done(lambda: desk.ask_reset(email), fault, 1)
        code = desk.last_code(email)
        desk.bus.published.clear()
        return lambda failing: desk.until_done(lambda: desk.reset(email, code, ANOTHER), fault, failing, WrongCode)

    for email in each_call(desk, prepared):
        owner = desk.addresses.get(email, desk.clock.now()).owner
        assert owner is not None
        assert desk.signs_in(owner.user_name, ANOTHER)
        assert desk.accounts.get(owner.account_id).sessions_ended_by == "password_reset"
        assert desk.bus.published
        with pytest.raises(WrongCode):
            desk.reset(email, desk.last_code(email), PASSWORD)


@pytest.mark.clause("U-II.III.2.3")
def test_a_changed_password_ends_every_other_session(desk: AccessDesk, fault: Fault) -> None:
    def prepared(email: str) -> Callable[[int], bool]:
        account_id, user_name = desk.member(email)
        caller = Caller(account_id, user_name, f"session of {email}")
        desk.bus.published.clear()
        return lambda failing: desk.until_done(lambda: desk.change(caller, PASSWORD, ANOTHER), fault, failing)

    for email in each_call(desk, prepared):
        owner = desk.addresses.get(email, desk.clock.now()).owner
        assert owner is not None
        assert desk.signs_in(owner.user_name, ANOTHER)
        account = desk.accounts.get(owner.account_id)
        assert (account.sessions_ended_by, account.kept_session) == ("password_changed", f"session of {email}")
        assert desk.bus.published


def test_all_sessions_end(desk: AccessDesk, fault: Fault) -> None:
    def prepared(email: str) -> Callable[[int], bool]:
        account_id, user_name = desk.member(email)
        desk.users.sign_in(user_name, PASSWORD)
        return lambda failing: desk.until_done(lambda: desk.end_sessions.all(account_id, user_name), fault, failing)

    for email in each_call(desk, prepared):
        owner = desk.addresses.get(email, desk.clock.now()).owner
        assert owner is not None
        assert desk.accounts.get(owner.account_id).sessions_ended_by == "signed_out"
        assert desk.users.users[owner.user_name].refresh_tokens == {}
