"""The record of issued links in the accounts table: an item for each link, and their count on the download's item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.downloads.dynamodb import DownloadItem, revoked_at_of
from allmytracks.downloads.dynamodb_attributes import download_sk
from allmytracks.downloads.rules import DownloadNotFound
from allmytracks.downloads.rules_links import IssuedLink, download_revoked, no_links_left
from allmytracks.foundation.aws.errors import CONDITION_FAILED
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, connect, failed_reasons, is_condition_failure
from allmytracks.foundation.errors import DomainError
from allmytracks.foundation.instants import parse_rfc3339, rfc3339

NOT_FOUND = "You have no such download."


class LinkItem(Model):
    """One issued link: when, to which address and device. Never the link itself."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    link_id = UnicodeAttribute()
    account_id = UnicodeAttribute()
    download_id = UnicodeAttribute()
    issued_at = UnicodeAttribute()
    source_ip = UnicodeAttribute()
    user_agent = UnicodeAttribute()


LINK = "LINK#"


def links_of(download_id: str) -> str:
    """The prefix of the sort keys of a download's links."""
    return f"{LINK}{download_id}#"


def link_item(model: type[LinkItem], link: IssuedLink) -> LinkItem:
    """The item of one issued link."""
    issued_at = rfc3339(link.issued_at)
    return model(
        account_key(link.account_id),
        f"{links_of(link.download_id)}{issued_at}#{link.id}",
        link_id=link.id,
        account_id=link.account_id,
        download_id=link.download_id,
        issued_at=issued_at,
        source_ip=link.source_ip,
        user_agent=link.user_agent,
    )


class DynamoIssuedLinks:
    """Issued links in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._links = bind(LinkItem, table)
        self._downloads = bind(DownloadItem, table)
        self._connection = connect(table)

    def record(self, link: IssuedLink, most: int) -> None:
        downloads = self._downloads
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(link_item(self._links, link), condition=self._links.pk.does_not_exist())
                transaction.update(
                    downloads(account_key(link.account_id), download_sk(link.download_id)),
                    actions=[downloads.links_issued.set((downloads.links_issued | 0) + 1)],
                    condition=_may(downloads, most),
                    return_values="ALL_OLD",
                )
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            recorded, refused = failed_reasons(error)
            if recorded is None or recorded.code != CONDITION_FAILED:  # otherwise the previous try took effect
                raise self._refusal(refused.raw_item if refused else None, most) from None

    def _refusal(self, raw: dict[str, dict[str, str]] | None, most: int) -> DomainError:
        if not raw or "download_id" not in raw:
            return DownloadNotFound(NOT_FOUND)
        revoked_at = revoked_at_of(self._downloads.from_raw_data(raw))
        return download_revoked(revoked_at) if revoked_at else no_links_left(most)

    def of(self, account_id: str, download_id: str) -> Sequence[IssuedLink]:
        key = account_key(account_id)
        try:
            download = self._downloads.get(key, download_sk(download_id), consistent_read=True)
        except DoesNotExist:
            raise DownloadNotFound(NOT_FOUND) from None
        items = self._links.query(key, self._links.sk.startswith(links_of(download_id)), consistent_read=True)
        later = [
            IssuedLink(
                item.link_id,
                account_id,
                download_id,
                parse_rfc3339(item.issued_at),
                item.source_ip,
                item.user_agent,
            )
            for item in items
        ]
        granted_at = parse_rfc3339(download.granted_at)
        first = IssuedLink(download_id, account_id, download_id, granted_at, download.source_ip, download.user_agent)
        return [first, *later]

    def renew(self, account_id: str, download_id: str) -> None:
        self._change(account_id, download_id, self._downloads.links_issued.remove())

    def revoke(self, account_id: str, download_id: str, at: datetime) -> None:
        revoked_at = self._downloads.revoked_at
        self._change(account_id, download_id, revoked_at.set(revoked_at | rfc3339(at)))

    def _change(self, account_id: str, download_id: str, action: Action) -> None:
        item = self._downloads(account_key(account_id), download_sk(download_id))
        try:
            item.update(actions=[action], condition=self._downloads.download_id.exists())
        except UpdateError as error:
            if not is_condition_failure(error):
                raise
            raise DownloadNotFound(NOT_FOUND) from None


def _may(model: type[DownloadItem], most: int) -> Condition:
    """The condition for one more link."""
    count = model.links_issued
    condition: Condition = (
        model.download_id.exists() & model.revoked_at.does_not_exist() & (count.does_not_exist() | (count < most))
    )
    return condition
