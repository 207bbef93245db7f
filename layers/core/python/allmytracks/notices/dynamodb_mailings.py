"""Mailings in the accounts table: `MAILING#id` with the mailing, the parts of its list, and a delivery an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from allmytracks.mails.rules import Letter
from allmytracks.notices.rules_mailings import (
    Delivery,
    Mailing,
    MailingBegun,
    MailingKind,
    MailingNotFound,
    MailingStatus,
    Outcome,
    Selection,
)

MAILING, TO, PART = "MAILING", "TO#", "PART#"
BEGUN = "The accounts of this mailing are complete; stop it and make another one."
Translations = Annotated[tuple[Letter, ...], msgspec.Meta(max_length=10)]
ListedIds = Annotated[list[str], msgspec.Meta(max_length=1000)]


class StatusIndex(GlobalSecondaryIndex["MailingItem"]):
    """The sparse index `timeline`: mailings by status."""

    class Meta:
        """PynamoDB's settings of the index."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class MailingItem(Model):
    """A mailing; `leased_until` in seconds since 1970. `translations`, `selection` and `account_ids` are JSON."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    by_status = StatusIndex()
    timeline_key = UnicodeAttribute(null=True)
    timeline_at = UnicodeAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    subject = UnicodeAttribute(null=True)
    text = UnicodeAttribute(null=True)
    translations = UnicodeAttribute(null=True)
    selection = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute(null=True)
    status = UnicodeAttribute(null=True)
    cursor = UnicodeAttribute(null=True)
    reached = NumberAttribute(null=True)
    leased_until = NumberAttribute(null=True)
    account_ids = UnicodeAttribute(null=True)
    account_id = UnicodeAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    at = UnicodeAttribute(null=True)


class DynamoMailings:
    """Mailings in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(MailingItem, table)
        self._connection = connect(table)

    def draft(self, mailing: Mailing) -> Mailing:
        item = self._items(
            _key(mailing.id),
            MAILING,
            timeline_key=_shelf(mailing.status),
            timeline_at=f"{rfc3339(mailing.created_at)}#{mailing.id}",
            kind=mailing.kind.value,
            subject=mailing.subject,
            text=mailing.text,
            translations=msgspec.json.encode(mailing.translations).decode() if mailing.translations else None,
            selection=msgspec.json.encode(mailing.selection).decode(),
            created_at=rfc3339(mailing.created_at),
            status=mailing.status.value,
            reached=0,
        )
        try:
            item.save(condition=self._items.pk.does_not_exist())
        except PutError as error:
            if not is_condition_failure(error):
                raise
            return self.get(mailing.id)
        return mailing

    def put_part(self, mailing_id: str, number: int, account_ids: Sequence[str]) -> None:
        model = self._items
        part = model(_key(mailing_id), f"{PART}{number:06d}", account_ids=msgspec.json.encode(account_ids).decode())
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(part)
                transaction.condition_check(
                    model, _key(mailing_id), MAILING, condition=model.status == MailingStatus.DRAFT.value
                )
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            self.get(mailing_id)
            raise MailingBegun(BEGUN) from None

    def part(self, mailing_id: str, number: int) -> Sequence[str] | None:
        try:
            item = self._items.get(_key(mailing_id), f"{PART}{number:06d}", consistent_read=True)
        except DoesNotExist:
            return None
        return msgspec.json.decode(item.account_ids, type=ListedIds)

    def get(self, mailing_id: str) -> Mailing:
        try:
            return _mailing(self._items.get(_key(mailing_id), MAILING, consistent_read=True))
        except DoesNotExist:
            raise not_found() from None

    def set_status(self, mailing_id: str, status: MailingStatus) -> Mailing:
        model = self._items
        try:
            model(_key(mailing_id), MAILING).update(
                actions=_moved(model, status),
                condition=model.pk.exists() & (model.status != MailingStatus.DONE.value),
            )
        except UpdateError as error:
            if not is_condition_failure(error):
                raise
        return self.get(mailing_id)

    def page(self, status: MailingStatus, *, limit: int, cursor: str | None) -> Page[Mailing]:
        start = None
        if cursor:
            (place,) = read_cursor(cursor, tuple[KeyPart])
            start = {
                "pk": {"S": _key(place.partition("#")[2])},
                "sk": {"S": MAILING},
                "timeline_key": {"S": _shelf(status)},
                "timeline_at": {"S": place},
            }
        found = self._items.by_status.query(
            _shelf(status), scan_index_forward=False, limit=limit, last_evaluated_key=start
        )
        items = list(found)
        more = found.last_evaluated_key is not None and items
        return Page([_mailing(item) for item in items], make_cursor(items[-1].timeline_at) if more else None)

    def take(self, mailing_id: str, now: datetime, until: datetime) -> Mailing | None:
        model = self._items
        free = model.leased_until.does_not_exist() | (model.leased_until <= now.timestamp())
        item = model(_key(mailing_id), MAILING)
        try:
            item.update(
                actions=[model.leased_until.set(until.timestamp())],
                condition=(model.status == MailingStatus.RUNNING.value) & free,
            )
        except UpdateError as error:
            if not is_condition_failure(error):
                raise
            return None
        return _mailing(item)

    def advance(self, mailing: Mailing, cursor: str | None, reached: int, *, keep: bool) -> bool:
        model = self._items
        actions: list[Action] = [model.reached.set((model.reached | 0) + reached)]
        if not keep:
            actions.append(model.leased_until.remove())
        if cursor is None:
            actions += [*_moved(model, MailingStatus.DONE), model.cursor.remove()]
        else:
            actions.append(model.cursor.set(cursor))
        same = model.cursor.does_not_exist() if mailing.cursor is None else model.cursor == mailing.cursor
        try:
            model(_key(mailing.id), MAILING).update(
                actions=actions, condition=same & (model.status != MailingStatus.DONE.value) & model.pk.exists()
            )
        except UpdateError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True

    def give_back(self, mailing_id: str) -> None:
        model = self._items
        model(_key(mailing_id), MAILING).update(actions=[model.leased_until.remove()], condition=model.pk.exists())

    def delivery(self, mailing_id: str, account_id: str) -> Delivery | None:
        try:
            return _delivery(self._items.get(_key(mailing_id), f"{TO}{account_id}", consistent_read=True))
        except DoesNotExist:
            return None

    def record(self, mailing_id: str, delivery: Delivery) -> None:
        item = self._items(
            _key(mailing_id),
            f"{TO}{delivery.account_id}",
            account_id=delivery.account_id,
            outcome=delivery.outcome.value,
            at=rfc3339(delivery.at),
        )
        try:
            item.save(condition=self._items.pk.does_not_exist())
        except PutError as error:
            if not is_condition_failure(error):
                raise

    def deliveries(self, mailing_id: str, *, limit: int, cursor: str | None) -> Page[Delivery]:
        start = None
        if cursor:
            (account_id,) = read_cursor(cursor, tuple[KeyPart])
            start = {"pk": {"S": _key(mailing_id)}, "sk": {"S": f"{TO}{account_id}"}}
        found = self._items.query(
            _key(mailing_id), self._items.sk.startswith(TO), limit=limit, last_evaluated_key=start, consistent_read=True
        )
        items = list(found)
        more = found.last_evaluated_key is not None and items
        return Page([_delivery(item) for item in items], make_cursor(items[-1].account_id) if more else None)


def not_found() -> MailingNotFound:
    """The refusal of an unknown id."""
    return MailingNotFound("There is no such mailing.")


def _key(mailing_id: str) -> str:
    return f"{MAILING}#{mailing_id}"


def _shelf(status: MailingStatus) -> str:
    return f"MAILINGS#{status.value}"


def _moved(model: type[MailingItem], status: MailingStatus) -> list[Action]:
    return [model.status.set(status.value), model.timeline_key.set(_shelf(status))]


def _mailing(item: MailingItem) -> Mailing:
    return Mailing(
        id=item.pk.partition("#")[2],
        kind=MailingKind(item.kind),
        subject=item.subject,
        text=item.text,
        selection=msgspec.json.decode(item.selection, type=Selection),
        created_at=parse_rfc3339(item.created_at),
        status=MailingStatus(item.status),
        cursor=item.cursor,
        reached=int(item.reached or 0),
        translations=msgspec.json.decode(item.translations or "[]", type=Translations),
    )


def _delivery(item: MailingItem) -> Delivery:
    return Delivery(item.account_id, Outcome(item.outcome), parse_rfc3339(item.at))
