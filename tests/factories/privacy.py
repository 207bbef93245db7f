"""An account with one of everything, stored by the product's own modules, and all that is stored, raw."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.dynamodb_addresses import DynamoAddresses
from allmytracks.accounts.dynamodb_billing import DynamoBillingParticulars
from allmytracks.accounts.dynamodb_consents import DynamoConsentDecisions
from allmytracks.accounts.dynamodb_receipt_numbers import DynamoReceiptNumbers
from allmytracks.accounts.rules import Acceptance, Account, AccountKind, AccountStatus
from allmytracks.accounts.rules_billing import Billing
from allmytracks.accounts.rules_consents import ConsentDecision
from allmytracks.accounts.rules_sign_ups import Owner
from allmytracks.closing.dynamodb import DynamoClosings
from allmytracks.closing.rules import Closing, ClosingStatus
from allmytracks.downloads.dynamodb import DownloadItem, to_item
from allmytracks.downloads.dynamodb_links import DynamoIssuedLinks
from allmytracks.downloads.rules_links import IssuedLink
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.foundation.records import Store
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.notices.dynamodb import DynamoNotices
from allmytracks.notices.dynamodb_delivery import DynamoMailFailures
from allmytracks.notices.rules import Notice
from allmytracks.notices.rules_delivery import Failure, MailFailure
from allmytracks.privacy.aws_stores import AwsStores
from allmytracks.privacy.dynamodb_erasures import DynamoErasures
from allmytracks.privacy.dynamodb_holds import DynamoHolds
from allmytracks.privacy.records import ALL
from allmytracks.privacy.s3_erasure_marks import MARKS, S3ErasureMarks
from allmytracks.privacy.use_cases.erase_account import EraseAccount
from allmytracks.privacy.use_cases.walk import Walk
from allmytracks.tickets.dynamodb import DynamoTickets
from allmytracks.tickets.rules import Author, Message, Ticket, TicketKind, TicketStatus
from allmytracks.tickets.rules_attachments import attachment_key
from allmytracks.timeline.dynamodb_refusals import DynamoRefusals
from allmytracks.timeline.rules import Refusal
from tests.factories.downloads import a_grant
from tests.factories.instants import NOW
from tests.factories.payments import a_paid_order, store_order
from tests.fakes.accounts import MemoryIdentity
from tests.fakes.foundation import FixedClock
from tests.fakes.signing import MemoryLicenseKeys

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

EMAIL, NAME, STREET = "grace.hopper@example.org", "Grace Hopper-Murray", "7 Nightingale Road"
ADDRESS, DEVICE, USER_NAME = "198.51.100.77", "HopperPhone/9", "login_grace"
GUARDIAN = "walter@example.net"
PERSONAL = (EMAIL, NAME, STREET, ADDRESS, DEVICE, USER_NAME, GUARDIAN)


@dataclass
class PrivacyWorld:
    """The tables that have anything of an account, with everything that erases."""

    accounts: Table
    counters: Table
    recordings: Table
    identity: MemoryIdentity = field(default_factory=MemoryIdentity)
    keys: MemoryLicenseKeys = field(default_factory=MemoryLicenseKeys)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))

    @property
    def tables(self) -> tuple[Table, ...]:
        return self.accounts, self.counters, self.recordings

    @cached_property
    def stores(self) -> AwsStores:
        tables = {Store.ACCOUNTS: self.accounts, Store.COUNTERS: self.counters, Store.RECORDINGS: self.recordings}
        buckets = {Store.DOCUMENTS: "documents", Store.LETTERS: "letters", Store.RECORDING_FILES: "recordings"}
        return AwsStores(tables, buckets, self.identity)

    @cached_property
    def s3(self) -> S3Client:
        """Made once, as those of `stores`: each takes 50 ms."""
        return boto3.client("s3")

    @cached_property
    def marks(self) -> S3ErasureMarks:
        return S3ErasureMarks("documents")

    @property
    def numbers(self) -> DynamoReceiptNumbers:
        return DynamoReceiptNumbers(self.accounts, RandomIds(), self.clock)

    @property
    def erase(self) -> EraseAccount:
        return EraseAccount(
            Walk(self.stores, ALL),
            self.stores,
            self.numbers,
            DynamoErasures(self.accounts),
            DynamoHolds(self.accounts),
            self.marks,
            self.keys,
            self.clock,
        )

    def seed(self, account_id: str = "acc-1", downloads: int = 1) -> None:
        """One of everything."""
        self.seed_account(account_id)
        grants = [
            replace(a_grant(f"{account_id}-{n}", account_id=account_id), source_ip=ADDRESS, user_agent=DEVICE)
            for n in range(downloads)
        ]
        model = bind(DownloadItem, self.accounts)
        with model.batch_write() as batch:
            for each in grants:
                batch.save(to_item(model, each))
        link = IssuedLink("lnk-1", account_id, grants[0].download_id, NOW, ADDRESS, DEVICE)
        DynamoIssuedLinks(self.accounts).record(link, 5)
        store_order(self.accounts, a_paid_order(f"ord-{account_id}", account_id=account_id))
        notices = DynamoNotices(self.accounts)
        notices.claim(Notice(account_id, "n-1", NOW, f"Dear {NAME}", f"Sent to {EMAIL}", "membership_activated"), NOW)

        self.seed_privacy(account_id)

    def seed_privacy(self, account_id: str) -> None:
        """Consents, a ticket with a file, an application to close, a failure of mail, a session, a refusal."""
        decision = ConsentDecision("marketing_mail", given=True, version="1", changed_at=NOW, source_ip=ADDRESS)
        DynamoConsentDecisions(self.accounts).record(account_id, decision, after=None)
        message = Message("m-1", Author.MEMBER, f"I am {NAME}, {STREET}", NOW)
        ticket = Ticket(
            f"T-{account_id}",
            TicketKind.QUESTION,
            TicketStatus.ANSWERED,
            f"From {NAME}",
            NOW,
            NOW,
            NOW,
            (message,),
            "0",
            account_id=account_id,
        )
        DynamoTickets(self.accounts).add(ticket)
        key = attachment_key(account_id, ticket.number, "file-1")
        for content in (b"first", NAME.encode()):
            self.s3.put_object(Bucket="documents", Key=key, Body=content)
        closing = Closing(account_id, ClosingStatus.APPLIED, NOW, reason=f"{NAME} leaves")
        DynamoClosings(self.accounts).apply(closing)
        DynamoMailFailures(self.accounts).record(MailFailure(account_id, Failure.BOUNCED, NOW))
        DynamoRefusals(self.accounts).add(Refusal(account_id, NOW, "/v1/downloads", "membership_required"))

    def objects(self) -> list[str]:
        """The keys of all versions of all objects of the documents bucket, without marks of erasures."""
        answer = self.s3.list_object_versions(Bucket="documents")
        keys = [str(each["Key"]) for each in [*answer.get("Versions", []), *answer.get("DeleteMarkers", [])]]
        return [key for key in keys if not key.startswith(MARKS)]

    def marked(self) -> list[str]:
        """The accounts that docs/recovery.md says to erase again after a restore."""
        listed = self.s3.list_objects_v2(Bucket="documents", Prefix=MARKS).get("Contents", [])
        return [each["Key"].removeprefix(MARKS) for each in listed]

    def seed_account(self, account_id: str) -> None:
        """What sign-up and the account's particulars store."""
        profile = Account(
            id=account_id,
            kind=AccountKind.INDIVIDUAL,
            minor=True,
            email=EMAIL,
            status=AccountStatus.ACTIVE,
            created_at=NOW - timedelta(days=400),
            display_name=NAME,
            country="HK",
            guardian_email=GUARDIAN,
            end_user=NAME,
        )
        accepted = Acceptance("user-agreement", "2026-11-01", NOW, ADDRESS)
        accounts = DynamoAccounts(self.accounts)
        accounts.add(replace(profile, status=AccountStatus.UNVERIFIED), [accepted])
        DynamoAddresses(self.accounts).prove(
            EMAIL, Owner(account_id, USER_NAME), AccountStatus.ACTIVE, expected=AccountStatus.UNVERIFIED, now=NOW
        )
        DynamoBillingParticulars(self.accounts).put(account_id, Billing(NAME, (STREET,), "HK", None))
        self.counters.client.call(
            "PutItem", {"TableName": self.counters.name, "Item": {"pk": {"S": f"ALLOWANCE#{account_id}"}}}
        )

    def raw(self) -> str:
        """Everything that the tables hold, as text."""
        found: list[Any] = []
        for table in self.tables:
            answer = table.client.call("Scan", {"TableName": table.name, "ConsistentRead": True})
            assert "LastEvaluatedKey" not in answer
            found += answer["Items"]
        return json.dumps(found, ensure_ascii=False)


def make_buckets() -> S3Client:
    """The buckets that erasure looks into, versioned as infra/data.yaml has them."""
    s3 = boto3.client("s3")
    region: Any = {"LocationConstraint": "ap-east-1"}
    for name in ("documents", "letters", "recordings"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration=region)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return s3
