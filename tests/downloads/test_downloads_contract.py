"""Downloads by id and in pages, and their links: twins and real adapters keep one contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from allmytracks.downloads.dynamodb import DynamoDownloads
from allmytracks.downloads.dynamodb_allowances import DynamoAllowances
from allmytracks.downloads.ports import Downloads
from allmytracks.downloads.ports_allowances import Allowances, Terms
from allmytracks.downloads.rules import (
    DownloadNotFound,
    DownloadNotPaid,
    Grant,
    Use,
    download_id_for,
)
from allmytracks.downloads.rules_allowance import day_at
from allmytracks.foundation.aws.environment import AwsEnvironment
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.s3_links import S3LinkSigner, content_disposition
from allmytracks.memberships.dynamodb import MEMBERSHIP, MembershipItem, to_text
from allmytracks.memberships.dynamodb_allowance import AllowanceItem, allowance_key
from tests.factories.downloads import USE, a_grant
from tests.factories.instants import NOW
from tests.factories.memberships import period, purchase_of
from tests.fakes.downloads import MemoryDownloads

ZONE = ZoneInfo("Asia/Hong_Kong")
MakeGrant = Callable[..., Grant]


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def store(request: pytest.FixtureRequest) -> tuple[Downloads, MakeGrant]:
    allowances: Allowances
    downloads: Downloads
    if request.param == "memory":
        memory = MemoryDownloads()
        for account_id in ("acc-1", "acc-2"):
            memory.set_periods(account_id, [period()])
        allowances = downloads = memory
    else:
        counters: Table = request.getfixturevalue("counters_table")
        accounts: Table = request.getfixturevalue("accounts_table")
        for account_id in ("acc-1", "acc-2"):
            text = to_text([purchase_of(period())])
            maps = [period()]
            bind(AllowanceItem, counters)(allowance_key(account_id), periods=maps).save()
            bind(MembershipItem, accounts)(account_key(account_id), MEMBERSHIP, revision=1, purchases=text).save()
        allowances, downloads = DynamoAllowances(counters, accounts), DynamoDownloads(accounts)

    def make(key: str, minutes: int = 0, account_id: str = "acc-1", use: Use = USE) -> Grant:
        at = NOW + timedelta(minutes=minutes)
        grant = a_grant(key, at, account_id, use)
        assert allowances.grant(grant, Terms(["premium@v1"]), day_at(at, ZONE), at) is None
        return grant

    return downloads, make


def test_the_period_of_a_download_is_found(store: tuple[Downloads, MakeGrant]) -> None:
    downloads, make = store
    grant = make("key-1")
    found = downloads.get("acc-1", grant.download_id)
    assert (found.use, found.granted_at, found.title, found.license_number) == (USE, NOW, "夜曲", None)
    assert (found.terms_id, found.order_id) == ("premium@v1", "ord-1")


def test_a_late_report_of_a_refund_does_not_hide_a_download() -> None:
    memory = MemoryDownloads()
    memory.set_periods("acc-1", [period()])
    assert memory.grant(a_grant("key-1"), Terms(["premium@v1"]), day_at(NOW, ZONE), NOW) is None
    download_id = download_id_for("acc-1", "key-1")
    refunded_an_hour_ago = replace(period(), ends_at=NOW - timedelta(hours=1))
    memory.set_periods("acc-1", [refunded_an_hour_ago])
    assert memory.get("acc-1", download_id).order_id == "ord-1"
    memory.set_periods("acc-1", [])
    (shown,) = memory.page("acc-1", limit=10, cursor=None).items
    with pytest.raises(DownloadNotPaid):
        _ = shown.terms_id


def test_an_undeclared_use_stays_open(store: tuple[Downloads, MakeGrant]) -> None:
    downloads, make = store
    assert downloads.get("acc-1", make("key-1", use=Use()).download_id).use == Use()


@pytest.mark.clause("M-IV")
def test_a_download_is_not_readable_by_another_account(store: tuple[Downloads, MakeGrant]) -> None:
    downloads, make = store
    grant = make("key-1")
    with pytest.raises(DownloadNotFound):
        downloads.get("acc-2", grant.download_id)
    assert list(downloads.page("acc-2", limit=10, cursor=None).items) == []


def test_pages_come_newest_first_and_end(store: tuple[Downloads, MakeGrant]) -> None:
    downloads, make = store
    made = [make(f"key-{n}", minutes=n).download_id for n in range(5)]
    make("others", minutes=9, account_id="acc-2")
    seen, cursor = [], None
    for _ in range(4):
        page = downloads.page("acc-1", limit=2, cursor=cursor)
        seen += [each.id for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == made[::-1]
    assert cursor is None


def test_a_cursor_of_another_account_shows_nothing_of_it(store: tuple[Downloads, MakeGrant]) -> None:
    downloads, make = store
    for n in range(3):
        make(f"key-{n}", minutes=n)
    cursor = downloads.page("acc-1", limit=1, cursor=None).next_cursor
    assert cursor is not None
    assert list(downloads.page("acc-2", limit=10, cursor=cursor).items) == []


@pytest.mark.parametrize("cursor", ["nonsense", "bm9uc2Vuc2U", "Wzsd", "W10", "å"])
def test_a_cursor_that_is_none_of_ours_is_refused(store: tuple[Downloads, MakeGrant], cursor: str) -> None:
    downloads, _ = store
    with pytest.raises(InvalidFields):
        downloads.page("acc-1", limit=1, cursor=cursor)


@pytest.mark.clause("U-II.IV.9")
def test_a_link_is_signed_short_lived_and_names_the_file() -> None:
    link = S3LinkSigner("masters", 300, AwsEnvironment()).sign(
        "tracks/trk-1/wav.wav", "Artist - 夜曲.wav", "audio/wav", NOW
    )
    parts = urlsplit(link.url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert parts.path.endswith("tracks/trk-1/wav.wav")
    assert query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert query["X-Amz-Expires"] == "300"
    assert query["response-content-type"] == "audio/wav"
    assert query["response-content-disposition"] == content_disposition("Artist - 夜曲.wav")
    assert link.expires_at == NOW + timedelta(seconds=300)


def test_the_files_name_is_plain_for_old_readers_and_whole_for_others() -> None:
    assert content_disposition('a"b\\夜.wav') == (
        "attachment; filename=\"a_b__.wav\"; filename*=UTF-8''a%22b%5C%E5%A4%9C.wav"
    )
