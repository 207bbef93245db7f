"""Exports in the accounts table, in the account's own partition."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.privacy.rules_exports import (
    IN_A_DAY,
    Export,
    ExportFile,
    ExportNotFound,
    number_of,
    numbered,
    require_below_limit,
)

EXPORT = "DATA_EXPORT#"
NOT_FOUND = "You have no such export."


class ExportItem(Model):
    """One export."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    requested_at = UnicodeAttribute()
    made_at = UnicodeAttribute(null=True)
    size = NumberAttribute(null=True)
    sha256 = UnicodeAttribute(null=True)
    failed_at = UnicodeAttribute(null=True)


class DynamoExports:
    """Exports in DynamoDB. The next one has the number after the last one's, so that two requests make one."""

    def __init__(self, table: Table) -> None:
        self._items = bind(ExportItem, table)

    def begin(self, account_id: str, now: datetime, *, limited: bool = True) -> Export:
        last = self._last(account_id)
        if last and last[0].is_pending:
            return last[0]
        if limited:
            require_below_limit(last, now)
        export = Export(numbered(number_of(last[0].id) + 1 if last else 1), account_id, now)
        item = self._items(account_key(account_id), f"{EXPORT}{export.id}", requested_at=rfc3339(now))
        try:
            item.save(condition=self._items.pk.does_not_exist())
        except PutError as error:
            if not is_condition_failure(error):
                raise
            return self.get(account_id, export.id)
        return export

    def get(self, account_id: str, export_id: str) -> Export:
        try:
            item = self._items.get(account_key(account_id), f"{EXPORT}{export_id}", consistent_read=True)
        except DoesNotExist:
            raise ExportNotFound(NOT_FOUND) from None
        return _export(account_id, item)

    def latest(self, account_id: str) -> Export | None:
        return next(iter(self._last(account_id)), None)

    def finish(self, export: Export, file: ExportFile) -> None:
        model = self._items
        actions: list[Action] = [
            model.made_at.set(rfc3339(file.made_at)),
            model.size.set(file.size),
            model.sha256.set(file.sha256),
        ]
        item = model(account_key(export.account_id), f"{EXPORT}{export.id}")
        try:
            item.update(actions=actions, condition=model.pk.exists() & model.made_at.does_not_exist())
        except UpdateError as error:
            if not is_condition_failure(error):
                raise

    def fail(self, export: Export, at: datetime) -> Export:
        model = self._items
        pending = model.pk.exists() & model.made_at.does_not_exist() & model.failed_at.does_not_exist()
        try:
            model(account_key(export.account_id), f"{EXPORT}{export.id}").update(
                actions=[model.failed_at.set(rfc3339(at))], condition=pending
            )
        except UpdateError as error:
            if not is_condition_failure(error):
                raise
        return self.get(export.account_id, export.id)

    def _last(self, account_id: str) -> list[Export]:
        """The latest, newest first."""
        found = self._items.query(
            account_key(account_id),
            self._items.sk.startswith(EXPORT),
            scan_index_forward=False,
            limit=IN_A_DAY,
            consistent_read=True,
        )
        return [_export(account_id, item) for item in found]


def _export(account_id: str, item: ExportItem) -> Export:
    file = None
    failed_at = None if item.failed_at is None else parse_rfc3339(item.failed_at)
    if item.made_at is not None:
        file = ExportFile(parse_rfc3339(item.made_at), int(item.size or 0), item.sha256 or "")
    return Export(item.sk.removeprefix(EXPORT), account_id, parse_rfc3339(item.requested_at), file, failed_at)
