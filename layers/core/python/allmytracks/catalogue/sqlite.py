"""The search file in S3: written when the catalogue changes, and read from a copy on the function's own disk."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from allmytracks.catalogue import search_file
from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.rules import Listing
from allmytracks.catalogue.rules_search import TrackQuery
from allmytracks.catalogue.search_file import SearchFile
from allmytracks.foundation.aws.sdk import sdk_client
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.paging import Page
from allmytracks.foundation.time_and_ids import Clock

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "search/catalog.sqlite"
MEDIA_TYPE = "application/vnd.sqlite3"
CHECK_EVERY = timedelta(seconds=3)
REBUILDS = 5  # attempts of one rebuild while others are writing too
# Without the right to list the bucket, which is not needed here, S3 answers 403 for a key that is not there.
_MISSING = frozenset({"NoSuchKey", "404", "AccessDenied", "403"})
_NOT_MODIFIED = frozenset({"304", "NotModified"})
_RACED = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})
_TRANSIENT = frozenset({"InternalError", "ServiceUnavailable", "SlowDown", "RequestTimeout", "500", "502", "503"})


def _client() -> S3Client:
    client: S3Client = sdk_client("s3", config=Config(retries={"mode": "standard"}))
    return client


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Raises Unavailable for S3's transient errors."""
    try:
        yield
    except BotoCoreError as error:
        raise Unavailable from error
    except ClientError as error:
        if _code(error) in _TRANSIENT:
            raise Unavailable from error
        raise


class SqliteSearchIndex:
    """Writes the search file."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._s3 = _client()

    def rebuild(self, tracks: Tracks) -> int:
        with _translated(), tempfile.TemporaryDirectory() as folder:
            for attempt in range(REBUILDS):
                path = Path(folder) / f"{attempt}.sqlite"
                # A concurrent replacement makes the put below fail, and the catalogue is read again:
                # so no rebuild that began earlier overwrites one that began later.
                before = self._etag()
                count = search_file.write(path, tracks.all())
                if self._put(path, before):
                    return count
        raise Unavailable

    def _etag(self) -> str | None:
        try:
            return self._s3.head_object(Bucket=self._bucket, Key=KEY)["ETag"]
        except ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise

    def _put(self, path: Path, replaces: str | None) -> bool:
        try:
            with path.open("rb") as body:
                if replaces is None:
                    self._s3.put_object(
                        Bucket=self._bucket, Key=KEY, Body=body, ContentType=MEDIA_TYPE, IfNoneMatch="*"
                    )
                else:
                    self._s3.put_object(
                        Bucket=self._bucket, Key=KEY, Body=body, ContentType=MEDIA_TYPE, IfMatch=replaces
                    )
        except ClientError as error:
            if _code(error) in _RACED:
                return False
            raise
        return True


class SqliteTrackSearch:
    """Searches a local copy of the search file; it is compared with S3's at most every CHECK_EVERY.

    Before the first file nothing is found; while S3 is unavailable, the local copy keeps serving.
    """

    def __init__(self, bucket: str, clock: Clock, folder: Path | None = None) -> None:
        self._bucket = bucket
        self._clock = clock
        self._folder = folder or Path(tempfile.gettempdir())
        self._s3 = _client()
        self._open: SearchFile | None = None
        self._etag: str | None = None
        self._checked_at: datetime | None = None

    def find(self, query: TrackQuery) -> Page[Listing]:
        now = self._clock.now()
        if self._checked_at is None or not timedelta(0) <= now - self._checked_at < CHECK_EVERY:
            try:
                self._refresh()
                self._checked_at = now
            except Unavailable:
                if self._open is None:
                    raise
        return self._open.find(query) if self._open else Page((), None)

    def _refresh(self) -> None:
        with _translated():
            try:
                if self._etag is None:
                    answer = self._s3.get_object(Bucket=self._bucket, Key=KEY)
                else:
                    answer = self._s3.get_object(Bucket=self._bucket, Key=KEY, IfNoneMatch=self._etag)
            except ClientError as error:
                if _code(error) in _NOT_MODIFIED or (_code(error) in _MISSING and self._open is None):
                    return
                raise
            with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".sqlite") as copy:
                for chunk in answer["Body"].iter_chunks(1 << 20):
                    copy.write(chunk)
                copy.flush()
                fresh = SearchFile(Path(copy.name))
            # Unlinked while open: the contents stay readable, and nothing is left on the disk.
        if self._open is not None:
            self._open.close()
        self._open, self._etag = fresh, answer["ETag"]

    def close(self) -> None:
        """Closes the local copy."""
        if self._open is not None:
            self._open.close()
            self._open = None
