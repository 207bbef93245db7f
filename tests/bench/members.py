"""What members and operators wait for as an account grows: reads of its history, its erasure, and mailings to many."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.dynamodb_receipt_numbers import DynamoReceiptNumbers
from allmytracks.downloads.dynamodb import DownloadItem, to_item
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.foundation.records import Store
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.notices.dynamodb import DynamoNotices, NoticeItem
from allmytracks.notices.dynamodb_delivery import DynamoMailFailures
from allmytracks.notices.dynamodb_mailings import DynamoMailings
from allmytracks.notices.rules_mailings import PART, Mailing, MailingKind, MailingStatus, Selection
from allmytracks.notices.use_cases.send_mailings import SendMailings
from allmytracks.privacy.aws_stores import AwsStores
from allmytracks.privacy.dynamodb_erasures import DynamoErasures
from allmytracks.privacy.dynamodb_holds import DynamoHolds
from allmytracks.privacy.ports import Stored
from allmytracks.privacy.records import ALL
from allmytracks.privacy.rules_erasure import Phase
from allmytracks.privacy.use_cases.erase_account import EraseAccount
from allmytracks.privacy.use_cases.walk import Walk
from allmytracks.timeline.dynamodb import DynamoHistories
from tests.bench.capacity import Meter
from tests.bench.recorder import Recorder, counted
from tests.bench.requests import Cost
from tests.bench.world import World
from tests.factories.accounts import account
from tests.factories.downloads import a_grant
from tests.factories.instants import NOW
from tests.fakes.accounts import MemoryIdentity
from tests.fakes.foundation import FixedClock, MemoryMailer
from tests.fakes.privacy import MemoryErasureMarks
from tests.fakes.signing import MemoryLicenseKeys

PAGE = 50
READS = ("profile", "notices", "timeline")
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Bulk:
    """Work on so many records: wall-clock seconds on DynamoDB Local, and the units and calls of all of it."""

    name: str
    records: int
    seconds: float
    write_units: int
    index_units: int
    read_units: float
    calls: Mapping[str, int]

    @property
    def units_each(self) -> float:
        """Write units a record, those of indexes included."""
        return (self.write_units + self.index_units) / self.records


class ObjectlessStores(AwsStores):
    """The tables alone: S3 adds a list of each folder, and a delete of each version of a file."""

    def _objects(self, store: Store, key: str) -> list[Stored]:  # noqa: ARG002 - the adapter's own
        return []


def member(downloads: int, *, notices: bool = True) -> str:
    """An account with so many downloads and, one each, notices."""
    table = Table("AccountsTable")
    account_id = f"member-{next(_numbers)}"
    DynamoAccounts(table).add(account(account_id), [])
    model = bind(DownloadItem, table)
    with model.batch_write() as batch:
        for n in range(downloads):
            grant = a_grant(f"{account_id}-{n}", NOW + timedelta(seconds=n), account_id)
            batch.save(to_item(model, replace(grant, source_ip="198.51.100.77", user_agent="A phone")))
    if notices:
        inbox = bind(NoticeItem, table)
        with inbox.batch_write() as batch:
            for item in _notices(inbox, account_id, downloads):
                batch.save(item)
    return account_id


def _notices(model: type[NoticeItem], account_id: str, count: int) -> Iterator[NoticeItem]:
    for n in range(count):
        at = f"2026-01-01T00:00:00.{n:06}Z"
        yield model(
            f"ACCOUNT#{account_id}",
            f"NOTICE#{at}#n-{n}",
            kind="membership_activated",
            subject="Your membership runs",
            text="A text of a notice, as long as they are. " * 8,
            at=at,
            served_at=at,
            state="sent",
        )


def reads(world: World, recorder: Recorder, histories: Sequence[int], advance: Callable[[], None]) -> list[Cost]:
    """One page of each, for accounts with so many downloads and notices."""
    table = Table("AccountsTable")
    found = []
    for size in histories:
        account_id = member(size)
        acts: dict[str, Callable[[], object]] = {
            "profile": lambda: DynamoAccounts(table).get(account_id),  # noqa: B023 - called at once
            "notices": lambda: DynamoNotices(table).page(account_id, unread=False, limit=PAGE, cursor=None),  # noqa: B023
            "timeline": lambda: DynamoHistories(table).page(account_id, limit=PAGE, cursor=None),  # noqa: B023
        }
        for name in READS:
            with recorder.recording() as calls:
                acts[name]()
            capacity = Meter(world.schemas, {}, {}).capacity(calls)
            listed = sum(len(call.answer.get("Items", ())) for call in calls)
            assert listed >= (0 if name == "profile" else min(size, PAGE)), name
            found.append(Cost(f"{name} after {size:,}", counted(calls), capacity))
        advance()
    return found


def erasures(world: World, recorder: Recorder, histories: Sequence[int], advance: Callable[[], None]) -> list[Bulk]:
    """Erasing accounts with so many downloads."""
    accounts, clock = Table("AccountsTable"), FixedClock(NOW)
    tables = {Store.COUNTERS: Table("CountersTable"), Store.RECORDINGS: Table("RecordingsTable")}
    stores = ObjectlessStores({Store.ACCOUNTS: accounts, **tables}, {}, MemoryIdentity())
    numbers = DynamoReceiptNumbers(accounts, RandomIds(), clock)
    erasing, keys = (DynamoErasures(accounts), DynamoHolds(accounts), MemoryErasureMarks()), MemoryLicenseKeys()
    erase = EraseAccount(Walk(stores, ALL), stores, numbers, *erasing, keys, clock)
    found = []
    for size in histories:
        account_id = member(size, notices=False)

        def work(account_id: str = account_id) -> None:
            assert erase(account_id).phase is Phase.DONE

        found.append(_bulk(f"erasure after {size:,} downloads", size, world, recorder, work))
        advance()
    return found


def mailings(world: World, recorder: Recorder, sizes: Sequence[int], advance: Callable[[], None]) -> list[Bulk]:
    """The notice of a breach to a list of so many accounts."""
    table, clock = Table("AccountsTable"), FixedClock(NOW)
    accounts, notices, mails = DynamoAccounts(table), DynamoNotices(table), DynamoMailings(table)
    send = SendMailings(
        mails,
        accounts,
        lambda _: True,
        DynamoMailFailures(table),
        notices,
        MemoryMailer(),
        clock,
        lambda _: "https://site.example",
    )
    found = []
    for size in sizes:
        ids = [member(0, notices=False) for _ in range(size)]
        mailing = Mailing(f"mlg_{size}", MailingKind.BREACH, "Subject", "Text", Selection(listed=True), NOW)
        mails.draft(mailing)
        for number, start in enumerate(range(0, size, PART)):
            mails.put_part(mailing.id, number, ids[start : start + PART])
        mails.set_status(mailing.id, MailingStatus.RUNNING)

        def work(size: int = size) -> None:
            assert send(lambda: True) == size

        found.append(_bulk(f"mailing to {size:,}", size, world, recorder, work))
        advance()
    return found


def _bulk(name: str, records: int, world: World, recorder: Recorder, work: Callable[[], None]) -> Bulk:
    """Units by the difference of the tables: of items that are written several times, the last write counts."""
    before = world.contents()
    with recorder.recording() as calls:
        began = time.perf_counter()
        work()
        seconds = time.perf_counter() - began
    capacity = Meter(world.schemas, before, world.contents()).capacity(calls)
    actions = Counter(counted(calls))
    return Bulk(name, records, seconds, capacity.write_units, capacity.index_units, capacity.read_units, actions)
