"""Accounts and their acceptances in the accounts table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.accounts.ports import AccountFilter
from allmytracks.accounts.rules import (
    Acceptance,
    Account,
    AccountKind,
    AccountNotFound,
    AccountStatus,
    NotAnEnterprise,
    stale,
)
from allmytracks.accounts.rules_end_users import EndUsers, NamedEndUser, Respelling
from allmytracks.foundation.aws.entities import from_stored, to_stored
from allmytracks.foundation.aws.keys import PROFILE, account_key
from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor

ACCEPTANCE = "ACCEPTANCE#"
KEPT_BY_KEY, JSON_TEXTS = frozenset({"id"}), frozenset({"respellings"})
INDIVIDUAL = "An individual's account has one end user; only an enterprise's account may have further ones."


class ProfileItem(Model):
    """An account's own item; `respellings` is JSON.

    DynamoDB drops it after `expires_at` (seconds), which the proof of its address removes.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    email = UnicodeAttribute()
    status = UnicodeAttribute()
    kind = UnicodeAttribute()
    display_name = UnicodeAttribute(null=True)
    country = UnicodeAttribute(null=True)
    minor = BooleanAttribute(default=False)
    guardian_email = UnicodeAttribute(null=True)
    end_user = UnicodeAttribute(null=True)
    further_users = UnicodeSetAttribute(null=True)
    respellings = UnicodeAttribute(null=True)
    enterprise_from = UnicodeAttribute(null=True)
    status_before_ban = UnicodeAttribute(null=True)
    status_before_freeze = UnicodeAttribute(null=True)
    frozen_at = UnicodeAttribute(null=True)
    status_before_closing = UnicodeAttribute(null=True)
    banned_at = UnicodeAttribute(null=True)
    unfrozen_at = UnicodeAttribute(null=True)
    unbanned_at = UnicodeAttribute(null=True)
    sessions_from = UnicodeAttribute(null=True)
    sessions_ended_by = UnicodeAttribute(null=True)
    kept_session = UnicodeAttribute(null=True)
    nickname = UnicodeAttribute(null=True)
    occupation = UnicodeAttribute(null=True)
    signature = UnicodeAttribute(null=True)
    gender = UnicodeAttribute(null=True)
    birthday = UnicodeAttribute(null=True)
    region = UnicodeAttribute(null=True)
    education = UnicodeAttribute(null=True)
    profile = UnicodeAttribute(null=True)
    language = UnicodeAttribute(null=True)
    revision = NumberAttribute(null=True)
    activated_at = UnicodeAttribute(null=True)
    last_used_at = UnicodeAttribute(null=True)
    suspended_for = UnicodeAttribute(null=True)
    not_named = BooleanAttribute(null=True)
    created_at = UnicodeAttribute()
    expires_at = NumberAttribute(null=True)


class AcceptanceItem(Model):
    """Evidence of one accepted version."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    agreement = UnicodeAttribute()
    version = UnicodeAttribute()
    accepted_at = UnicodeAttribute()
    source_ip = UnicodeAttribute()
    by_use = BooleanAttribute(default=False)
    expires_at = NumberAttribute(null=True)


def becoming(model: type[ProfileItem], status: AccountStatus, now: datetime) -> list[Action]:
    """The changes that give an account a status; the first instant of being active is kept for good."""
    actions: list[Action] = [model.status.set(status.value)]
    if status is AccountStatus.ACTIVE:
        actions.append(model.activated_at.set(model.activated_at | rfc3339(now)))
    return actions


def change_end_users(
    transaction: TransactWrite, model: type[ProfileItem], account_id: str, before: EndUsers, after: EndUsers
) -> None:
    """Adds to a transaction the change of an account's end users from `before` to `after`."""
    profile = model(account_key(account_id), PROFILE)
    condition: Condition = model.pk.exists()
    for attribute, was in (
        (model.end_user, before.bound),
        (model.further_users, set(before.further) or None),
        (model.respellings, _text_of(before.respellings)),
    ):
        condition &= attribute.does_not_exist() if was is None else attribute == was
    actions: list[Action] = []
    if after.bound is not None:
        actions.append(model.end_user.set(after.bound))
    if after.further:
        actions.append(model.further_users.set(set(after.further)))
    respellings = _text_of(after.respellings)
    if respellings is not None:
        actions.append(model.respellings.set(respellings))
    if after == before:
        transaction.condition_check(model, profile.pk, profile.sk, condition=condition)
    else:
        transaction.update(profile, actions=actions, condition=condition)


def _text_of(respellings: tuple[Respelling, ...]) -> str | None:
    return msgspec.json.encode(respellings).decode() if respellings else None


def may_name(model: type[ProfileItem], named: NamedEndUser) -> Condition:
    """The condition that an account has no other end user, and still a document's further one (M-III.6.1)."""
    condition: Condition = model.end_user.does_not_exist() | (model.end_user == named.bound)
    if named.further is not None:
        condition &= model.further_users.contains(named.further)
    return condition


def is_individual(model: type[ProfileItem], now: datetime) -> Condition:
    """The condition that an account is an individual's at an instant (U-II.III.1.4)."""
    condition: Condition = model.enterprise_from.does_not_exist() | (model.enterprise_from > rfc3339(now))
    condition &= model.kind == AccountKind.INDIVIDUAL.value
    return condition


def _to_account(item: ProfileItem) -> Account:
    account_id = item.pk.removeprefix(account_key(""))
    return from_stored(item.attribute_values, Account, json=JSON_TEXTS, id=account_id)


