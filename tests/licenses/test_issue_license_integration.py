"""Issuing with every real adapter, on AWS as moto plays it: the stored letter is locked, and verifies offline."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import boto3
import pytest
from joserfc import jws
from joserfc.jwk import KeySet
from moto import mock_aws
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from allmytracks.downloads.dynamodb import DownloadItem, to_item
from allmytracks.foundation.aws.client import EVENTBRIDGE, AwsClient
from allmytracks.foundation.aws.environment import AwsEnvironment
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.foundation.eventbridge import EventBridgeEvents
from allmytracks.foundation.settings import Settings
from allmytracks.memberships.dynamodb import MEMBERSHIP, MembershipItem, to_text
from allmytracks.publishing.dynamodb import DynamoPublications
from allmytracks.publishing.ports import Publication
from allmytracks.signing.kms import KmsLicenseKeys
from allmytracks.wiring import Services
from infra.ops.certifying import self_signed
from tests.factories.accounts import account
from tests.factories.instants import PUBLISHED_AT
from tests.factories.licenses import PUBLIC_URL, application, grant
from tests.factories.memberships import period, plans_publication, purchase_of
from tests.factories.payments import a_paid_order, store_order
from tests.factories.tables import create_table


@pytest.fixture
def services(moto_server: str, own_kms: AwsClient) -> Iterator[Services]:
    """What a deployed function has: tables and the letters' bucket as infra/data.yaml describes them, a key, a bus."""
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        for name in ("AccountsTable", "CatalogTable", "CountersTable"):
            create_table(dynamodb, name, name)
        lock = {"Mode": "GOVERNANCE", "Days": 3650}
        s3 = boto3.client("s3")
        region: Any = {"LocationConstraint": "ap-east-1"}
        s3.create_bucket(Bucket="letters", ObjectLockEnabledForBucket=True, CreateBucketConfiguration=region)
        s3.put_object_lock_configuration(
            Bucket="letters",
            ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": lock}},  # type: ignore[typeddict-item]
        )
        boto3.client("events").create_event_bus(Name="bus")
        key = boto3.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
        made = Services(
            Settings(
                {
                    "ACCOUNTS_TABLE": "AccountsTable",
                    "CATALOG_TABLE": "CatalogTable",
                    "COUNTERS_TABLE": "CountersTable",
                    "LETTERS_BUCKET": "letters",
                    "LICENSE_KEY_ID": key["KeyMetadata"]["Arn"],
                    "PUBLIC_URL": PUBLIC_URL,
                    "EVENT_BUS_NAME": "bus",
                    "LICENSOR_NAME": "AllMyTracks Technology Limited",
                    "LICENSOR_REGISTRATION": "7654321",
                    "LICENSOR_CONTACT": "rights@allmytracks.example",
                    "LICENSOR_SIGNATORY": "",
                    "SELLER_ADDRESS": "1 Harbour Road; Wan Chai",
                    "TIMESTAMP_AUTHORITY_URL": "",
                }
            )
        )
        # Moto replaces botocore's calls within this process; our own client needs its server.
        made.signing.keys = KmsLicenseKeys(own_kms, [key["KeyMetadata"]["Arn"]])
        made.foundation.events = EventBridgeEvents(AwsClient(EVENTBRIDGE, AwsEnvironment(), moto_server), "bus")
        made.foundation.accounts_table = Table("AccountsTable", moto_server)
        made.foundation.counters_table = Table("CountersTable", moto_server)
        made.foundation.catalog_table = Table("CatalogTable", moto_server)
        DynamoPublications(made.foundation.catalog_table).publish(plans_publication())
        chain = self_signed(made.signing.keys, "Letters", "AllMyTracks", "HK", PUBLISHED_AT, 36500)
        certificates = Publication("certificates", "c1", PUBLISHED_AT, {"chain": chain})
        DynamoPublications(made.foundation.catalog_table).publish(certificates)
        made.accounts.repository.add(account(), [])
        store_order(made.foundation.accounts_table, a_paid_order())
        text = to_text([purchase_of(period())])
        bind(MembershipItem, made.foundation.accounts_table)(
            account_key("acc-1"), MEMBERSHIP, revision=1, purchases=text
        ).save()
        yield made


@pytest.mark.clause("U-III.I.5", "M-III.8.apply")
def test_a_letter_is_stored_locked_recorded_and_verifies_offline(services: Services) -> None:
    granted = grant()
    to_item(bind(DownloadItem, services.foundation.accounts_table), granted).save()
    issued = services.licenses.issue(application(granted.download_id))
    number = issued.letter.license.number

    head = boto3.client("s3").head_object(Bucket="letters", Key=f"letters/{number}.pdf")
    assert head["ObjectLockMode"] == "GOVERNANCE"
    document = services.licenses.list_licenses.document("acc-1", number)
    assert hashlib.sha256(document.content).hexdigest() == services.licenses.repository.public(number).document_sha256

    (seal,) = PdfFileReader(BytesIO(document.content)).embedded_signatures
    trusted = ValidationContext(trust_roots=[seal.signer_cert], allow_fetching=False)
    assert validate_pdf_signature(seal, trusted).bottom_line
    assert seal.signer_cert.subject.native["common_name"] == "Letters"

    (signed,) = PdfReader(BytesIO(document.content)).attachments["license.jws"]
    keys = KeySet.import_key_set(json.loads(json.dumps({"keys": list(services.signing.keys.all())})))
    claims = json.loads(jws.deserialize_compact(signed, keys, ["ES256"]).payload)
    assert claims["jti"] == number
    assert claims["license"]["download_id"] == granted.download_id

    again = services.licenses.issue(application(granted.download_id))
    assert again.replayed
    assert again.letter == issued.letter
    assert services.accounts.repository.get("acc-1").end_user == "Ada Lovelace"
