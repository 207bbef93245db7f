"""What a naive reader of the agreements expects of downloads: lists that are searched, nothing stored twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allmytracks.downloads.rules import Use
from allmytracks.downloads.rules_links import LINKS_PER_DOWNLOAD
from allmytracks.memberships.rules import Period
from allmytracks.memberships.rules_rights import ProjectKind
from tests.factories.memberships import RIGHTS
from tests.faults.ledger import ZONE

LINK_LIFE = timedelta(seconds=300)


@dataclass
class Had:
    """One download that was granted."""

    name: str
    key: str
    track: str
    rendition: str
    asked: Use
    use: Use
    at: datetime
    links: int = 0
    licensed: bool = False
    paid: bool = True


@dataclass
class Person:
    """One account."""

    periods: list[Period] = field(default_factory=list)
    had: list[Had] = field(default_factory=list)
    banned: bool = False
    restricted_until: datetime | None = None

    def expected(self, key: str, track: str, rendition: str, use: Use, now: datetime) -> str | list[Had]:
        """`granted`, the downloads one of which must be returned again, or the code of a refusal."""
        same = [each for each in self.had if (each.key, each.track) == (key, track) and use in (each.asked, each.use)]
        if same:
            return self._again([each for each in same if (each.asked, each.rendition) == (use, rendition)], key, now)
        if any(each.key == key and day(now) - day(each.at) <= 1 for each in self.had):
            return "idempotency_key_reused"
        there = [each for each in self.had if each.track == track and each.use == use]
        return self._again(there, key, now) if there else self._fresh(use, now)

    def _again(self, there: list[Had], key: str, now: datetime) -> str | list[Had]:
        if not there:
            return "idempotency_key_reused"
        if self.banned:
            return "account_frozen"
        if all(each.key == key and now < each.at + LINK_LIFE for each in there):
            return there
        if self._restricted(now):
            return "account_restricted"
        if not any(each.paid for each in there):
            return "download_not_paid"
        return there if any(each.links < LINKS_PER_DOWNLOAD for each in there) else "links_exhausted"

    def _restricted(self, now: datetime) -> bool:
        return self.restricted_until is not None and now < self.restricted_until

    def _fresh(self, use: Use, now: datetime) -> str:
        if self.banned:
            return "account_frozen"
        running = [period for period in self.periods if period.starts_at <= now < period.ends_at]
        if not running:
            return "membership_required"
        if self._restricted(now):
            return "account_restricted"
        plan = running[0].plan
        if use.project and (use.project.kind is ProjectKind.ENTERPRISE) != (plan == "business"):
            return "plan_not_for_enterprise" if plan == "premium" else "plan_not_for_personal"
        if use.purpose and RIGHTS[plan][use.purpose] == "no":
            return "purpose_not_permitted"
        today = [each for each in self.had if day(each.at) == day(now)]
        return "granted" if len(today) < running[0].daily_limit else "allowance_exhausted"


def day(now: datetime) -> int:
    return now.astimezone(ZONE).date().toordinal()
