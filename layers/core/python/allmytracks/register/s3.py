"""The files of the register: in a bucket that locks each one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import ClientError

from allmytracks.foundation.aws.calls import aws_call
from allmytracks.foundation.aws.sdk import sdk_client
from allmytracks.foundation.errors import Unavailable
from allmytracks.register.ports import Latest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LATEST = "latest"
AT_ONCE = 16
# A concurrent write of the same name: its result is unknown, and the request may be retried.
RACED = "ConditionalRequestConflict"
REFUSED = "PreconditionFailed"


class S3RegisterFiles:
    """A bucket whose default retention locks each version (Object Lock); no write replaces a file but `latest`."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._s3: S3Client = sdk_client("s3", config=Config(max_pool_connections=AT_ONCE))

    def get(self, name: str) -> bytes | None:
        try:
            with aws_call():
                return self._s3.get_object(Bucket=self._bucket, Key=name)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            return None

    def get_all(self, names: Sequence[str]) -> list[bytes | None]:
        if len(names) < 2:
            return [self.get(name) for name in names]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self.get, names))

    def put_all(self, files: Iterable[tuple[str, bytes]]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(lambda file: self._put_absent(*file), files):
                pass  # reading each result raises its thread's exception

    def claim(self, name: str, content: bytes) -> bytes:
        if self._put_absent(name, content):
            return content
        standing = self.get(name)
        if standing is None:
            raise Unavailable
        return standing

    def latest(self) -> Latest | None:
        try:
            with aws_call():
                answer = self._s3.get_object(Bucket=self._bucket, Key=LATEST)
                return Latest(answer["Body"].read().decode("ascii"), answer["ETag"])
        except self._s3.exceptions.NoSuchKey:
            return None

    def set_latest(self, jws: str, after: Latest | None) -> bool:
        condition = {"IfMatch": after.version} if after else {"IfNoneMatch": "*"}
        return self._put(LATEST, jws.encode("ascii"), condition)

    def _put_absent(self, name: str, content: bytes) -> bool:
        return self._put(name, content, {"IfNoneMatch": "*"})

    def _put(self, name: str, content: bytes, condition: dict[str, str]) -> bool:
        """Returns whether the condition held."""
        try:
            with aws_call():
                self._s3.put_object(
                    Bucket=self._bucket,
                    Key=name,
                    Body=content,
                    # Object Lock asks for a checksum with every upload.
                    ChecksumAlgorithm="SHA256",
                    **condition,  # type: ignore[arg-type]  # the stubs want each name spelt out
                )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == RACED:
                raise Unavailable from error
            if code == REFUSED:
                return False
            raise
        return True
