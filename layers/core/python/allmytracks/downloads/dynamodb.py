"""Downloads in the accounts table."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from allmytracks.downloads.dynamodb_attributes import download_sk, timeline_key, timeline_place, to_attributes
from allmytracks.downloads.dynamodb_attributes import to_grant as grant_of
from allmytracks.downloads.rules import Download, DownloadNotFound, Grant
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import ListedInHistory, Table, bind
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from allmytracks.memberships.dynamodb import periods_of
from allmytracks.memberships.rules import Period, granting_period


class TimelineIndex(GlobalSecondaryIndex["DownloadItem"]):
    """Sparse index over what is listed newest first."""

    class Meta:
        """PynamoDB's settings of the index."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class DownloadItem(ListedInHistory):
    """One granted download."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    timeline = TimelineIndex()
    timeline_key = UnicodeAttribute()
    timeline_at = UnicodeAttribute()
    download_id = UnicodeAttribute()
    account_id = UnicodeAttribute()
    track_id = UnicodeAttribute()
    title = UnicodeAttribute()
    artist = UnicodeAttribute()
    rendition = UnicodeAttribute()
    rendition_sha256 = UnicodeAttribute()
    object_key = UnicodeAttribute()
    project_name = UnicodeAttribute(null=True)
    project_kind = UnicodeAttribute(null=True)
    purpose = UnicodeAttribute(null=True)
    platform = UnicodeAttribute(null=True)
    granted_at = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    key_hash = UnicodeAttribute()
    source_ip = UnicodeAttribute()
    user_agent = UnicodeAttribute()
    license_number = UnicodeAttribute(null=True)
    revoked_at = UnicodeAttribute(null=True)
    links_issued = NumberAttribute(null=True)
    alias_of = UnicodeAttribute(null=True)


def to_item(model: type[DownloadItem], grant: Grant) -> DownloadItem:
    """The item of a grant."""
    return model.from_raw_data(to_attributes(grant))


def to_grant(item: DownloadItem) -> Grant:
    """The grant of an item."""
    return grant_of(item.to_dynamodb_dict())


def revoked_at_of(item: DownloadItem) -> datetime | None:
    """When the download was revoked; None where it was not."""
    return parse_rfc3339(item.revoked_at) if item.revoked_at else None


def to_download(
    grant: Grant, periods: tuple[Period, ...], license_number: str | None, revoked_at: datetime | None = None
) -> Download:
    """A download with the period that it was granted under."""
    return Download(
        id=grant.download_id,
        account_id=grant.account_id,
        track_id=grant.track_id,
        title=grant.title,
        artist=grant.artist,
        rendition=grant.rendition,
        rendition_sha256=grant.rendition_sha256,
        object_key=grant.object_key,
        file_name=grant.file_name,
        media_type=grant.media_type,
        period=granting_period(periods, grant.granted_at),
        use=grant.use,
        granted_at=grant.granted_at,
        license_number=license_number,
        revoked_at=revoked_at,
    )


class DynamoDownloads:
    """Downloads in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._items = bind(DownloadItem, table)

    def get(self, account_id: str, download_id: str) -> Download:
        try:
            item = self._items.get(account_key(account_id), download_sk(download_id), consistent_read=True)
        except DoesNotExist:
            raise DownloadNotFound("You have no such download.") from None
        if item.alias_of:
            raise DownloadNotFound("You have no such download.")
        return self._download(item, periods_of(self._table, account_id))

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Download]:
        start = start_of(account_id, cursor) if cursor else None
        found = self._items.timeline.query(
            timeline_key(account_id), scan_index_forward=False, limit=limit, last_evaluated_key=start
        )
        items = list(found)
        periods = periods_of(self._table, account_id) if items else ()
        downloads = [self._download(item, periods) for item in items]
        more = found.last_evaluated_key is not None
        return Page(downloads, make_cursor(items[-1].timeline_at, items[-1].sk) if more and items else None)

    def cursor_after(self, download: Download) -> str:
        return make_cursor(timeline_place(rfc3339(download.granted_at), download.id), download_sk(download.id))

    def _download(self, item: DownloadItem, periods: tuple[Period, ...]) -> Download:
        return to_download(to_grant(item), periods, item.license_number, revoked_at_of(item))


def start_of(account_id: str, cursor: str) -> dict[str, dict[str, str]]:
    """The key that a cursor names, in the caller's own partition. Raises InvalidFields."""
    timeline_at, sort_key = read_cursor(cursor, tuple[KeyPart, KeyPart])
    return {
        "pk": {"S": account_key(account_id)},
        "sk": {"S": sort_key},
        "timeline_key": {"S": timeline_key(account_id)},
        "timeline_at": {"S": timeline_at},
    }
