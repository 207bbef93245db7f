"""Music licence agreements and special licences in the accounts table.

The public side has a licence's keys, so that it is verified and enters the register in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.accounts.dynamodb import ProfileItem, change_end_users, may_name
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_end_users import EndUserChange, NamedEndUser
from allmytracks.foundation.aws.keys import PROFILE, account_key
from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure
from allmytracks.licenses.agreements.rules import (
    MusicAgreement,
    MusicAgreementNotFound,
    SignedAgreement,
    public_view,
)
from allmytracks.licenses.agreements.rules_special import SpecialLicense
from allmytracks.licenses.states.dynamodb import (
    REVOCATION,
    LicenseItem,
    record_item,
    record_key,
    supersession_item,
)
from allmytracks.licenses.states.rules import Supersession

NOT_FOUND = (
    "This order has no music licence agreement. That of a plan for enterprises is made once it is paid; of another "
    "membership it can be asked for: POST /v1/orders/{id}/agreement."
)


_EVERY = "AGREEMENT"
SUPERSEDED_AGREEMENT = "AGREEMENT_SUPERSEDED#"


class AgreementItem(Model):
    """The member's own agreement; `agreement` is JSON and names the enterprise in full.

    One item of an order is in force (agreement_sk); superseded ones have items of their own.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    agreement = UnicodeAttribute()


class DynamoMusicAgreements:
    """Agreements in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(AgreementItem, table)
        self._records = bind(LicenseItem, table)
        self._profiles = bind(ProfileItem, table)
        self._connection = connect(table)

    def add(self, signed: SignedAgreement, named: NamedEndUser | None) -> bool:
        of = signed.agreement
        try:
            with TransactWrite(connection=self._connection) as transaction:
                item = self._items(account_key(of.account_id), agreement_sk(of.order_id), agreement=_text_of(signed))
                transaction.save(item, condition=self._items.pk.does_not_exist())
                record = record_item(self._records, public_view(signed), of.account_id)
                transaction.save(record, condition=self._records.pk.does_not_exist())
                if isinstance(of, SpecialLicense):
                    profile = self._profiles(account_key(of.account_id), PROFILE)
                    transaction.condition_check(
                        self._profiles, profile.pk, profile.sk, condition=_is_open(self._profiles)
                    )
                else:
                    self._bind(transaction, of.account_id, named)
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True

    def _bind(self, transaction: TransactWrite, account_id: str, named: NamedEndUser | None) -> None:
        model = self._profiles
        profile = model(account_key(account_id), PROFILE)
        if named is None:
            condition = _is_open(model) & model.end_user.does_not_exist()
            transaction.condition_check(model, profile.pk, profile.sk, condition=condition)
        else:
            condition = _is_open(model) & may_name(model, named)
            transaction.update(profile, actions=[model.end_user.set(named.bound)], condition=condition)

    def all_of(self, account_id: str) -> Sequence[SignedAgreement]:
        items = list(
            self._items.query(account_key(account_id), self._items.sk.startswith(_EVERY), consistent_read=True)
        )
        return [_signed_of(item.agreement) for item in items]

    def supersede(self, signed: SignedAgreement, supersession: Supersession, users: EndUserChange) -> bool:
        """The old one gets an item of its own. Its supersession is put once: the order's item is the last one."""
        of, items, records = signed.agreement, self._items, self._records
        if of.supersedes is None:
            raise ValueError("a superseding agreement names the one that it supersedes")
        old = next(each for each in self.all_of(of.account_id) if each.agreement.number == of.supersedes)
        pk = account_key(of.account_id)
        try:
            with TransactWrite(connection=self._connection) as transaction:
                record = record_item(records, public_view(signed), of.account_id)
                transaction.save(record, condition=records.pk.does_not_exist())
                fact = supersession_item(records, of.supersedes, supersession)
                transaction.save(fact, condition=records.pk.does_not_exist())
                transaction.condition_check(
                    records, record_key(of.supersedes), REVOCATION, condition=records.pk.does_not_exist()
                )
                transaction.save(
                    items(pk, f"{SUPERSEDED_AGREEMENT}{of.supersedes}", agreement=_text_of(old)),
                    condition=items.pk.does_not_exist(),
                )
                transaction.save(
                    items(pk, agreement_sk(of.order_id), agreement=_text_of(signed)), condition=items.pk.exists()
                )
                change_end_users(transaction, self._profiles, of.account_id, users.before, users.after)
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True

    def get(self, account_id: str, order_id: str) -> SignedAgreement:
        try:
            item = self._items.get(account_key(account_id), agreement_sk(order_id), consistent_read=True)
        except DoesNotExist:
            raise MusicAgreementNotFound(NOT_FOUND) from None
        return _signed_of(item.agreement)


def _is_open(model: type[ProfileItem]) -> Condition:
    """The condition that the account is there and not closed: its erasure would have missed what is added now."""
    condition: Condition = model.pk.exists() & (model.status != AccountStatus.CLOSED.value)
    return condition


def _text_of(signed: SignedAgreement) -> str:
    return msgspec.json.encode(signed).decode()


def _signed_of(text: str) -> SignedAgreement:
    stated = msgspec.json.decode(text)
    kind = SpecialLicense if "document" in stated["agreement"] else MusicAgreement
    return SignedAgreement(**{**stated, "agreement": msgspec.convert(stated["agreement"], kind)})


def agreement_sk(order_id: str) -> str:
    """The sort key of an agreement in its account's partition."""
    return f"AGREEMENT#{order_id}"
