"""The published status list: in S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allmytracks.foundation.aws.calls import aws_call
from allmytracks.foundation.aws.sdk import sdk_client
from allmytracks.licenses.states.rules_status_lists import NoStatusList

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "status-list/licenses.jws"
MEDIA_TYPE = "application/jose"
NONE_YET = "No status list was published yet; the first one comes within the hour."


class S3StatusLists:
    """One object, overwritten: a newer list includes the older one."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._s3: S3Client = sdk_client("s3")

    def put(self, jws: str) -> None:
        with aws_call():
            self._s3.put_object(Bucket=self._bucket, Key=KEY, Body=jws.encode("ascii"), ContentType=MEDIA_TYPE)

    def get(self) -> str:
        try:
            with aws_call():
                return self._s3.get_object(Bucket=self._bucket, Key=KEY)["Body"].read().decode("ascii")
        except self._s3.exceptions.NoSuchKey:
            raise NoStatusList(NONE_YET) from None
