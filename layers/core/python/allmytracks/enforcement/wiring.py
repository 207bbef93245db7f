"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.enforcement.ports_cases import Cases
    from allmytracks.enforcement.ports_guardians import GuardianAnswers
    from allmytracks.enforcement.ports_standings import Standings
    from allmytracks.enforcement.ports_watch_records import WatchRecords
    from allmytracks.enforcement.use_cases.answer_as_guardian import AnswerAsGuardian
    from allmytracks.enforcement.use_cases.decide_case import DecideCase
    from allmytracks.enforcement.use_cases.demand_change import DemandChange
    from allmytracks.enforcement.use_cases.freeze_account import AskFreezeCode, FreezeAccount
    from allmytracks.enforcement.use_cases.record_use import RecordUse
    from allmytracks.enforcement.use_cases.start_guardian_procedure import StartGuardianProcedure
    from allmytracks.enforcement.use_cases.take_measure import TakeMeasure
    from allmytracks.enforcement.use_cases.watch_downloads import WatchDownloads
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.publishing.wiring import PublishingServices


class EnforcementServices:
    """Anti-fraud: cases, restrictions, watching of downloads."""

    def __init__(
        self, foundation: FoundationServices, publishing: PublishingServices, accounts: AccountServices
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._accounts = accounts

    @cached_property
    def cases(self) -> Cases:
        from allmytracks.enforcement.dynamodb_cases import DynamoCases

        return DynamoCases(self._foundation.accounts_table)

    @cached_property
    def standings(self) -> Standings:
        from allmytracks.enforcement.dynamodb_standings import DynamoStandings

        return DynamoStandings(self._foundation.counters_table, self._foundation.accounts_table)

    @cached_property
    def watch_records(self) -> WatchRecords:
        from allmytracks.enforcement.dynamodb_watch_records import DynamoWatchRecords

        return DynamoWatchRecords(self._foundation.counters_table)

    @cached_property
    def watch_downloads(self) -> WatchDownloads | None:
        """None where anti-fraud is switched off."""
        from allmytracks.enforcement.use_cases.watch_downloads import WatchDownloads

        if not self._foundation.settings.anti_fraud:
            return None
        return WatchDownloads(
            records=self.watch_records,
            standings=self.standings,
            cases=self.cases,
            events=self._foundation.events,
            publications=self._publishing.publications,
            clock=self._foundation.clock,
        )

    @cached_property
    def ask_freeze_code(self) -> AskFreezeCode:
        from allmytracks.enforcement.use_cases.freeze_account import AskFreezeCode

        return AskFreezeCode(
            accounts=self._accounts.repository,
            codes=self._accounts.codes,
            mailer=self._foundation.mailer,
            throttle=self._foundation.throttle,
            clock=self._foundation.clock,
            ids=self._foundation.ids,
        )

    @cached_property
    def freeze_account(self) -> FreezeAccount:
        from allmytracks.enforcement.use_cases.freeze_account import FreezeAccount

        return FreezeAccount(
            accounts=self._accounts.repository,
            standings=self.standings,
            identity=self._accounts.identity,
            codes=self._accounts.codes,
            events=self._foundation.events,
            throttle=self._foundation.throttle,
            clock=self._foundation.clock,
        )

    @cached_property
    def guardian_answers(self) -> GuardianAnswers:
        from allmytracks.enforcement.dynamodb_guardians import DynamoGuardianAnswers

        return DynamoGuardianAnswers(self._foundation.counters_table, self._foundation.accounts_table)

    @cached_property
    def answer_as_guardian(self) -> AnswerAsGuardian:
        from allmytracks.enforcement.use_cases.answer_as_guardian import AnswerAsGuardian

        return AnswerAsGuardian(
            guardian_consents=self._accounts.guardian_consents,
            answers=self.guardian_answers,
            accounts=self._accounts.repository,
            addresses=self._accounts.addresses,
            publications=self._publishing.publications,
            clock=self._foundation.clock,
        )

    @cached_property
    def start_guardian_procedure(self) -> StartGuardianProcedure:
        from allmytracks.enforcement.use_cases.start_guardian_procedure import StartGuardianProcedure

        return StartGuardianProcedure(
            accounts=self._accounts.repository,
            standings=self.standings,
            guardian_consents=self._accounts.guardian_consents,
            deadlines=self._accounts.deadlines,
            mailer=self._foundation.mailer,
            events=self._foundation.events,
            audit=self._foundation.audit,
            clock=self._foundation.clock,
            ids=self._foundation.ids,
            site_url=self._foundation.settings.site_url,
        )

    @cached_property
    def demand(self) -> DemandChange:
        from allmytracks.enforcement.use_cases.demand_change import DemandChange

        return DemandChange(
            accounts=self._accounts.repository,
            standings=self.standings,
            deadlines=self._accounts.deadlines,
            events=self._foundation.events,
            audit=self._foundation.audit,
            clock=self._foundation.clock,
        )

    @cached_property
    def record_use(self) -> RecordUse:
        from allmytracks.enforcement.use_cases.record_use import RecordUse

        return RecordUse(self._accounts.repository, self.standings, self._accounts.deadlines, self._foundation.clock)

    @cached_property
    def take_measure(self) -> TakeMeasure:
        from allmytracks.enforcement.use_cases.take_measure import TakeMeasure

        return TakeMeasure(
            self._accounts.repository,
            self.standings,
            self._foundation.events,
            self._foundation.audit,
            self._foundation.clock,
        )

    @cached_property
    def decide_case(self) -> DecideCase:
        from allmytracks.enforcement.use_cases.decide_case import DecideCase

        return DecideCase(
            self.cases, self._accounts.repository, self.standings, self._foundation.audit, self._foundation.clock
        )
