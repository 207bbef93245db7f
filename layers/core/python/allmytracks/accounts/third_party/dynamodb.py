"""Logins of other providers in the accounts table: the links, the visits, and the proofs of a sign-in.

`LOGIN#<hash of issuer and subject>` / `LINK` says which account a person signs in to, and `ACCOUNT#<id>` /
`LOGIN#<hash>` the same from the account's side; both are written and deleted together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist, TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.accounts.third_party.rules import Attempt, ThirdPartyLogin, hash_of_secret
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339

LINK, LOGIN, ATTEMPT, PROOF = "LINK", "LOGIN#", "ATTEMPT", "PROOF"


class LoginItem(Model):
    """A link, from either side."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    issuer = UnicodeAttribute()
    subject = UnicodeAttribute()
    account_id = UnicodeAttribute()
    user_name = UnicodeAttribute()
    linked_at = UnicodeAttribute()


class SecretItem(Model):
    """What opens something once; DynamoDB drops it after `expires_at` (seconds). `attempt` is JSON."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    attempt = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


def both_sides(model: type[LoginItem], login: ThirdPartyLogin) -> Iterator[LoginItem]:
    """The two items of a link, to be written together."""
    key = _key(login.issuer, login.subject)
    for pk, sk in ((key, LINK), (account_key(login.account_id), key)):
        yield model(
            pk,
            sk,
            issuer=login.issuer,
            subject=login.subject,
            account_id=login.account_id,
            user_name=login.user_name,
            linked_at=rfc3339(login.linked_at),
        )


class DynamoThirdPartyLogins:
    """Links in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(LoginItem, table)
        self._connection = connect(table)

    def get(self, issuer: str, subject: str) -> ThirdPartyLogin | None:
        try:
            return _login(self._items.get(_key(issuer, subject), LINK, consistent_read=True))
        except DoesNotExist:
            return None

    def of(self, account_id: str) -> Sequence[ThirdPartyLogin]:
        items = self._items.query(account_key(account_id), self._items.sk.startswith(LOGIN), consistent_read=True)
        return sorted(map(_login, items), key=lambda each: each.linked_at)

    def link(self, login: ThirdPartyLogin) -> bool:
        try:
            with TransactWrite(connection=self._connection) as transaction:
                for item in both_sides(self._items, login):
                    transaction.save(item, condition=self._items.pk.does_not_exist())
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            kept = self.get(login.issuer, login.subject)
            return kept is not None and kept.account_id == login.account_id
        return True

    def unlink(self, login: ThirdPartyLogin) -> None:
        try:
            with TransactWrite(connection=self._connection) as transaction:
                for item in both_sides(self._items, login):
                    transaction.delete(item, condition=self._items.account_id == login.account_id)
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise


class DynamoAttempts:
    """Visits in DynamoDB; taking one deletes it."""

    def __init__(self, table: Table) -> None:
        self._items = bind(SecretItem, table)

    def put(self, attempt: Attempt) -> None:
        item = self._items(_attempt_key(attempt.sign_in_id), ATTEMPT)
        # The secret itself is not stored: readers of the table cannot continue a visit.
        item.attempt = msgspec.json.encode(msgspec.structs.replace(attempt, sign_in_id="")).decode()
        item.expires_at = int(attempt.until.timestamp())
        item.save()

    def get(self, sign_in_id: str, now: datetime) -> Attempt | None:
        try:
            item = self._items.get(_attempt_key(sign_in_id), ATTEMPT, consistent_read=True)
        except DoesNotExist:
            return None
        if item.expires_at <= now.timestamp():
            return None
        kept = msgspec.json.decode(item.attempt or "", type=Attempt)
        return msgspec.structs.replace(kept, sign_in_id=sign_in_id)

    def take(self, sign_in_id: str, now: datetime) -> Attempt | None:
        found = self.get(sign_in_id, now)
        return found if found is not None and _deleted(self._items, _attempt_key(sign_in_id), ATTEMPT, now) else None


class DynamoSignInProofs:
    """Proofs in DynamoDB; redeeming one deletes it."""

    def __init__(self, table: Table) -> None:
        self._items = bind(SecretItem, table)

    def put(self, user_name: str, proof: str, until: datetime) -> None:
        self._items(_proof_key(user_name, proof), PROOF, expires_at=int(until.timestamp())).save()

    def redeem(self, user_name: str, proof: str, now: datetime) -> bool:
        return _deleted(self._items, _proof_key(user_name, proof), PROOF, now)


def _deleted(model: type[SecretItem], pk: str, sk: str, now: datetime) -> bool:
    """Deletes an item that has not expired; true for one of all that try."""
    try:
        model(pk, sk).delete(condition=model.expires_at > int(now.timestamp()))
    except DeleteError as error:
        if is_condition_failure(error):
            return False
        raise
    return True


def _key(issuer: str, subject: str) -> str:
    return LOGIN + hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()


def _attempt_key(sign_in_id: str) -> str:
    return f"{ATTEMPT}#{hash_of_secret(sign_in_id)}"


def _proof_key(user_name: str, proof: str) -> str:
    return f"{PROOF}#{hash_of_secret(f'{user_name} {proof}')}"


def _login(item: LoginItem) -> ThirdPartyLogin:
    return ThirdPartyLogin(
        item.issuer, item.subject, item.account_id, item.user_name, parse_rfc3339(item.linked_at).astimezone(UTC)
    )
