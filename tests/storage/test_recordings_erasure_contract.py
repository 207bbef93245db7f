"""Erasure takes recordings with their files, and whose a released device was (P-storage, P-manage.access)."""

from __future__ import annotations

from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from allmytracks.foundation.aws.tables import Table
from allmytracks.storage.dynamodb import DynamoDevices
from allmytracks.storage.dynamodb_recordings import DynamoRecordings
from allmytracks.storage.rules_devices import Device, device_id_of
from allmytracks.storage.rules_recordings import recording_of
from tests.factories.instants import NOW
from tests.factories.privacy import PrivacyWorld, make_buckets
from tests.factories.storage import CONTENT, announcement, registered


@pytest.mark.dynamodb
@pytest.mark.clause("P-storage")
def test_a_closed_accounts_recordings_are_erased_and_anothers_stay(
    accounts_table: Table, counters_table: Table, recordings_table: Table
) -> None:
    with mock_aws():
        s3 = make_buckets()
        world, store = (
            PrivacyWorld(accounts_table, counters_table, recordings_table),
            DynamoRecordings(recordings_table),
        )
        for account_id in ("acc-1", "acc-2"):
            world.seed_account(account_id)
            for minutes in (1, 2):
                wanted = recording_of(account_id, "dev_1", announcement(NOW - timedelta(minutes=minutes)), NOW)
                store.announce(wanted, 1000)
                answer = boto3.client("s3").put_object(Bucket="recordings", Key=wanted.key, Body=CONTENT)
                store.keep(wanted, answer["VersionId"], NOW)
            devices, serial = DynamoDevices(accounts_table), f"CAM-{account_id}"
            devices.register(registered(serial))
            device = Device(account_id, device_id_of(serial), serial, "Doorbell", "Front door", NOW)
            assert devices.bind(device)
            assert devices.release(device, NOW)
        world.erase("acc-1")
        left = s3.list_object_versions(Bucket="recordings")
        assert {str(each["Key"]).split("/")[1] for each in left["Versions"]} == {"acc-2"}
        assert "DeleteMarkers" not in left
        assert "acc-1" not in str(recordings_table.client.call("Scan", {"TableName": recordings_table.name}))
        assert store.usage("acc-2", "dev_1").recordings == 2
        was = {serial: devices.released_last(device_id_of(serial)) for serial in ("CAM-acc-1", "CAM-acc-2")}
        assert was == {"CAM-acc-1": None, "CAM-acc-2": "acc-2"}
        s3.close()
