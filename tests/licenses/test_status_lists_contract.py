"""The published status list: the twin and S3 as moto plays it."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from allmytracks.foundation.errors import Unavailable
from allmytracks.licenses.states.ports import StatusLists
from allmytracks.licenses.states.rules_status_lists import NoStatusList
from allmytracks.licenses.states.s3 import KEY, S3StatusLists
from tests.fakes.status_lists import MemoryStatusLists

BUCKET = "documents"


@pytest.fixture(params=["memory", "s3"])
def lists(request: pytest.FixtureRequest) -> Iterator[StatusLists]:
    if request.param == "memory":
        yield MemoryStatusLists()
        return
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-east-1"})
        yield S3StatusLists(BUCKET)


def test_the_newest_list_holds(lists: StatusLists) -> None:
    with pytest.raises(NoStatusList):
        lists.get()
    lists.put("first.list.signed")
    lists.put("second.list.signed")
    assert lists.get() == "second.list.signed"


def test_a_busy_s3_means_try_again() -> None:
    lists = S3StatusLists(BUCKET)
    with Stubber(lists._s3) as stubber:
        stubber.add_client_error("put_object", "SlowDown", http_status_code=503)
        with pytest.raises(Unavailable):
            lists.put("a.b.c")
        stubber.add_client_error("get_object", "SlowDown", http_status_code=503)
        with pytest.raises(Unavailable):
            lists.get()
    assert KEY.startswith("status-list/")  # what the functions' policies name
