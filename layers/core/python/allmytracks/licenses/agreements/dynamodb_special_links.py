"""The links to files of special licences: their records, beside those of downloads, and their counts."""

from __future__ import annotations

from collections.abc import Sequence

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.downloads.dynamodb_links import LinkItem, link_item, links_of
from allmytracks.downloads.rules_links import IssuedLink, no_links_left
from allmytracks.foundation.aws.errors import CONDITION_FAILED
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, connect, failed_reasons, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339
from allmytracks.licenses.agreements.dynamodb import AgreementItem, agreement_sk
from allmytracks.licenses.agreements.ports import LicensedFile
from allmytracks.licenses.agreements.rules_special import SpecialLicenseNotFound

NOT_FOUND = "This order has no letter of a special licence: it is made once paid."


class FileItem(Model):
    """How many links one track of a special licence was given."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    order_id = UnicodeAttribute()
    track_id = UnicodeAttribute()
    links_issued = NumberAttribute(null=True)


def file_sk(order_id: str, track_id: str) -> str:
    """The sort key of the count in its account's partition."""
    return f"LICENSED_FILE#{order_id}#{track_id}"


class DynamoSpecialLinks:
    """Issued links of special licences in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._links = bind(LinkItem, table)
        self._files = bind(FileItem, table)
        self._agreements = bind(AgreementItem, table)
        self._connection = connect(table)

    def record(self, file: LicensedFile, link: IssuedLink, most: int) -> None:
        """The letter is a condition too: nothing is recorded for an account that was erased meanwhile."""
        files, agreements = self._files, self._agreements
        count = files.links_issued
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(link_item(self._links, link), condition=self._links.pk.does_not_exist())
                transaction.update(
                    self._item(file),
                    actions=[
                        count.set((count | 0) + 1),
                        files.order_id.set(file.order_id),
                        files.track_id.set(file.track_id),
                    ],
                    condition=count.does_not_exist() | (count < most),
                )
                transaction.condition_check(
                    agreements,
                    account_key(file.account_id),
                    agreement_sk(file.order_id),
                    condition=agreements.pk.exists(),
                )
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            licensed, recorded, _ = failed_reasons(error)  # checks come first, then puts and updates
            if recorded is not None and recorded.code == CONDITION_FAILED:
                return  # the previous try took effect
            if licensed is not None and licensed.code == CONDITION_FAILED:
                raise SpecialLicenseNotFound(NOT_FOUND) from None
            raise no_links_left(most) from None

    def of(self, file: LicensedFile) -> Sequence[IssuedLink]:
        prefix = links_of(file.download_id)
        items = self._links.query(account_key(file.account_id), self._links.sk.startswith(prefix), consistent_read=True)
        return [
            IssuedLink(
                item.link_id,
                file.account_id,
                file.download_id,
                parse_rfc3339(item.issued_at),
                item.source_ip,
                item.user_agent,
            )
            for item in items
        ]

    def renew(self, file: LicensedFile) -> None:
        self._item(file).delete()

    def _item(self, file: LicensedFile) -> FileItem:
        return self._files(account_key(file.account_id), file_sk(file.order_id, file.track_id))
