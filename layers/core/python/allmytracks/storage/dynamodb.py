"""Devices in the accounts table.

`DEVICE#id` is the register's record with the account that has the device, and which account released it last; the
account's own partition has the device.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.foundation.aws.entities import from_stored, to_stored
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from allmytracks.storage.rules_devices import Device, DeviceNotFound, Registered, Registration, Released, device_id_of

REGISTER = "DEVICES"
DEVICE, REGISTERED, RELEASED, LAST_RELEASE = "DEVICE#", "REGISTERED", "RELEASED_DEVICE#", "RELEASED"


class RegisterIndex(GlobalSecondaryIndex["RegisteredItem"]):
    """The register by serial number."""

    class Meta:
        """PynamoDB's settings of the index."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class RegisteredItem(Model):
    """A device on the register; `account_id` is whose it is, if anybody's."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    timeline = RegisterIndex()
    timeline_key = UnicodeAttribute(null=True)
    timeline_at = UnicodeAttribute(null=True)
    serial = UnicodeAttribute()
    model = UnicodeAttribute()
    claim_hash = UnicodeAttribute()
    account_id = UnicodeAttribute(null=True)


class DeviceItem(Model):
    """A device of an account."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    account_id = UnicodeAttribute()
    device_id = UnicodeAttribute()
    serial = UnicodeAttribute()
    model = UnicodeAttribute()
    name = UnicodeAttribute()
    claimed_at = UnicodeAttribute()
    revision = NumberAttribute()
    token_hash = UnicodeAttribute(null=True)


class ReleasedItem(Model):
    """The last release of a device by an account."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    account_id = UnicodeAttribute()
    device_id = UnicodeAttribute()
    serial = UnicodeAttribute()
    name = UnicodeAttribute()
    released_at = UnicodeAttribute()


class LastReleaseItem(Model):
    """Which account released a device last: an operator who repeats the release knows only the device."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    account_id = UnicodeAttribute()


class DynamoDevices:
    """Devices in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._register = bind(RegisteredItem, table)
        self._devices = bind(DeviceItem, table)
        self._released = bind(ReleasedItem, table)
        self._last_releases = bind(LastReleaseItem, table)
        self._connection = connect(table)

    def register(self, registered: Registered) -> Registered:
        attributes = {**to_stored(registered), **_listed(registered.serial)}
        item = self._register(_place(registered.device_id), REGISTERED, **attributes)
        try:
            item.save(condition=self._register.pk.does_not_exist())
        except PutError as error:
            if not is_condition_failure(error):
                raise
            return self.registered(registered.device_id) or registered
        return registered

    def registered(self, device_id: str) -> Registered | None:
        found = self.registration(device_id)
        return None if found is None else found.device

    def registration(self, device_id: str) -> Registration | None:
        try:
            return _registration(self._register.get(_place(device_id), REGISTERED, consistent_read=True))
        except DoesNotExist:
            return None

    def page(self, *, limit: int, cursor: str | None) -> Page[Registration]:
        start = None
        if cursor:
            (serial,) = read_cursor(cursor, tuple[KeyPart])
            place = {"pk": _place(device_id_of(serial)), "sk": REGISTERED}
            start = {name: {"S": text} for name, text in {**place, **_listed(serial)}.items()}
        found = self._register.timeline.query(REGISTER, limit=limit, last_evaluated_key=start)
        items = [_registration(each) for each in found]
        more = found.last_evaluated_key is not None and items
        return Page(items, make_cursor(items[-1].device.serial) if more else None)

    def bind(self, device: Device) -> bool:
        register, key = self._register, (account_key(device.account_id), _place(device.device_id))
        free = register.pk.exists() & register.account_id.does_not_exist()
        with_owner: list[Action] = [register.account_id.set(device.account_id)]
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(self._devices(*key, **to_stored(device)), condition=self._devices.pk.does_not_exist())
                transaction.update(register(_place(device.device_id), REGISTERED), with_owner, condition=free)
        except TransactWriteError as error:
            if is_condition_failure(error):
                return False
            raise
        return True

    def all(self, account_id: str) -> Sequence[Device]:
        found = self._devices.query(account_key(account_id), self._devices.sk.startswith(DEVICE), consistent_read=True)
        return [from_stored(item.attribute_values, Device) for item in found]

    def get(self, account_id: str, device_id: str) -> Device:
        try:
            item = self._devices.get(account_key(account_id), _place(device_id), consistent_read=True)
        except DoesNotExist as error:
            raise _not_found(device_id) from error
        return from_stored(item.attribute_values, Device)

    def rename(self, account_id: str, device_id: str, name: str) -> Device:
        item = self._devices(account_key(account_id), _place(device_id))
        try:
            item.update([self._devices.name.set(name)], condition=self._devices.pk.exists())
        except UpdateError as error:
            if is_condition_failure(error):
                raise _not_found(device_id) from error
            raise
        return from_stored(item.attribute_values, Device)

    def set_token(self, account_id: str, device_id: str, token_hash: str | None) -> None:
        item, stored = self._devices(account_key(account_id), _place(device_id)), self._devices.token_hash
        act = stored.remove() if token_hash is None else stored.set(token_hash)
        try:
            item.update([act], condition=self._devices.pk.exists())
        except UpdateError as error:
            if is_condition_failure(error):
                raise _not_found(device_id) from error
            raise

    def release(self, device: Device, at: datetime) -> bool:
        register, devices, partition = self._register, self._devices, account_key(device.account_id)
        place = _place(device.device_id)
        released = to_stored(device.released(at))
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.delete(devices(partition, place), condition=devices.revision == device.revision)
                transaction.save(self._released(partition, f"{RELEASED}{device.device_id}", **released))
                transaction.save(self._last_releases(place, LAST_RELEASE, account_id=device.account_id))
                transaction.update(
                    register(place, REGISTERED),
                    [register.account_id.remove()],
                    condition=register.account_id == device.account_id,
                )
        except TransactWriteError as error:
            if is_condition_failure(error):
                return False
            raise
        return True

    def released(self, account_id: str, device_id: str) -> Released | None:
        try:
            item = self._released.get(account_key(account_id), f"{RELEASED}{device_id}", consistent_read=True)
        except DoesNotExist:
            return None
        return from_stored(item.attribute_values, Released)

    def released_last(self, device_id: str) -> str | None:
        try:
            return self._last_releases.get(_place(device_id), LAST_RELEASE, consistent_read=True).account_id
        except DoesNotExist:
            return None


def _listed(serial: str) -> dict[str, str]:
    return {"timeline_key": REGISTER, "timeline_at": serial}


def _registration(item: RegisteredItem) -> Registration:
    return Registration(from_stored(item.attribute_values, Registered), item.account_id)


def _place(device_id: str) -> str:
    return f"{DEVICE}{device_id}"


def _not_found(device_id: str) -> DeviceNotFound:
    return DeviceNotFound(f"There is no device {device_id} in this account.")