class DynamoAccounts:
    """Accounts in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._profiles = bind(ProfileItem, table)
        self._acceptances = bind(AcceptanceItem, table)
        self._connection = connect(table)

    def get(self, account_id: str) -> Account:
        try:
            item = self._profiles.get(account_key(account_id), PROFILE, consistent_read=True)
        except DoesNotExist:
            raise AccountNotFound("There is no such account.") from None
        return _to_account(item)

    def page(self, wanted: AccountFilter, *, limit: int, cursor: str | None) -> Page[Account]:
        # One request reads a megabyte of the table, however few match: operators ask seldom.
        values = {":profile": {"S": PROFILE}}
        conditions, names = ["sk = :profile"], {}
        if wanted.status is not None:
            conditions.append("#status = :status")
            names["#status"] = "status"
            values[":status"] = {"S": wanted.status.value}
        if wanted.since is not None:
            conditions.append("created_at >= :since")
            values[":since"] = {"S": rfc3339(wanted.since)}
        asked: dict[str, Any] = {
            "TableName": self._table.name,
            "FilterExpression": " AND ".join(conditions),
            "ExpressionAttributeValues": values,
            **({"ExpressionAttributeNames": names} if names else {}),
        }
        if cursor:
            pk, sk = read_cursor(cursor, tuple[KeyPart, KeyPart])
            asked["ExclusiveStartKey"] = {"pk": {"S": pk}, "sk": {"S": sk}}
        answer = self._table.client.call("Scan", asked)
        found, last = answer["Items"], answer.get("LastEvaluatedKey")
        if len(found) > limit:
            found, last = found[:limit], found[limit - 1]
        after = make_cursor(last["pk"]["S"], last["sk"]["S"]) if last else None
        return Page([_to_account(self._profiles.from_raw_data(each)) for each in found], after)

    def add(self, account: Account, acceptances: Sequence[Acceptance], kept_until: datetime | None = None) -> None:
        expires_at = None if kept_until is None else int(kept_until.timestamp())
        profile = self._profiles(
            account_key(account.id),
            PROFILE,
            **to_stored(account, without=KEPT_BY_KEY),
            expires_at=expires_at,
        )
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(profile, condition=self._profiles.pk.does_not_exist())
                for acceptance in acceptances:
                    item = self._acceptance(account.id, acceptance)
                    item.expires_at = expires_at
                    transaction.save(item)
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise

    def use(self, account_id: str, now: datetime) -> None:
        model = self._profiles
        try:
            model(account_key(account_id), PROFILE).update(
                actions=[model.last_used_at.set(rfc3339(now))], condition=model.pk.exists()
            )
        except UpdateError as error:
            if not is_condition_failure(error):
                raise
            self.get(account_id)

    def change_particulars(self, account_id: str, changes: Mapping[str, str | None], revision: int | None) -> Account:
        model = self._profiles
        actions: list[Action] = [
            getattr(model, name).remove() if value is None else getattr(model, name).set(value)
            for name, value in changes.items()
        ]
        actions.append(model.revision.add(1))
        condition: Condition = model.pk.exists()
        if revision is not None:
            unchanged = model.revision == revision
            condition &= (unchanged | model.revision.does_not_exist()) if revision == 0 else unchanged
        try:
            model(account_key(account_id), PROFILE).update(actions=actions, condition=condition)
        except UpdateError as error:
            if not is_condition_failure(error):
                raise
            self.get(account_id)
            raise stale() from None
        return self.get(account_id)

    def authorise_user(self, account_id: str, name: str, now: datetime) -> None:
        item, model = self._profiles(account_key(account_id), PROFILE), self._profiles
        try:
            item.update(
                actions=[model.further_users.add({name})],
                condition=(model.kind == AccountKind.ENTERPRISE.value) | (model.enterprise_from <= rfc3339(now)),
            )
        except UpdateError as error:
            if not is_condition_failure(error):
                raise
            self.get(account_id)
            raise NotAnEnterprise(INDIVIDUAL) from None

    def mark_publicity(self, account_id: str, *, not_named: bool) -> None:
        item, model = self._profiles(account_key(account_id), PROFILE), self._profiles
        action = model.not_named.set(True) if not_named else model.not_named.remove()
        try:
            item.update(actions=[action], condition=model.pk.exists())
        except UpdateError as error:
            if not is_condition_failure(error):
                raise
            raise AccountNotFound("There is no such account.") from None

    def record_acceptances(self, account_id: str, acceptances: Sequence[Acceptance]) -> None:
        for acceptance in acceptances:
            try:
                self._acceptance(account_id, acceptance).save(condition=self._acceptances.pk.does_not_exist())
            except PutError as error:
                if not is_condition_failure(error):
                    raise

    def acceptances(self, account_id: str) -> Sequence[Acceptance]:
        items = self._acceptances.query(
            account_key(account_id), self._acceptances.sk.startswith(ACCEPTANCE), consistent_read=True
        )
        found = [
            Acceptance(item.agreement, item.version, parse_rfc3339(item.accepted_at), item.source_ip, item.by_use)
            for item in items
        ]
        return sorted(found, key=lambda acceptance: acceptance.accepted_at)

    def _acceptance(self, account_id: str, acceptance: Acceptance) -> AcceptanceItem:
        return self._acceptances(
            account_key(account_id),
            f"{ACCEPTANCE}{acceptance.agreement}#{acceptance.version}",
            agreement=acceptance.agreement,
            version=acceptance.version,
            accepted_at=rfc3339(acceptance.accepted_at),
            source_ip=acceptance.source_ip,
            by_use=acceptance.by_use,
        )
