"""What becomes due on accounts: in both stores, and what is then done."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb_deadlines import DynamoDeadlines
from allmytracks.accounts.events import (
    AccountClosing,
    AccountSuspended,
    CorrectionDemanded,
    GuardianAsked,
    InactivityWarned,
    TextDemanded,
    TextTakenOff,
)
from allmytracks.accounts.ports_deadlines import Deadlines
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_deadlines import Deadline, DeadlineKind, Step
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.accounts.rules_states import (
    AccountRestricted,
    Act,
    StateConflict,
    StateEvent,
    require_may,
)
from allmytracks.closing.use_cases.end_unused_account import EndUnusedAccount
from allmytracks.closing.use_cases.end_waiting_for_guardian import EndWaitingForGuardian
from allmytracks.closing.use_cases.enforce_demand import EnforceDemand
from allmytracks.closing.use_cases.keep_deadlines import KeepDeadlines
from allmytracks.closing.use_cases.refuse_as_guardian import RefuseAsGuardian
from allmytracks.enforcement.rules_demands import NoSuchText, NothingDemanded
from allmytracks.enforcement.rules_reason_words import REASONS
from allmytracks.enforcement.rules_standings import MeasureKind
from allmytracks.enforcement.use_cases.demand_change import DemandChange
from allmytracks.enforcement.use_cases.record_use import RecordUse
from allmytracks.enforcement.use_cases.start_guardian_procedure import StartGuardianProcedure
from allmytracks.enforcement.use_cases.take_measure import Measure, TakeMeasure
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.errors import InvalidFields, Unavailable
from allmytracks.payments.events import AccountBanned
from tests.factories.closing_office import ADA, EMAIL, Fallible, Office
from tests.factories.entities import filled
from tests.factories.instants import NOW
from tests.factories.memberships import period
from tests.factories.sign_up_world import HOME, PASSWORD, REQUEST
from tests.fakes.accounts import MemoryDeadlines
from tests.fakes.foundation import CountedIds
from tests.faults.injector import FallibleCalls, Fault, Killed, Kind, Moment, no_faults

STORES = ["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)]
DAY = timedelta(days=1)
MINOR = replace(REQUEST, email="kid@example.org", minor=True, guardian_email="guardian@example.org")


@pytest.fixture(params=STORES)
def deadlines(request: pytest.FixtureRequest) -> Deadlines:
    return (
        MemoryDeadlines() if request.param == "memory" else DynamoDeadlines(request.getfixturevalue("accounts_table"))
    )


def test_no_field_of_a_deadline_is_forgotten(deadlines: Deadlines) -> None:
    every_field = filled(Deadline)
    deadlines.put(every_field)
    assert deadlines.get(every_field.account_id, every_field.kind, every_field.reference) == every_field


def test_what_is_due_is_listed_earliest_first_until_it_is_removed(deadlines: Deadlines) -> None:
    made = [Deadline(f"acc-{n}", DeadlineKind.INACTIVITY, NOW + n * DAY, step=Step.WARN) for n in range(4)]
    texts = [Deadline("acc-0", DeadlineKind.TEXT, NOW, reference) for reference in ("nickname", "profile")]
    for each in (*reversed(made), *texts):
        deadlines.put(each)
    assert list(deadlines.due(NOW + 2 * DAY)) == [made[0], *texts, *made[1:3]]
    assert list(deadlines.due(NOW - timedelta(milliseconds=1))) == []
    moved = replace(made[0], at=NOW + 9 * DAY)
    deadlines.put(moved)
    assert not deadlines.remove(made[0])
    for _ in range(2):
        assert deadlines.remove(texts[0])
    assert list(deadlines.due(NOW)) == [texts[1]]
    assert deadlines.get("acc-0", DeadlineKind.INACTIVITY) == moved
    assert deadlines.get("acc-9", DeadlineKind.INACTIVITY) is None


class Year(Office):
    """The office of closings, and the worker that does what is due."""

    def __init__(self) -> None:
        super().__init__()
        world = self.world
        self.faulty = FallibleCalls()
        standings, events = Fallible(self.standings, self.faulty), Fallible(self.events, self.faulty)
        self.deadlines = world.deadlines
        self.use = RecordUse(world.accounts, self.standings, self.deadlines, world.clock)
        audit = Audit(self.log, world.clock, CountedIds())
        self.start = StartGuardianProcedure(
            accounts=world.accounts,
            standings=self.standings,
            guardian_consents=world.consents,
            deadlines=self.deadlines,
            mailer=world.mailer,
            events=self.events,
            audit=audit,
            clock=world.clock,
            ids=CountedIds(),
            site_url="https://site.example",
        )
        self.measure = TakeMeasure(world.accounts, self.standings, self.events, audit, world.clock)
        self.refuse = RefuseAsGuardian(world.answer, self.decide)
        unused = EndUnusedAccount(world.accounts, self.blocks_of, standings, self.decide, events, world.clock)
        self.demand = DemandChange(world.accounts, self.standings, self.deadlines, self.events, audit, world.clock)
        demand = EnforceDemand(world.accounts, standings, events)
        self.keep = KeepDeadlines(
            Fallible(self.deadlines, self.faulty),
            {
                DeadlineKind.GUARDIAN: EndWaitingForGuardian(world.accounts, self.decide),
                DeadlineKind.INACTIVITY: unused,
                DeadlineKind.CORRECTION: demand,
                DeadlineKind.TEXT: demand,
            },
            world.clock,
        )

    def run_until(self, at: datetime) -> None:
        """Runs once a day until then, as the schedule does every hour."""
        while self.clock.at < at:
            self.clock.at = min(self.clock.at + DAY, at)
            self.keep()

    def told(self) -> list[str]:
        return [type(each).__name__ for each in self.events.published]

    def sign_in(self) -> None:
        self.use(self.world.sign_in(EMAIL, PASSWORD, HOME).account_id)


@pytest.fixture
def year() -> Year:
    return Year()


@pytest.mark.clause("S-6.1")
def test_an_unused_account_is_warned_then_suspended_then_closed(year: Year) -> None:
    year.run_until(NOW + 335 * DAY - timedelta(seconds=1))
    assert year.told() == []
    year.run_until(NOW + 336 * DAY)
    [warned] = year.events.published
    assert isinstance(warned, InactivityWarned)
    year.run_until(NOW + 364 * DAY)
    assert year.status() is AccountStatus.ACTIVE
    year.run_until(NOW + 367 * DAY)
    assert year.status() is AccountStatus.SUSPENDED
    assert year.told() == ["InactivityWarned", "AccountSuspended"]
    year.run_until(NOW + 390 * DAY)
    assert year.status() is AccountStatus.SUSPENDED
    year.run_until(NOW + 399 * DAY)
    assert year.status() is AccountStatus.CLOSING
    closing = year.events.published[-1]
    assert isinstance(closing, AccountClosing)
    assert closing.reason == "inactivity"
    year.deliver(closing)
    year.run_until(NOW + 800 * DAY)
    assert year.told().count("AccountClosing") == 1
    assert year.deadlines.stored == {}


@pytest.mark.clause("S-6.1")
@pytest.mark.parametrize("days", [100, 340, 370])
def test_a_sign_in_before_the_closing_starts_the_year_anew(year: Year, days: int) -> None:
    year.run_until(NOW + days * DAY)
    used = year.clock.now()
    year.sign_in()
    assert year.status() is AccountStatus.ACTIVE
    assert year.accounts.get(year.account_id).suspended_for is None
    before = len(year.told())
    year.run_until(used + 334 * DAY)
    assert year.status() is AccountStatus.ACTIVE
    assert len(year.told()) == before
    year.run_until(used + 336 * DAY)
    assert year.told()[before:] == ["InactivityWarned"]


@pytest.mark.clause("S-6.1")
def test_a_paid_service_that_runs_blocks_it(year: Year) -> None:
    year.memberships.paid[year.account_id] = (period(starts_at=NOW, days=500),)
    year.run_until(NOW + 499 * DAY)
    assert year.told() == []
    year.run_until(NOW + 502 * DAY)
    assert year.told() == ["InactivityWarned"]


@pytest.mark.clause("S-6.1", "S-6.1.close")
def test_a_sign_in_lifts_no_operators_suspension(year: Year) -> None:
    year.run_until(NOW + 370 * DAY)
    year.measure(Measure(MeasureKind.SUSPEND, year.account_id, Reason.ILLEGAL_USE), ADA)
    year.sign_in()
    account = year.accounts.get(year.account_id)
    assert (account.status, account.suspended_for) == (AccountStatus.SUSPENDED, "illegal_use")
    year.run_until(NOW + 900 * DAY)
    assert year.status() is AccountStatus.SUSPENDED


@pytest.mark.clause("S-6.1")
def test_a_use_while_it_is_being_suspended_is_not_lost(year: Year) -> None:
    year.run_until(NOW + 364 * DAY)
    year.accounts.use(year.account_id, year.clock.now())
    year.standings.move(year.account_id, StateEvent.SUSPEND, Reason.INACTIVITY)
    year.run_until(NOW + 370 * DAY)
    assert year.status() is AccountStatus.ACTIVE


@pytest.mark.clause("S-6.1")
def test_a_use_is_written_once_a_day_and_makes_a_missing_deadline(year: Year) -> None:
    del year.deadlines.stored[year.account_id, DeadlineKind.INACTIVITY, ""]
    year.sign_in()
    first = year.clock.now()
    assert year.deadlines.get(year.account_id, DeadlineKind.INACTIVITY) is not None
    year.clock.advance(hours=23)
    year.sign_in()
    assert year.accounts.get(year.account_id).last_used_at == first
    year.clock.advance(hours=1)
    year.sign_in()
    assert year.accounts.get(year.account_id).last_used_at == year.clock.now()


def _crashes() -> list[tuple[int, Fault]]:
    kinds = (Kind.KILLED, Kind.TIMED_OUT)
    return [(step, Fault(kind, moment)) for step in range(12) for kind in kinds for moment in Moment]


@pytest.mark.clause("S-6.1")
@pytest.mark.parametrize(("step", "fault"), _crashes(), ids=str)
def test_a_crash_at_any_point_is_repaired_by_the_next_run(year: Year, step: int, fault: Fault) -> None:
    """The calls are those of all runs: listing, reading, the act, its event, the next deadline."""
    calls = 0

    def at_step(_number: int, name: str) -> Fault | None:
        nonlocal calls
        if name == "due":
            return None
        calls += 1
        return fault if calls == step + 1 else None

    year.faulty.expect(at_step)
    while year.status() is not AccountStatus.CLOSING and year.clock.at < NOW + 500 * DAY:
        year.clock.advance(days=1)
        try:
            year.keep()
        except (Killed, Unavailable):
            year.faulty.expect(no_faults)
    assert year.status() is AccountStatus.CLOSING
    kinds = (InactivityWarned, AccountSuspended, AccountClosing)
    for kind in kinds:  # repeated with the same instant: one notice
        assert len({each.at for each in year.events.published if isinstance(each, kind)}) == 1


def test_one_account_that_cannot_be_looked_at_does_not_block_the_others(year: Year) -> None:
    year.world.verify("bob@example.org", _signed_up(year, "bob@example.org"))
    moves: list[str] = []

    def refuse(deadline: Deadline) -> Deadline | None:
        moves.append(deadline.account_id)
        if deadline.account_id == year.account_id:
            raise StateConflict("It moved.")
        return None

    year.clock.at = NOW + 400 * DAY
    keep = KeepDeadlines(year.deadlines, {DeadlineKind.INACTIVITY: refuse}, year.clock)
    with pytest.raises(Unavailable):
        keep()
    assert len(moves) == 2
    assert [each.account_id for each in year.deadlines.due(year.clock.now())] == [year.account_id]


def _signed_up(year: Year, email: str) -> str:
    year.world.sign_up(replace(REQUEST, email=email))
    return year.world.code(email)


@pytest.mark.clause("U-II.I", "P-minors.contact")
def test_a_minor_whose_guardian_does_not_answer_is_closed_with_the_data(year: Year) -> None:
    signed_up = year.clock.now()
    account_id = year.world.sign_up(MINOR).account_id
    year.world.verify("kid@example.org", year.world.code("kid@example.org"))
    year.run_until(signed_up + 10 * DAY)
    year.world.ask_guardian(account_id)  # another link, another fourteen days
    year.run_until(signed_up + 24 * DAY - timedelta(seconds=1))
    assert year.accounts.get(account_id).status is AccountStatus.AWAITING_GUARDIAN
    year.run_until(signed_up + 25 * DAY)
    assert year.accounts.get(account_id).status is AccountStatus.CLOSING
    told = year.events.published[-1]
    assert isinstance(told, AccountClosing)
    assert told.reason == "lack_of_capacity"
    year.deliver(told)
    assert year.accounts.get(account_id).status is AccountStatus.CLOSED


@pytest.mark.clause("P-minors.contact", "U-II.I")
def test_an_operator_has_a_minors_guardian_asked_and_the_account_waits(year: Year) -> None:
    for _ in range(2):
        assert year.start(year.account_id, "Guardian@example.org", ADA) is AccountStatus.AWAITING_GUARDIAN
    account = year.accounts.get(year.account_id)
    assert (account.minor, account.guardian_email) == (True, "guardian@example.org")
    assert year.standings.standings[year.account_id] == "awaiting_guardian"
    assert [(act.name, act.reason) for act in year.log.acts] == [("guardian_asked", "lack_of_capacity")] * 2
    assert [isinstance(each, GuardianAsked) for each in year.events.published] == [True, True]
    mails = [mail for mail in year.world.mailer.sent if mail.to == "guardian@example.org"]
    assert len(mails) == 2
    token = mails[0].text.split("token=")[1].split()[0]
    year.world.consent(token)
    assert year.status() is AccountStatus.ACTIVE
    assert year.standings.standings[year.account_id] == "active"
    year.run_until(year.clock.now() + 20 * DAY)
    assert year.status() is AccountStatus.ACTIVE


@pytest.mark.clause("P-minors.contact")
def test_the_guardian_is_not_the_member_and_only_an_active_account_begins_to_wait(year: Year) -> None:
    with pytest.raises(InvalidFields):
        year.start(year.account_id, EMAIL, ADA)
    year.standings.ban(year.account_id, NOW)
    with pytest.raises(StateConflict):
        year.start(year.account_id, "guardian@example.org", ADA)


@pytest.mark.clause("P-minors")
@pytest.mark.parametrize("proved", [True, False])
def test_a_guardian_who_refuses_has_the_minors_data_deleted(year: Year, proved: bool) -> None:  # noqa: FBT001 - a parameter of the test
    account_id = year.world.sign_up(MINOR).account_id
    if proved:
        year.world.verify("kid@example.org", year.world.code("kid@example.org"))
    [mail] = [mail for mail in year.world.mailer.sent if mail.to == "guardian@example.org"]
    token = mail.text.split("token=")[1].split()[0]
    for _ in range(2):  # the first may have crashed after its write
        year.refuse(token, "192.0.2.44")
    told = [each for each in year.events.published if isinstance(each, AccountClosing)]
    assert {(each.account_id, each.reason) for each in told} == {(account_id, "guardian_request")}
    year.deliver(told[0])
    assert year.accounts.get(account_id).status is AccountStatus.CLOSED
    assert [each.decision for each in year.world.guardian_answers.all(account_id)] == ["refused"]


@pytest.mark.clause("U-II.truth")
def test_untrue_data_restrict_until_an_operator_accepts_the_correction(year: Year) -> None:
    until = year.clock.now() + 10 * DAY
    for _ in range(2):
        year.demand.correction(year.account_id, ["country", "display_name"], until, ADA)
    told = year.events.published[-1]
    assert isinstance(told, CorrectionDemanded)
    assert told.fields == "country, display_name"
    year.clock.advance(days=9)
    account, restriction = year.accounts.get(year.account_id), year.standings.restriction(year.account_id)
    require_may(account, Act.PARTICULARS, restriction, year.clock.now())
    with pytest.raises(AccountRestricted):
        require_may(account, Act.DOWNLOAD, restriction, year.clock.now())
    year.demand.accept(year.account_id, ADA)
    assert year.standings.restriction(year.account_id) is None
    year.run_until(until + 5 * DAY)
    assert year.status() is AccountStatus.ACTIVE
    acts = [(act.name, act.reason) for act in year.log.acts]
    assert acts == [("correction_demanded", "untrue_data")] * 2 + [("correction_accepted", "cleared")]
    with pytest.raises(NothingDemanded):
        year.demand.accept(year.account_id, ADA)


@pytest.mark.clause("U-II.truth", "S-6.1.close")
def test_data_not_corrected_in_time_suspend_and_can_close_the_account(year: Year) -> None:
    until = year.clock.now() + 10 * DAY
    year.demand.correction(year.account_id, ["country"], until, ADA)
    year.run_until(until + timedelta(hours=1))
    account = year.accounts.get(year.account_id)
    assert (account.status, account.suspended_for) == (AccountStatus.SUSPENDED, "untrue_data")
    assert year.told() == ["CorrectionDemanded", "AccountSuspended"]
    year.sign_in()
    assert year.status() is AccountStatus.SUSPENDED
    year.decide.close(year.account_id, Reason.UNTRUE_DATA, ADA)
    assert year.status() is AccountStatus.CLOSING


@pytest.mark.clause("U-II.truth")
def test_a_correction_accepted_late_reinstates(year: Year) -> None:
    until = year.clock.now() + 10 * DAY
    year.demand.correction(year.account_id, ["country"], until, ADA)
    year.run_until(until + DAY)
    year.demand.accept(year.account_id, ADA)
    assert year.status() is AccountStatus.ACTIVE
    assert year.standings.restriction(year.account_id) is None


@pytest.mark.clause("U-II.IV.3")
def test_a_text_is_taken_off_and_the_member_told_which_and_why(year: Year) -> None:
    year.accounts.change_particulars(year.account_id, {"nickname": "Rude one", "profile": "Mine"}, None)
    year.demand.take_off(year.account_id, "nickname", Reason.BREACH_OF_RULES, ADA)
    account = year.accounts.get(year.account_id)
    assert (account.nickname, account.profile) == (None, "Mine")
    told = year.events.published[-1]
    assert isinstance(told, TextTakenOff)
    assert (told.fields, told.text, told.reason) == ("nickname", "Rude one", "breach_of_rules")
    with pytest.raises(NoSuchText):
        year.demand.take_off(year.account_id, "nickname", Reason.BREACH_OF_RULES, ADA)
    for field in ("email", "country"):
        with pytest.raises(InvalidFields):
            year.demand.take_off(year.account_id, field, Reason.BREACH_OF_RULES, ADA)


@pytest.mark.clause("U-II.IV.3")
@pytest.mark.parametrize(
    ("text", "after"),
    [("Rude one", AccountStatus.SUSPENDED), ("Kind one", AccountStatus.ACTIVE), (None, AccountStatus.ACTIVE)],
)
def test_a_text_that_is_the_same_at_its_day_suspends(year: Year, text: str | None, after: AccountStatus) -> None:
    year.accounts.change_particulars(year.account_id, {"nickname": "Rude one"}, None)
    until = year.clock.now() + 7 * DAY
    year.demand.text(year.account_id, "nickname", Reason.BREACH_OF_RULES, until, ADA)
    told = year.events.published[-1]
    assert isinstance(told, TextDemanded)
    assert (told.fields, told.text) == ("nickname", "Rude one")
    year.accounts.change_particulars(year.account_id, {"nickname": text}, None)
    year.run_until(until - timedelta(seconds=1))
    assert year.status() is AccountStatus.ACTIVE
    year.run_until(until + DAY)
    assert year.status() is after
    if after is AccountStatus.SUSPENDED:
        assert year.accounts.get(year.account_id).suspended_for == "breach_of_rules"


@pytest.mark.clause("S-6.1.close")
@pytest.mark.parametrize(
    "reason", [Reason.UNTRUE_DATA, Reason.LACK_OF_CAPACITY, Reason.ILLEGAL_USE, Reason.AUTHORITY_ORDER]
)
@pytest.mark.parametrize("kind", [MeasureKind.SUSPEND, MeasureKind.BAN])
def test_each_ground_has_its_reason_code_and_words(year: Year, reason: Reason, kind: MeasureKind) -> None:
    year.measure(Measure(kind, year.account_id, reason), ADA)
    told = year.events.published[-1]
    assert isinstance(told, AccountSuspended | AccountBanned)
    assert (told.reason, [act.reason for act in year.log.acts]) == (reason, [reason])
    year.decide.close(year.account_id, reason, ADA)
    closing = year.events.published[-1]
    assert isinstance(closing, AccountClosing)
    assert closing.reason == reason
    year.deliver(closing)
    assert REASONS[reason] in year.world.mailer.sent[-1].text


@pytest.mark.clause("U-II.truth")
def test_a_demand_names_what_a_member_states_and_a_day_to_come(year: Year) -> None:
    later = year.clock.now() + DAY
    for fields, until in (([], later), (["email"], later), (["country"], year.clock.now())):
        with pytest.raises(InvalidFields):
            year.demand.correction(year.account_id, fields, until, ADA)
    assert year.log.acts == []
