"""Recordings in a table of their own: what an account owns is in one partition, as in the accounts table.

The local index `by_time` lists a device's recordings; the sparse index `sweep` what the sweep looks at.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from allmytracks.foundation.aws.client import RefusedError
from allmytracks.foundation.aws.entities import from_stored, to_stored
from allmytracks.foundation.aws.keys import account_key, account_of_key
from allmytracks.foundation.aws.tables import (
    ABSENT,
    Attributes,
    Table,
    failed,
    get_item,
    to_attributes,
    to_values,
    transact,
    update_where_present,
)
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from allmytracks.storage.ports_recordings import Due
from allmytracks.storage.rules_recordings import Recording, RecordingNotFound, RecordingStatus, Usage

RECORDING, USAGE, SWEEP = "RECORDING#", "USAGE#", "SWEEP"
_STILL_THERE = "attribute_exists(pk)"


class DynamoRecordings:
    """Recordings in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def announce(self, recording: Recording, most: int) -> Recording | None:
        put = {"TableName": self._table.name, "Item": stored_item(recording), "ConditionExpression": ABSENT}
        counted = self._counting(recording.account_id, recording.device_id, recording.size, 1)
        counted["ConditionExpression"] = "attribute_not_exists(held_bytes) OR held_bytes <= :room"
        counted["ExpressionAttributeValues"] |= to_attributes({":room": most - recording.size})
        if recording.size > most:
            counted["ConditionExpression"] = "held_bytes <= :room"
        reasons = transact(self._table.client, [{"Put": put}, {"Update": counted}])
        if not reasons:
            return recording
        try:
            return self.get(recording.account_id, recording.id)
        except RecordingNotFound:
            if not failed(reasons[1]):
                return self.announce(recording, most)
            return None

    def in_parts(self, recording: Recording) -> Recording:
        update, values = "SET upload_id = if_not_exists(upload_id, :id)", to_attributes({":id": recording.upload_id})
        key = _key(recording.account_id, recording.id)
        asked = {
            "TableName": self._table.name,
            "Key": key,
            "UpdateExpression": update,
            "ConditionExpression": _STILL_THERE,
            "ExpressionAttributeValues": values,
            "ReturnValues": "ALL_NEW",
        }
        try:
            return _recording(self._table.client.call("UpdateItem", asked)["Attributes"])
        except RefusedError as refused:
            if refused.code != "ConditionalCheckFailedException":
                raise
            raise _not_found() from None

    def get(self, account_id: str, recording_id: str) -> Recording:
        found = get_item(self._table, _key(account_id, recording_id))
        if found is None:
            raise _not_found()
        return _recording(found)

    def page(
        self,
        account_id: str,
        device_id: str,
        since: datetime,
        until: datetime,
        *,
        limit: int,
        cursor: str | None = None,
    ) -> Page[Recording]:
        pk = account_key(account_id)
        # `~` sorts after everything that follows an instant.
        between = {":pk": pk, ":since": f"{device_id}#{rfc3339(since)}", ":until": f"{device_id}#{rfc3339(until)}~"}
        asked: dict[str, Any] = {
            "TableName": self._table.name,
            "IndexName": "by_time",
            "KeyConditionExpression": "pk = :pk AND by_time BETWEEN :since AND :until",
            "ExpressionAttributeValues": to_attributes(between),
            "ConsistentRead": True,
            "Limit": limit,
        }
        if cursor:
            recording_id, by_time = read_cursor(cursor, tuple[KeyPart, KeyPart])
            place = f"{device_id}#{by_time}"
            if place > between[":until"]:
                return Page([], None)
            # DynamoDB refuses to start before the range, whose beginning moves on with the oldest that is kept.
            if place >= between[":since"]:
                asked["ExclusiveStartKey"] = to_attributes(
                    {"pk": pk, "sk": f"{RECORDING}{recording_id}", "by_time": place}
                )
        answer = self._table.client.call("Query", asked)
        items = [_recording(each) for each in answer["Items"]]
        more = "LastEvaluatedKey" in answer and items
        return Page(items, make_cursor(items[-1].id, _time(items[-1])) if more else None)

    def keep(self, recording: Recording, version: str, look_at: datetime) -> bool:
        kept = {
            "TableName": self._table.name,
            "Key": _key(recording.account_id, recording.id),
            "UpdateExpression": "SET #status = :kept, version = :version REMOVE sweep_key, sweep_at",
            "ConditionExpression": "#status = :awaiting",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": to_attributes(
                {
                    ":kept": RecordingStatus.KEPT.value,
                    ":awaiting": RecordingStatus.AWAITING_UPLOAD.value,
                    ":version": version,
                }
            ),
        }
        looked = {
            "TableName": self._table.name,
            "Key": _usage_key(recording.account_id, recording.device_id),
            "UpdateExpression": "SET sweep_key = :sweep, sweep_at = if_not_exists(sweep_at, :at)",
            "ExpressionAttributeValues": to_attributes({":sweep": SWEEP, ":at": rfc3339(look_at)}),
        }
        return not transact(self._table.client, [{"Update": kept}, {"Update": looked}])

    def remove(self, recordings: Sequence[Recording]) -> None:
        left = list(recordings)
        while left:
            account_id, device_id = left[0].account_id, left[0].device_id
            deletes = [
                {
                    "Delete": {
                        "TableName": self._table.name,
                        "Key": _key(account_id, each.id),
                        "ConditionExpression": _STILL_THERE,
                    }
                }
                for each in left
            ]
            counted = self._counting(account_id, device_id, -sum(each.size for each in left), -len(left))
            reasons = transact(self._table.client, [*deletes, {"Update": counted}])
            if not reasons:
                return
            left = [each for each, reason in zip(left, reasons, strict=False) if not failed(reason)]

    def usage(self, account_id: str, device_id: str) -> Usage:
        found = get_item(self._table, _usage_key(account_id, device_id))
        if found is None:
            return Usage(0, 0)
        values = to_values(found)
        return Usage(size=int(values["held_bytes"]), recordings=int(values["held"]))

    def due(self, now: datetime, limit: int) -> Sequence[Due]:
        asked = {
            "TableName": self._table.name,
            "IndexName": "sweep",
            "KeyConditionExpression": "sweep_key = :sweep AND sweep_at <= :now",
            "ExpressionAttributeValues": to_attributes({":sweep": SWEEP, ":now": rfc3339(now)}),
            "Limit": limit,
        }
        return [_due(each) for each in self._table.client.call("Query", asked)["Items"]]

    def look_at(self, account_id: str, device_id: str, at: datetime | None) -> None:
        names = {"#key": "sweep_key", "#at": "sweep_at"}
        values = to_attributes({":sweep": SWEEP, ":at": rfc3339(at)}) if at else {}
        update = "SET #key = :sweep, #at = :at" if at else "REMOVE #key, #at"
        update_where_present(self._table, _usage_key(account_id, device_id), update, names, values)

    def _counting(self, account_id: str, device_id: str, size: int, number: int) -> dict[str, Any]:
        values = {":bytes": size, ":number": number, ":account": account_id, ":device": device_id}
        return {
            "TableName": self._table.name,
            "Key": _usage_key(account_id, device_id),
            "UpdateExpression": "ADD held_bytes :bytes, held :number SET account_id = :account, device_id = :device",
            "ExpressionAttributeValues": to_attributes(values),
        }


