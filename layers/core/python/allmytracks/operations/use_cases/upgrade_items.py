"""An operator has the stored items of older forms written in the newest one, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.forms import Item, form_of, missing, newest
from allmytracks.foundation.paging import KeyPart, make_cursor, read_cursor
from allmytracks.foundation.records import Record
from allmytracks.operations.ports import StoredItems
from allmytracks.operations.rules_upgrades import Outcome, Step

PAGE = 200
ATTEMPTS = 5


@dataclass(frozen=True)
class UpgradeItems:
    """Takes one page of a pass; repeated from any place it changes nothing more. Nothing is kept between pages.

    Each item is written on the condition that it is as it was read: what members do meanwhile stays. `dry_run` counts
    what would be upgraded. Raises InvalidFields (the cursor), Unavailable.
    """

    records: Sequence[Record]
    items: StoredItems
    audit: Audit

    def __call__(self, operator: Operator, cursor: str | None, *, dry_run: bool) -> Step:
        after = read_cursor(cursor, tuple[KeyPart, KeyPart]) if cursor else None
        if after is None and not dry_run:
            self.audit(operator, "items_upgraded", "items")
        found, following = self.items.page(after, PAGE)
        counts: dict[Outcome, dict[str, int]] = {outcome: {} for outcome in Outcome}
        for item in found:
            record = self._kind_of(item)
            outcome = self._upgrade(item, record, dry_run=dry_run) if record else None
            if record and outcome:
                counts[outcome][record.name] = counts[outcome].get(record.name, 0) + 1
        return Step(len(found), counts, make_cursor(*following) if following else None)

    def _kind_of(self, item: Item) -> Record | None:
        """The kind of an item, if it has had several forms."""
        key, sort = item["pk"]["S"], item["sk"]["S"]
        return next((each for each in self.records if each.upgrades and each.covers(key, sort)), None)

    def _upgrade(self, item: Item, record: Record, *, dry_run: bool) -> Outcome | None:
        if form_of(item) > newest(record.upgrades):
            return Outcome.NEWER
        now: Item | None = item
        for _ in range(ATTEMPTS):
            added = missing(now, record.upgrades) if now else {}
            if now is None or not added:
                return None if now is item else Outcome.UPGRADED
            if dry_run or self.items.add(now, added):
                return Outcome.UPGRADED
            now = self.items.again(now)
        return Outcome.CHANGED
