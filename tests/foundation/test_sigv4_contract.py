"""Our signatures are botocore's, whatever is signed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlsplit

import time_machine
from botocore.auth import S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import example, given, settings
from hypothesis import strategies as st

from allmytracks.foundation.aws.sigv4 import _encoded, signed_headers, signed_query

WORD = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=12)
KEYS = st.builds(
    lambda access, secret, token: ReadOnlyCredentials(access, secret, token, None),
    WORD,
    st.text("abcXYZ019/+=é", min_size=1, max_size=40),
    st.one_of(st.none(), st.text("abcXYZ019/+=", min_size=1, max_size=40)),
)
REGION = st.sampled_from(["ap-east-1", "us-east-1"])
HOST = st.one_of(
    st.just("masters.s3.ap-east-1.amazonaws.com"), st.builds("127.0.0.1:{}".format, st.integers(1024, 65535))
)
# Days that meet and days apart: the key is kept for a day and no longer.
MOMENT = st.integers(0, 40).map(lambda hours: datetime(2026, 11, 21, 7, 59, 59, 999_999, UTC) + timedelta(hours=hours))
ANY_TEXT = st.text(max_size=20)


@given(KEYS, st.sampled_from(["dynamodb", "sqs", "secretsmanager"]), REGION, HOST, WORD, st.binary(max_size=50), MOMENT)
@settings(max_examples=60)
def test_calls(
    keys: ReadOnlyCredentials, service: str, region: str, host: str, operation: str, body: bytes, now: datetime
) -> None:
    headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"Any_1.{operation}"}
    theirs = AWSRequest("POST", f"https://{host}/", data=body, headers=headers)
    with time_machine.travel(now, tick=False):
        SigV4Auth(keys, service, region).add_auth(theirs)
    ours = signed_headers(keys, service, region, {**headers, "host": host}, body, now)
    assert ours == {"host": host, **{name.lower(): value for name, value in theirs.headers.items()}}


@given(KEYS, REGION, HOST, ANY_TEXT, st.dictionaries(WORD, ANY_TEXT, max_size=3), st.integers(1, 3600), MOMENT)
@example(
    ReadOnlyCredentials("a", "b", "t", None),
    "ap-east-1",
    "h",
    "a b/~c+é",
    {"p": 'a b~c+/é"%', "q": ""},
    1,
    datetime.now(UTC),
)
@settings(max_examples=60)
def test_links(
    keys: ReadOnlyCredentials,
    region: str,
    host: str,
    key: str,
    parameters: dict[str, str],
    seconds: int,
    now: datetime,
) -> None:
    path = f"/{quote(key, safe='/~')}"
    theirs = AWSRequest("GET", f"https://{host}{path}", params=dict(parameters))
    with time_machine.travel(now, tick=False):
        S3SigV4QueryAuth(keys, "s3", region, expires=seconds).add_auth(theirs)
    query = signed_query(keys, region, host, path, parameters, seconds, now)
    assert _read(query) == _read(urlsplit(str(theirs.url)).query)


def _read(query: str) -> dict[str, str]:
    return dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True))


def test_a_session_token_is_encoded_once_for_all_links() -> None:
    keys = ReadOnlyCredentials("AKIDEXAMPLE", "secret", "a token of this test/+=")
    before = _encoded.cache_info()
    for second in range(3):
        signed_query(keys, "ap-east-1", "host", "/key", {}, 300, datetime(2026, 11, 28, 7, 0, second, tzinfo=UTC))
    # Of six values in each link the instant alone is new.
    assert _encoded.cache_info().misses - before.misses <= 6 + 2