def _key(account_id: str, recording_id: str) -> Attributes:
    return to_attributes({"pk": account_key(account_id), "sk": f"{RECORDING}{recording_id}"})


def _usage_key(account_id: str, device_id: str) -> Attributes:
    return to_attributes({"pk": account_key(account_id), "sk": f"{USAGE}{device_id}"})


def _time(recording: Recording) -> str:
    return f"{rfc3339(recording.started_at)}#{recording.id}"


def stored_item(recording: Recording) -> Attributes:
    """A recording as it is stored."""
    values = {
        "pk": account_key(recording.account_id),
        "sk": f"{RECORDING}{recording.id}",
        "by_time": f"{recording.device_id}#{_time(recording)}",
        "sweep_key": SWEEP,
        "sweep_at": rfc3339(recording.upload_until),
    }
    return to_attributes({**to_stored(recording), **values})


def _recording(item: Attributes) -> Recording:
    return from_stored(to_values(item), Recording)


def _due(item: Attributes) -> Due:
    values = to_values(item)
    account_id, sort = account_of_key(values["pk"]), str(values["sk"])
    if sort.startswith(USAGE):
        return Due(account_id, sort.removeprefix(USAGE))
    return Due(account_id, "", sort.removeprefix(RECORDING))


def _not_found() -> RecordingNotFound:
    return RecordingNotFound("There is no such recording in this account, or it is no longer kept.")
