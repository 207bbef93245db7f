"""In-memory fakes: enforcement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from allmytracks.accounts.rules import Account, AccountStatus
from allmytracks.accounts.rules_deadlines import DeadlineKind
from allmytracks.accounts.rules_guardians import GuardianAnswer, GuardianDecision
from allmytracks.accounts.rules_states import Restriction, StateEvent, can, moved
from allmytracks.enforcement.dynamodb_cases import _start, decided
from allmytracks.enforcement.dynamodb_guardians import event_of
from allmytracks.enforcement.dynamodb_standings import ENDED, WITH_AN_INSTANT, _whole_seconds, standing_for
from allmytracks.enforcement.rules_cases import Case, CaseNotFound, CaseStatus, Decision
from allmytracks.enforcement.rules_sightings import Watched
from allmytracks.enforcement.rules_standings import CannotBeBanned, CannotBeFrozen, NotBanned, NotFrozen
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import Page, make_cursor
from tests.fakes.accounts import MemoryAccounts, MemoryAddresses, MemoryDeadlines, MemoryGuardianConsents


@dataclass
class MemoryWatchRecords:
    """In-memory sightings."""

    stored: dict[str, Watched] = field(default_factory=dict)

    def get(self, account_id: str) -> Watched:
        return self.stored.get(account_id, Watched())

    def put(self, account_id: str, watched: Watched, now: datetime) -> bool:  # noqa: ARG002 - nothing expires here
        if self.get(account_id).revision != watched.revision:
            return False
        self.stored[account_id] = replace(watched, revision=watched.revision + 1)
        return True


@dataclass
class MemoryStandings:
    """Standings in memory; bans move the `accounts`."""

    accounts: MemoryAccounts
    restrictions: dict[str, Restriction] = field(default_factory=dict)
    lifted: dict[str, datetime] = field(default_factory=dict)
    standings: dict[str, str] = field(default_factory=dict)
    before: dict[str, tuple[AccountStatus, datetime]] = field(default_factory=dict)
    frozen: dict[str, tuple[AccountStatus, datetime]] = field(default_factory=dict)
    unfrozen: dict[str, datetime] = field(default_factory=dict)
    unbanned: dict[str, datetime] = field(default_factory=dict)
    before_closing: dict[str, AccountStatus] = field(default_factory=dict)
    measures: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def measured(self, account_id: str, measure: str, at: datetime, *, again: bool) -> datetime:
        known, since = self.measures.get(account_id, ("", at))
        if not (again and known == measure):
            self.measures[account_id] = (measure, at)
            return at
        return since

    def restriction(self, account_id: str) -> Restriction | None:
        return self.restrictions.get(account_id)

    def restrict_by_rule(self, account_id: str, restriction: Restriction, *, seen_at: datetime) -> bool:
        new = _whole_seconds(restriction)
        current, lifted = self.restrictions.get(account_id), self.lifted.get(account_id)
        if (lifted and lifted >= seen_at) or (current and current != new and current.until >= new.until):
            return False
        self.restrictions[account_id] = new
        return True

    def restrict(self, account_id: str, restriction: Restriction) -> None:
        self.restrictions[account_id] = _whole_seconds(restriction)

    def lift(self, account_id: str, at: datetime) -> None:
        self.restrictions.pop(account_id, None)
        self.lifted[account_id] = at

    def ban(self, account_id: str, at: datetime) -> datetime:
        status = self.accounts.get(account_id).status
        if status is not AccountStatus.BANNED and not can(status, StateEvent.BAN):
            raise CannotBeBanned(f"This account is {status}.")
        if status is not AccountStatus.BANNED:
            self.before[account_id] = (status, at)
            self._move(account_id, AccountStatus.BANNED)
        return self.before.get(account_id, (status, at))[1]

    def freeze(self, account_id: str, at: datetime) -> datetime:
        account = self.accounts.get(account_id)
        if account.status is not AccountStatus.FROZEN and not can(account.status, StateEvent.FREEZE):
            raise CannotBeFrozen("This account is banned or closed.")
        if account.status is not AccountStatus.FROZEN:
            self.frozen[account_id] = (account.status, at)
            self._move(account_id, AccountStatus.FROZEN)
            ended = replace(
                self.accounts.get(account_id), sessions_from=at, sessions_ended_by="frozen", kept_session=None
            )
            self.accounts.stored[account_id] = ended
        return self.frozen.get(account_id, (account.status, at))[1]

    def unfreeze(self, account_id: str, at: datetime) -> datetime:
        status = self.accounts.get(account_id).status
        if status is not AccountStatus.FROZEN:
            if account_id not in self.unfrozen or status in ENDED:
                raise NotFrozen("This account is not frozen.")
            return self.unfrozen[account_id]
        before, _ = self.frozen.pop(account_id, (AccountStatus.ACTIVE, None))
        self._move(account_id, before)
        self.unfrozen[account_id] = at
        return at

    def unban(self, account_id: str, at: datetime) -> datetime:
        status = self.accounts.get(account_id).status
        if status is not AccountStatus.BANNED:
            if account_id not in self.unbanned or status in ENDED:
                raise NotBanned("This account is not banned.")
            return self.unbanned[account_id]
        before, _ = self.before.pop(account_id, (AccountStatus.ACTIVE, None))
        self._move(account_id, before)
        self.unbanned[account_id] = at
        return at

    def await_guardian(self, account_id: str, guardian_email: str) -> None:
        status = self.accounts.get(account_id).status
        waits = status is AccountStatus.AWAITING_GUARDIAN
        self._move(account_id, status if waits else moved(status, StateEvent.GUARDIAN_ASKED, status))
        account = self.accounts.get(account_id)
        self.accounts.stored[account_id] = replace(account, minor=True, guardian_email=guardian_email)

    def move(self, account_id: str, event: StateEvent, reason: str | None = None) -> AccountStatus:
        if event in WITH_AN_INSTANT:
            raise ValueError(f"{event} has its own instant, and its own method")
        status = self.accounts.get(account_id).status
        to = moved(status, event, self.before_closing.get(account_id, AccountStatus.ACTIVE))
        if to is AccountStatus.CLOSING:
            self.before_closing[account_id] = status
        self._move(account_id, to)
        if event in {StateEvent.SUSPEND, StateEvent.REINSTATE}:
            account = self.accounts.get(account_id)
            self.accounts.stored[account_id] = replace(account, suspended_for=reason)
        return to

    def _move(self, account_id: str, to: AccountStatus) -> None:
        self.accounts.stored[account_id] = replace(self.accounts.get(account_id), status=to)
        self.standings[account_id] = standing_for(to)


@dataclass
class MemoryGuardianAnswers:
    """Guardians' answers in memory; each moves the account and uses the link."""

    consents: MemoryGuardianConsents
    addresses: MemoryAddresses
    standings: MemoryStandings
    deadlines: MemoryDeadlines
    given: list[GuardianAnswer] = field(default_factory=list)

    def give(self, token: str, account: Account, answer: GuardianAnswer, *, proved: bool) -> bool:
        accounts, refuses = self.addresses.accounts, answer.decision is GuardianDecision.REFUSED
        owner = self.addresses.owners.get(account.email)
        is_proved = owner is not None and owner.account_id == account.id
        waits = accounts.get(account.id).status is AccountStatus.AWAITING_GUARDIAN
        if not self.consents.use(token, refuses=refuses, only_if=waits and (refuses or proved == is_proved)):
            return False
        to = moved(AccountStatus.AWAITING_GUARDIAN, event_of(answer.decision, proved=proved), AccountStatus.ACTIVE)
        if refuses:
            self.standings.before_closing[account.id] = AccountStatus.AWAITING_GUARDIAN
        self.standings._move(account.id, to)
        accounts.activate(account.id, answer.at)
        self.given.append(answer)
        self.deadlines.stored.pop((account.id, DeadlineKind.GUARDIAN, ""), None)
        return True

    def all(self, account_id: str) -> Sequence[GuardianAnswer]:
        return [each for each in self.given if each.account_id == account_id]


@dataclass
class MemoryCases:
    """Cases in memory."""

    stored: dict[str, Case] = field(default_factory=dict)

    def open(self, case: Case) -> None:
        known = self.stored.setdefault(case.id, case)
        if known.decision is None:
            self.stored[case.id] = replace(known, evidence=case.evidence)

    def get(self, case_id: str) -> Case:
        if case_id not in self.stored:
            raise CaseNotFound("There is no such case.")
        return self.stored[case_id]

    def page(self, status: CaseStatus, *, limit: int, cursor: str | None) -> Page[Case]:
        before = _start(status, cursor)["timeline_at"]["S"] if cursor else None
        places = {f"{rfc3339(each.opened_at)}#{each.id}": each for each in self.stored.values()}
        wanted = sorted(
            (place for place, each in places.items() if each.status is status and (not before or place < before)),
            reverse=True,
        )
        shown = wanted[:limit]
        more = len(wanted) > limit
        return Page([places[place] for place in shown], make_cursor(shown[-1], places[shown[-1]].id) if more else None)

    def close(self, case_id: str, decision: Decision) -> Case:
        case = self.get(case_id)
        if case.decision is None:
            case = self.stored[case_id] = replace(case, decision=decision)
        return decided(case, decision)
