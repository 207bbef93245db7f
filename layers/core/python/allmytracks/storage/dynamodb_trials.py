"""Trials in the accounts table: in the account's own partition, and a keyed mark for each subject that had one.

`TRIAL#<keyed hash>` marks what had a trial; without the key, which is in Secrets Manager, nobody can tell whose mark
it is.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError, UpdateError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.foundation.aws.entities import from_stored, to_stored
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, connect, failed_reasons, is_condition_failure
from allmytracks.foundation.instants import rfc3339
from allmytracks.storage.dynamodb import DEVICE, DeviceItem
from allmytracks.storage.rules_cover import TRIAL as TRIAL_LASTS
from allmytracks.storage.rules_devices import Device
from allmytracks.storage.rules_ends import TRIAL_NOTICE_BEFORE
from allmytracks.storage.rules_trials import Begun, DeviceTrial

TRIAL, TRIAL_MARK, MARK = "STORAGE_TRIAL", "TRIAL#", "MARK"
TRIAL_ENDS = "TRIAL_ENDS"
PAGE = 100


class TrialEndsIndex(GlobalSecondaryIndex["TrialItem"]):
    """The sparse index `timeline`: trials by when their members are to be notified of the end."""

    class Meta:
        """PynamoDB's settings of the index."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class TrialItem(Model):
    """The one trial of an account."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    ends = TrialEndsIndex()
    timeline_key = UnicodeAttribute(null=True)
    timeline_at = UnicodeAttribute(null=True)
    account_id = UnicodeAttribute()
    device_id = UnicodeAttribute()
    subscription_id = UnicodeAttribute()
    started_at = UnicodeAttribute()


class MarkItem(Model):
    """Somebody or something that had a trial; nothing else."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class DynamoHeldTrials:
    """Trials that have begun, in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._trials = bind(TrialItem, table)

    def of(self, account_id: str) -> DeviceTrial | None:
        try:
            item = self._trials.get(account_key(account_id), TRIAL, consistent_read=True)
        except DoesNotExist:
            return None
        return from_stored(item.attribute_values, DeviceTrial)

    def due(self, now: datetime) -> Iterator[DeviceTrial]:
        by_now = self._trials.timeline_at < f"{rfc3339(now)}$"  # `$` follows `#`: includes this instant
        for item in self._trials.ends.query(TRIAL_ENDS, by_now, page_size=PAGE):
            yield from_stored(item.attribute_values, DeviceTrial)

    def mark_notified(self, trial: DeviceTrial) -> None:
        model = self._trials
        try:
            model(account_key(trial.account_id), TRIAL).update(
                actions=[model.timeline_key.remove(), model.timeline_at.remove()], condition=model.pk.exists()
            )
        except UpdateError as error:
            if not is_condition_failure(error):
                raise


class DynamoTrials(DynamoHeldTrials):
    """Trials in DynamoDB; `key` gives the secret of this deployment."""

    def __init__(self, table: Table, key: Callable[[], str]) -> None:
        super().__init__(table)
        self._devices = bind(DeviceItem, table)
        self._marks = bind(MarkItem, table)
        self._connection = connect(table)
        self._key = key

    def begin(self, trial: DeviceTrial, device: Device, subjects: Sequence[str]) -> Begun:
        partition, devices = account_key(trial.account_id), self._devices
        item = self._trials(partition, TRIAL, **to_stored(trial))
        item.timeline_key, item.timeline_at = TRIAL_ENDS, _place(trial.started_at, trial.account_id)
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(item, condition=self._trials.pk.does_not_exist())
                for subject in subjects:
                    mark = self._marks(self._mark_of(subject), MARK)
                    transaction.save(mark, condition=self._marks.pk.does_not_exist())
                transaction.update(
                    devices(partition, f"{DEVICE}{device.device_id}"),
                    [devices.revision.set(device.revision + 1)],
                    condition=devices.revision == device.revision,
                )
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            *used, _of_device = failed_reasons(error)
            return Begun.USED if any(reason is not None for reason in used) else Begun.DEVICE_CHANGED
        return Begun.BEGUN

    def _mark_of(self, subject: str) -> str:
        named = f"storage-trial:{subject}".encode()
        return f"{TRIAL_MARK}{hmac.new(self._key().encode(), named, hashlib.sha256).hexdigest()}"


def _place(started_at: datetime, account_id: str) -> str:
    """The place in the index that says when its member is to be notified of the end."""
    return f"{rfc3339(started_at + TRIAL_LASTS - TRIAL_NOTICE_BEFORE)}#{account_id}"
