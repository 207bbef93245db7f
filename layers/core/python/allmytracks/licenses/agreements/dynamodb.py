"""Music licence agreements in the accounts table.

The public side stands where a licence's does, so that it is verified and enters the register in the same way.
"""

from __future__ import annotations

import msgspec
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.accounts.dynamodb import PROFILE, ProfileItem, account_key, may_name
from allmytracks.accounts.rules_end_users import NamedEndUser
from allmytracks.foundation.aws.models import (
    Table,
    bind,
    connect,
    is_condition_failure,
    repeated,
    translated,
)
from allmytracks.licenses.agreements.rules import MusicAgreementNotFound, SignedAgreement, public_view
from allmytracks.licenses.states.dynamodb import LicenseItem, record_item

NOT_FOUND = "This order has no music licence agreement; that of a Business order is made within moments of its payment."


class AgreementItem(Model):
    """The member's own agreement; `agreement` is JSON and names the enterprise in full."""

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
        return repeated(lambda: self._try(signed, named))

    def _try(self, signed: SignedAgreement, named: NamedEndUser | None) -> bool:
        of = signed.agreement
        body = msgspec.json.encode(signed).decode()
        try:
            with TransactWrite(connection=self._connection) as transaction:
                item = self._items(account_key(of.account_id), agreement_sk(of.order_id), agreement=body)
                transaction.save(item, condition=self._items.pk.does_not_exist())
                record = record_item(self._records, public_view(signed), of.account_id)
                transaction.save(record, condition=self._records.pk.does_not_exist())
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
            condition = model.pk.exists() & model.end_user.does_not_exist()
            transaction.condition_check(model, profile.pk, profile.sk, condition=condition)
        else:
            condition = model.pk.exists() & may_name(model, named)
            transaction.update(profile, actions=[model.end_user.set(named.bound)], condition=condition)

    def get(self, account_id: str, order_id: str) -> SignedAgreement:
        with translated():
            try:
                item = self._items.get(account_key(account_id), agreement_sk(order_id), consistent_read=True)
            except DoesNotExist:
                raise MusicAgreementNotFound(NOT_FOUND) from None
        return msgspec.json.decode(item.agreement, type=SignedAgreement)


def agreement_sk(order_id: str) -> str:
    """The sort key of an agreement in its account's partition."""
    return f"AGREEMENT#{order_id}"
