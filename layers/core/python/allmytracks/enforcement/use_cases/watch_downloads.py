"""Judging an account's downloads and links after the fact, and reacting in degrees (M-III.5.fraud)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec import Struct

from allmytracks.accounts.rules_states import Restriction
from allmytracks.enforcement.ports_cases import Cases
from allmytracks.enforcement.ports_standings import Standings
from allmytracks.enforcement.ports_watch_records import WatchRecords
from allmytracks.enforcement.published import published_fraud_rules
from allmytracks.enforcement.rules_cases import new_case
from allmytracks.enforcement.rules_sightings import Finding, judge, sighting
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.events import AccountRestricted
from allmytracks.publishing.ports import Publications

ATTEMPTS = 4


class Seen(Struct, frozen=True):
    """A granted download or an issued link, with its client."""

    id: str
    at: datetime
    source_ip: str
    user_agent: str
    is_link: bool


@dataclass(frozen=True)
class WatchDownloads:
    """Judges sightings of one account. Idempotent. Returns the findings. Raises Unavailable.

    Consequences come before the watch record is stored, and each is idempotent: after a crash in between, the retry
    leaves nothing undone and nothing done twice.
    """

    records: WatchRecords
    standings: Standings
    cases: Cases
    events: Events
    publications: Publications
    clock: Clock

    def __call__(self, account_id: str, seen: Sequence[Seen]) -> Sequence[Finding]:
        now = self.clock.now()
        rules = published_fraud_rules(self.publications, now)
        if rules is None:
            return ()
        fresh = [
            sighting(each.id, each.at, each.source_ip, each.user_agent, rules.tools, is_link=each.is_link)
            for each in seen
        ]
        for _ in range(ATTEMPTS):
            watched = self.records.get(account_id)
            judgement = judge(watched, fresh, rules)
            if judgement.watched == watched:
                return ()
            for finding in judgement.findings:
                self._react(account_id, finding, timedelta(minutes=rules.restriction_minutes))
            if self.records.put(account_id, judgement.watched, now):
                return judgement.findings
        raise Unavailable

    def _react(self, account_id: str, finding: Finding, span: timedelta) -> None:
        evidence: dict[str, object] = {"seen": finding.seen, "limit": finding.limit, "minutes": finding.minutes}
        if finding.restricts:
            until = (finding.at + span).replace(microsecond=0)
            reason = finding.suspicion.value
            evidence["restricted_until"] = rfc3339(until)
            if self.standings.restrict_by_rule(account_id, Restriction(reason, until), seen_at=finding.at):
                self.events.publish([AccountRestricted(account_id, reason, rfc3339(finding.at), rfc3339(until))])
        self.cases.open(new_case(account_id, finding.suspicion, finding.at, evidence))
