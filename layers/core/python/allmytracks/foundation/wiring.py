"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.foundation.approvals.ports import Approvals
    from allmytracks.foundation.approvals.use_cases import TwoOperators
    from allmytracks.foundation.audit.ports import AuditLog
    from allmytracks.foundation.audit.use_cases import Audit, ReadAudit
    from allmytracks.foundation.aws.tables import Table
    from allmytracks.foundation.messages import Events, Mailer
    from allmytracks.foundation.settings import Settings
    from allmytracks.foundation.throttling.ports import ClientCounters
    from allmytracks.foundation.throttling.use_cases import Throttle
    from allmytracks.foundation.time_and_ids import Clock, Ids


class FoundationServices:
    """What every capability uses: settings, clock, tables, events, mail, throttling, audit."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def clock(self) -> Clock:
        from allmytracks.foundation.system_time_and_ids import SystemClock

        return SystemClock()

    @cached_property
    def ids(self) -> Ids:
        from allmytracks.foundation.system_time_and_ids import RandomIds

        return RandomIds()

    @cached_property
    def accounts_table(self) -> Table:
        from allmytracks.foundation.aws.tables import Table

        return Table(self.settings.accounts_table)

    @cached_property
    def counters_table(self) -> Table:
        from allmytracks.foundation.aws.tables import Table

        return Table(self.settings.counters_table)

    @cached_property
    def catalog_table(self) -> Table:
        from allmytracks.foundation.aws.tables import Table

        return Table(self.settings.catalog_table)

    @cached_property
    def recordings_table(self) -> Table:
        from allmytracks.foundation.aws.tables import Table

        return Table(self.settings.recordings_table)

    @cached_property
    def events(self) -> Events:
        from allmytracks.foundation.aws.client import EVENTBRIDGE, aws_client
        from allmytracks.foundation.eventbridge import EventBridgeEvents

        return EventBridgeEvents(aws_client(EVENTBRIDGE), self.settings.event_bus_name)

    @cached_property
    def mailer(self) -> Mailer:
        from allmytracks.foundation.ses import SesMailer

        return SesMailer(self.settings.mail_sender, self.settings.mail_configuration_set, self.settings.mail_company)

    @cached_property
    def throttle(self) -> Throttle:
        return self._throttle(patient=True)

    @cached_property
    def search_throttle(self) -> Throttle:
        """For the search, which uses no DynamoDB otherwise and does not wait for it."""
        return self._throttle(patient=False)

    def _throttle(self, *, patient: bool) -> Throttle:
        from allmytracks.foundation.throttling.use_cases import Throttle

        table, on = self.settings.counters_table, self.settings.throttling

        def make_counters() -> ClientCounters:
            from allmytracks.foundation.aws.tables import Table
            from allmytracks.foundation.throttling.dynamodb import DynamoClientCounters, UncountedClients

            return DynamoClientCounters(Table(table, patient=patient)) if on else UncountedClients()

        return Throttle(make_counters, self.clock)

    @cached_property
    def operator_counters(self) -> ClientCounters:
        """How often an operator did what many times over needs a second one; not switched off with the throttle."""
        from allmytracks.foundation.throttling.dynamodb import DynamoClientCounters

        return DynamoClientCounters(self.counters_table)

    @cached_property
    def audit_log(self) -> AuditLog:
        from allmytracks.foundation.audit.dynamodb import DynamoAuditLog

        return DynamoAuditLog(self.accounts_table)

    @cached_property
    def audit(self) -> Audit:
        from allmytracks.foundation.audit.use_cases import Audit

        return Audit(self.audit_log, self.clock, self.ids)

    @cached_property
    def approvals(self) -> Approvals:
        from allmytracks.foundation.approvals.dynamodb import DynamoApprovals

        return DynamoApprovals(self.accounts_table)

    @cached_property
    def two_operators(self) -> TwoOperators:
        from allmytracks.foundation.approvals.use_cases import TwoOperators

        return TwoOperators(self.approvals, self.audit, self.clock, self.settings.two_person_rule)

    @cached_property
    def read_audit(self) -> ReadAudit:
        from allmytracks.foundation.audit.use_cases import ReadAudit

        return ReadAudit(self.audit_log, self.audit)
