"""Addresses in the accounts table: the owner of each, and the sign-ups that wait for a code.

`EMAIL#<hash>` / `OWNER` is written once, by the transaction that makes an account proved; `SIGNUP#<account>` is one
sign-up; `FIRST` names the earliest of them.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.accounts.dynamodb import ACCEPTANCE, AcceptanceItem, ProfileItem, becoming
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_sign_ups import AddressRecord, Owner, PendingSignUp
from allmytracks.accounts.third_party.dynamodb import LoginItem, both_sides
from allmytracks.accounts.third_party.rules import ThirdPartyLogin
from allmytracks.foundation.aws.keys import PROFILE, account_key
from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339

EMAIL, OWNER, FIRST, SIGN_UP = "EMAIL#", "OWNER", "FIRST", "SIGNUP#"


class AddressItem(Model):
    """Any of the items of one address; DynamoDB drops a sign-up after `expires_at` (seconds)."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    account_id = UnicodeAttribute()
    user_name = UnicodeAttribute(null=True)
    code_hash = UnicodeAttribute(null=True)
    started_at = UnicodeAttribute(null=True)
    code_until = UnicodeAttribute(null=True)
    first = BooleanAttribute(null=True)
    minor = BooleanAttribute(null=True)
    expires_at = NumberAttribute(null=True)


class DynamoAddresses:
    """Addresses in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(AddressItem, table)
        self._profiles = bind(ProfileItem, table)
        self._acceptances = bind(AcceptanceItem, table)
        self._logins = bind(LoginItem, table)
        self._connection = connect(table)

    def get(self, email: str, now: datetime) -> AddressRecord:
        items = list(self._items.query(email_key(email), consistent_read=True))
        owner = next((Owner(each.account_id, each.user_name or "") for each in items if each.sk == OWNER), None)
        pending = [_pending(each) for each in items if each.sk.startswith(SIGN_UP)]
        return AddressRecord(owner, [each for each in pending if now < each.kept_until])

    def claim_first(self, email: str, account_id: str, now: datetime, until: datetime) -> bool:
        item = self._items(email_key(email), FIRST, account_id=account_id, expires_at=int(until.timestamp()))
        free = self._items.pk.does_not_exist() | (self._items.expires_at <= int(now.timestamp()))
        mine = self._items.account_id == account_id  # a retry after a lost response
        try:
            item.save(condition=free | mine)
        except PutError as error:
            if is_condition_failure(error):
                return False
            raise
        return True

    def hold(self, email: str, sign_up: PendingSignUp) -> None:
        item = self._items(
            email_key(email),
            SIGN_UP + sign_up.account_id,
            account_id=sign_up.account_id,
            user_name=sign_up.user_name,
            code_hash=sign_up.code_hash,
            started_at=rfc3339(sign_up.started_at),
            code_until=rfc3339(sign_up.code_until),
            first=sign_up.first,
            minor=sign_up.minor,
            expires_at=int(sign_up.kept_until.timestamp()),
        )
        item.save()

    def prove(
        self,
        email: str,
        owner: Owner,
        status: AccountStatus,
        *,
        expected: AccountStatus,
        now: datetime,
        login: ThirdPartyLogin | None = None,
    ) -> bool:
        owned = self._items(email_key(email), OWNER, account_id=owner.account_id, user_name=owner.user_name)
        profile = self._profiles(account_key(owner.account_id), PROFILE)
        evidence = list(
            self._acceptances.query(
                account_key(owner.account_id),
                self._acceptances.sk.startswith(ACCEPTANCE),
                consistent_read=True,
            )
        )
        free_or_mine = self._items.pk.does_not_exist() | (self._items.account_id == owner.account_id)
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(owned, condition=free_or_mine)
                transaction.update(
                    profile,
                    actions=[self._profiles.expires_at.remove(), *becoming(self._profiles, status, now)],
                    condition=self._profiles.status == expected.value,
                )
                for each in evidence:
                    transaction.update(each, actions=[self._acceptances.expires_at.remove()])
                for side in both_sides(self._logins, login) if login is not None else ():
                    free = self._logins.pk.does_not_exist() | (self._logins.account_id == owner.account_id)
                    transaction.save(side, condition=free)
        except TransactWriteError as error:
            if is_condition_failure(error):
                return False
            raise
        return True

    def drop(self, email: str, sign_up: PendingSignUp) -> None:
        self._items(email_key(email), SIGN_UP + sign_up.account_id).delete()


def address_hash(email: str) -> str:
    """The hash of an address in the keys of its items."""
    return hashlib.sha256(email.encode()).hexdigest()


def email_key(email: str) -> str:
    """The partition of everything that is kept of an address."""
    return EMAIL + address_hash(email)


def _pending(item: AddressItem) -> PendingSignUp:
    return PendingSignUp(
        account_id=item.account_id,
        user_name=item.user_name or "",
        code_hash=item.code_hash or "",
        started_at=parse_rfc3339(item.started_at or ""),
        code_until=parse_rfc3339(item.code_until or ""),
        kept_until=datetime.fromtimestamp(int(item.expires_at or 0), UTC),
        first=bool(item.first),
        minor=bool(item.minor),
    )
