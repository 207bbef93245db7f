"""The services at one address that tests.faults.matrix runs functions against, and a function's environment there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Final

import boto3

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.catalogue.dynamodb import DynamoTracks
from allmytracks.catalogue.rules import Origin
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.memberships.dynamodb_allowance import AllowanceItem, allowance_key
from tests.bench.world import ROOT, TABLES, WEBHOOK_SECRET, function_environment, yesterday
from tests.factories.accounts import account
from tests.factories.memberships import period
from tests.factories.tables import create_table
from tests.factories.tracks import track

REGION: Final = "ap-southeast-1"  # has all services in moto
NAMES = {**TABLES, "REGISTER_TABLE": "RegisterTable"}
# The member of the samples.
MEMBER = "7e1d9a54-3c1b-4f0e-9d3b-0f6f2f0a4c11"
BUCKETS = ("MASTERS_BUCKET", "DOCUMENTS_BUCKET", "LETTERS_BUCKET", "RECORDINGS_BUCKET", "REGISTER_BUCKET")
SECRETS = {
    "PAYMENT_SECRET_ID": {"api_key": "sk_faults", "webhook_secrets": [WEBHOOK_SECRET]},
    "OIDC_SECRET_ID": {"client_id": "allmytracks", "client_secret": "secret of the faults"},
    "ADDRESS_SECRET_ID": {"key": "5" * 64},
}


def environment(endpoint: str) -> dict[str, str]:
    """Makes what functions call, and returns their environment."""
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
    tables = {name: f"Faults{logical}" for name, logical in NAMES.items()}
    for name, logical in NAMES.items():
        create_table(session.client("dynamodb", endpoint_url=endpoint), logical, tables[name])
    storage = session.client("s3", endpoint_url=endpoint)
    buckets = {name: f"faults-{name.lower().replace('_', '-')}" for name in BUCKETS}
    for bucket in buckets.values():
        storage.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    made = {
        "LICENSE_KEY_ID": session.client("kms", endpoint_url=endpoint).create_key(
            KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256"
        )["KeyMetadata"]["Arn"],
        "PAYMENTS_QUEUE_URL": session.client("sqs", endpoint_url=endpoint).create_queue(
            QueueName="faults.fifo", Attributes={"FifoQueue": "true"}
        )["QueueUrl"],
        "PAYMENTS_DEAD_LETTERS_URL": session.client("sqs", endpoint_url=endpoint).create_queue(
            QueueName="faults-dead.fifo", Attributes={"FifoQueue": "true"}
        )["QueueUrl"],
        "EVENT_BUS_NAME": "faults",
    }
    session.client("events", endpoint_url=endpoint).create_event_bus(Name="faults")
    secrets = session.client("secretsmanager", endpoint_url=endpoint)
    for name, secret in SECRETS.items():
        secrets.create_secret(Name=name, SecretString=json.dumps(secret))
        made[name] = name
    users = session.client("cognito-idp", endpoint_url=endpoint)
    made["USER_POOL_ID"] = users.create_user_pool(PoolName="faults")["UserPool"]["Id"]
    client = users.create_user_pool_client(UserPoolId=made["USER_POOL_ID"], ClientName="faults")
    made["USER_POOL_CLIENT_ID"] = client["UserPoolClient"]["ClientId"]
    session.client("sesv2", endpoint_url=endpoint).create_email_identity(EmailIdentity="sender@example.com")
    others = dict.fromkeys(("PAYMENT_API_BASE", "OIDC_ISSUER"), endpoint)
    others |= dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), REGION)
    found = {**function_environment(), **tables, **buckets, **made, **others, "AWS_ENDPOINT_URL": endpoint}
    for program in ("infra.local.seed", "tests.faults.matrix_world"):
        # Each in a process whose region and keys are these.
        subprocess.run([sys.executable, "-m", program], env=found, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own
    return found


def main() -> None:
    """The member and the tracks of the samples; the publications of config/ are there already."""
    tables = {name: Table(os.environ[name], os.environ["AWS_ENDPOINT_URL"]) for name in NAMES}
    DynamoAccounts(tables["ACCOUNTS_TABLE"]).add(account(MEMBER), [])
    allowance = bind(AllowanceItem, tables["COUNTERS_TABLE"])(allowance_key(MEMBER))
    allowance.periods = [period("premium", yesterday(), days=365)]
    allowance.save()
    for name in ("track_0001", "trk_1"):
        origin = Origin(import_id="imp-1", path=f"{name}.wav", checksums=(name,))
        DynamoTracks(tables["CATALOG_TABLE"]).add(track(name), origin)


if __name__ == "__main__":
    main()
