"""Tracks in the catalogue table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from allmytracks.catalogue.rules import (
    DuplicateTrack,
    Holder,
    Origin,
    Rendition,
    Track,
    TrackChanges,
    TrackKind,
    TrackNotFound,
)
from allmytracks.foundation.aws.tables import (
    ABSENT,
    Attributes,
    Table,
    failed,
    get_item,
    pages,
    to_attributes,
    to_values,
    transact,
    update_where_present,
)
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor

TRACK = "TRACK"
TRACK_PREFIX = "TRACK#"
# The item whose change asks for a rebuilt search index.
REBUILD = "REBUILD#search"
CHECKSUM_PREFIX = "CHECKSUM#"
WITHDRAWN = "withdrawn_at"
USES = "uses"
_WITHDRAWN_NAME = {f"#{WITHDRAWN}": WITHDRAWN}
# The limit of BatchGetItem.
READ_AT_ONCE = 100


class DynamoTracks:
    """Tracks in DynamoDB: an item for each, and one for each checksum that binds it to its track for good."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, track_id: str) -> Track:
        item = get_item(self._table, _key(TRACK_PREFIX + track_id))
        if item is None:
            raise TrackNotFound("There is no such track.")
        return _to_track(item)

    def add(self, track: Track, origin: Origin) -> bool:
        unbound = {
            "ConditionExpression": f"{ABSENT} OR track_id = :track",
            "ExpressionAttributeValues": {":track": {"S": track.id}},
        }
        puts = [{"Item": _track_item(track, origin), "ConditionExpression": ABSENT}]
        puts += [
            {"Item": _checksum_item(checksum, track, origin), **unbound} for checksum in dict.fromkeys(origin.checksums)
        ]
        reasons = transact(self._table.client, [{"Put": {"TableName": self._table.name, **put}} for put in puts])
        # The track's own item comes first; where only its condition failed, the same track is there already.
        if any(failed(reason) for reason in reasons[1:]):
            self._refuse_duplicate(track, origin)
        return not reasons

    def edit(self, track_id: str, changes: TrackChanges) -> Track:
        if not changes.values:
            return self.get(track_id)
        written = to_attributes(changes.values)
        gone = [name for name, value in changes.values.items() if value is None]
        kept = [name for name in changes.values if name not in gone]
        sets = f"SET {', '.join(f'#{name} = :{name}' for name in kept)} " if kept else ""
        removals = f"REMOVE {', '.join(f'#{name}' for name in gone)}" if gone else ""
        values = {f":{name}": written[name] for name in kept}
        return self._update(track_id, sets + removals, {f"#{name}": name for name in changes.values}, values)

    def withdraw(self, track_id: str, at: datetime) -> Track:
        instant = {":at": {"S": rfc3339(at)}}
        return self._update(track_id, f"SET #{WITHDRAWN} = if_not_exists(#{WITHDRAWN}, :at)", _WITHDRAWN_NAME, instant)

    def restore(self, track_id: str) -> Track:
        return self._update(track_id, f"REMOVE #{WITHDRAWN}", _WITHDRAWN_NAME, {})

    def _update(self, track_id: str, update: str, names: Mapping[str, str], values: Attributes) -> Track:
        item = update_where_present(self._table, _key(TRACK_PREFIX + track_id), update, names, values)
        if item is None:
            raise TrackNotFound("There is no such track.")
        return _to_track(item)

    def several(self, track_ids: Sequence[str]) -> dict[str, Track]:
        found = map(_to_track, self._batch([TRACK_PREFIX + track_id for track_id in track_ids]))
        return {track.id: track for track in found}

    def holders(self, checksums: Sequence[str]) -> dict[str, Holder]:
        found: dict[str, Holder] = {}
        for item in self._batch([_checksum_key(checksum) for checksum in checksums]):
            values = to_values(item)
            holder = Holder(values["track_id"], values["import_id"], values["path"])
            found[_checksum_of(values["pk"])] = holder
        return found

    def _batch(self, keys: Sequence[str]) -> Iterator[Attributes]:
        """Those of the items that exist, by their partition keys."""
        wanted = list(dict.fromkeys(keys))
        while wanted:
            asked = {self._table.name: {"Keys": [_key(pk) for pk in wanted[:READ_AT_ONCE]], "ConsistentRead": True}}
            answer = self._table.client.call("BatchGetItem", {"RequestItems": asked})
            yield from answer["Responses"][self._table.name]
            left = answer.get("UnprocessedKeys", {}).get(self._table.name, {"Keys": ()})
            wanted = [key["pk"]["S"] for key in left["Keys"]] + wanted[READ_AT_ONCE:]

    def request_rebuild(self, at: datetime) -> None:
        item = {**_key(REBUILD), "requested_at": {"S": rfc3339(at)}}
        self._table.client.call("PutItem", {"TableName": self._table.name, "Item": item})

    def all(self) -> Iterator[Track]:
        for page in self._scan({}):
            yield from map(_to_track, page["Items"])

    def page(self, *, limit: int, cursor: str | None) -> Page[Track]:
        start = {"ExclusiveStartKey": _key(TRACK_PREFIX + _track_id_of(cursor))} if cursor else {}
        tracks: list[Track] = []
        for page in self._scan({"Limit": limit, **start}):
            tracks += map(_to_track, page["Items"])
            if len(tracks) >= limit:
                more = len(tracks) > limit or "LastEvaluatedKey" in page
                return Page(tracks[:limit], _cursor(tracks[limit - 1].id) if more else None)
        return Page(tracks, None)

    def _scan(self, more: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        asked = {
            "TableName": self._table.name,
            "ConsistentRead": True,
            "FilterExpression": "begins_with(pk, :prefix) AND sk = :track",
            "ExpressionAttributeValues": {":prefix": {"S": TRACK_PREFIX}, ":track": {"S": TRACK}},
        }
        return pages(self._table.client, "Scan", {**asked, **more})

    def _refuse_duplicate(self, track: Track, origin: Origin) -> None:
        for holder in self.holders(origin.checksums).values():
            if holder.track_id != track.id:
                raise _duplicate(holder)


def _key(pk: str) -> Attributes:
    return {"pk": {"S": pk}, "sk": {"S": TRACK}}


def _track_item(track: Track, origin: Origin) -> Attributes:
    """`renditions` is JSON: it is always read whole."""
    return to_attributes(
        {
            "pk": TRACK_PREFIX + track.id,
            "sk": TRACK,
            "title": track.title,
            "artist": track.artist,
            "kind": track.kind,
            "genres": track.genres,
            "moods": track.moods,
            "instruments": track.instruments,
            "bpm": track.bpm,
            "key": track.key,
            "duration_seconds": track.duration_seconds,
            "renditions": msgspec.json.encode(track.renditions).decode(),
            "added_at": rfc3339(track.added_at),
            "composer": track.composer,
            "isrc": track.isrc,
            "performing_rights": track.performing_rights,
            "bpm_confidence": track.bpm_confidence,
            "key_confidence": track.key_confidence,
            "loudness_lufs": track.loudness_lufs,
            "lyrics_language": track.lyrics_language,
            "explicit": track.explicit,
            "features": track.features,
            "signature": track.signature,
            "companions": msgspec.json.encode(track.companions).decode() if track.companions else None,
            "import_id": origin.import_id,
            "path": origin.path,
        }
    )


def _checksum_item(checksum: str, track: Track, origin: Origin) -> Attributes:
    named = {"track_id": track.id, "import_id": origin.import_id, "path": origin.path}
    return to_attributes({"pk": _checksum_key(checksum), "sk": TRACK, **named})


def _checksum_key(checksum: str) -> str:
    return f"{CHECKSUM_PREFIX}{checksum}"


def _checksum_of(pk: str) -> str:
    return pk.removeprefix(CHECKSUM_PREFIX)


def _duplicate(holder: Holder) -> DuplicateTrack:
    return DuplicateTrack("The catalogue has this file already.", track_id=holder.track_id, path=holder.path)


def _to_track(item: Attributes) -> Track:
    values = to_values(item)
    return Track(
        id=values["pk"].removeprefix(TRACK_PREFIX),
        title=values["title"],
        artist=values["artist"],
        kind=TrackKind(values["kind"]),
        genres=tuple(values["genres"]),
        moods=tuple(values["moods"]),
        instruments=tuple(values["instruments"]),
        bpm=values.get("bpm"),
        key=values.get("key"),
        duration_seconds=float(values["duration_seconds"]),
        renditions=msgspec.json.decode(values["renditions"], type=tuple[Rendition, ...]),
        added_at=parse_rfc3339(values["added_at"]),
        withdrawn_at=parse_rfc3339(values[WITHDRAWN]) if WITHDRAWN in values else None,
        composer=values.get("composer"),
        isrc=values.get("isrc"),
        performing_rights=values.get("performing_rights"),
        bpm_confidence=_float(values.get("bpm_confidence")),
        key_confidence=_float(values.get("key_confidence")),
        loudness_lufs=_float(values.get("loudness_lufs")),
        lyrics_language=values.get("lyrics_language"),
        explicit=values.get("explicit"),
        features=tuple(map(float, values.get("features", ()))),
        signature=values.get("signature"),
        companions=msgspec.json.decode(values.get("companions", "[]"), type=tuple[Rendition, ...]),
        uses=values.get(USES, 0),
    )


def _float(number: float | None) -> float | None:
    return None if number is None else float(number)


def _cursor(track_id: str) -> str:
    return make_cursor(track_id)


def _track_id_of(cursor: str) -> str:
    return read_cursor(cursor, tuple[KeyPart])[0]
