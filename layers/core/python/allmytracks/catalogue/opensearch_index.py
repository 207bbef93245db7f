"""Writes the search index of an OpenSearch domain.

Each writer takes a number from the domain before it reads tracks, and writes them with it as their external version: of
two writers the one that took its number later read at least what the other's change was, and the engine keeps its
state. Every change goes into each index, also those that are being built, by the alias for writing that each has: an
index that was removed meanwhile is not created again by a late writer.

A new index is built in steps beside the one in force. How far it is stays in the domain, so that any caller goes on
where the last one ended; the last step moves the alias that searches read, and removes older indexes, in one request.
One index is built at a time: what stays in the domain is replaced only as it was read (by its sequence number), so that
of callers who begin at once the second goes on with what the first began.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from allmytracks.catalogue.opensearch_calls import NO_INDEX, TRANSIENT, WRITING, OpenSearchCalls, OpenSearchError
from allmytracks.catalogue.opensearch_documents import ALIAS, BODY, document_of
from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.rules import Track
from allmytracks.catalogue.rules_search import FORM, Reindexing
from allmytracks.foundation.errors import Unavailable

STATE = "search-writers"  # the index with the writers' numbers and how far a new index is
STEP = 2_000  # tracks of one step: some seconds
AT_ONCE = 500  # documents of one request: about 1 MB, of the 10 MB that the smallest instances take
# The version of what is read of the whole catalogue, below each writer's. Who wrote to a new index read the tracks
# after it was made; what others changed before that, the reading of the catalogue finds.
_BUILT = 1
_PROGRESS = "progress"  # the document of the newest index that was begun
_WRITING = "-writing"
_EXISTS = "resource_already_exists_exception"


class Building(Struct, frozen=True):
    """A new index: its number, the cursor of the next tracks, how many were read, and whether it is in force."""

    number: int
    cursor: str | None = None
    read: int = 0
    finished: bool = False


class OpenSearchIndex:
    """See ports.SearchIndex and ports.ReindexableIndex."""

    def __init__(self, calls: OpenSearchCalls) -> None:
        self._calls = calls

    def update(self, tracks: Tracks, track_ids: Sequence[str]) -> int:
        """See ports.SearchIndex."""
        number = self._number()
        indexes = self._indexes()
        current = tracks.several(track_ids)
        changes = [(each, current.get(each)) for each in track_ids]
        for index in indexes:
            # One that was removed since had a successor that was begun later, and has read these tracks.
            self._write(index, changes, number, refresh="wait_for")
        # The first index may have read these tracks before they changed: they are written though it is not ready.
        return self._size() if any(ALIAS in aliases for aliases in indexes.values()) else self.rebuild(tracks)

    def rebuild(self, tracks: Tracks) -> int:
        """See ports.SearchIndex. Goes on with an index that somebody began to build."""
        while True:
            step = self.reindex(tracks)
            if step.finished:
                return self._size()

    def reindex(self, tracks: Tracks) -> Reindexing:
        """See ports.ReindexableIndex."""
        building, unchanged = self._current()
        page = tracks.page(limit=STEP, cursor=building.cursor)
        index = _name(building.number)
        if not self._write(index, [(each.id, each) for each in page.items], _BUILT, refresh="false"):
            raise Unavailable  # another caller put a newer one in force; the next step finds out
        read, last = building.read + len(page.items), page.next_cursor is None
        if last:
            self._put_in_force(building.number)
        told = self._swap(replace(building, cursor=page.next_cursor, read=read, finished=last), unchanged)
        return Reindexing(told.read, told.finished)

    def _number(self) -> int:
        """A number greater than every one before: the version of a document that is written each time."""
        return int(self._put("number", {})["_version"])

    def _put(self, name: str, content: Mapping[str, Any], condition: str = "") -> dict[str, Any]:
        return self._calls("PUT", f"/{STATE}/_doc/{name}{condition}", content, WRITING)

    def _current(self) -> tuple[Building, str]:
        """The new index that is to be written, made where it is not there; with the condition that nobody went on."""
        building, unchanged = self._building()
        while building is None or not self._is_going_on(building):
            self._swap(Building(self._number()), unchanged)
            building, unchanged = self._building()
        if building.cursor is None:
            self._make(_name(building.number))
        return building, unchanged

    def _is_going_on(self, building: Building) -> bool:
        """Whether it can be gone on with. An index that was removed is made again only before tracks were read."""
        return not building.finished and (building.cursor is None or _name(building.number) in self._indexes())

    def _building(self) -> tuple[Building | None, str]:
        """The newest one that somebody began, and the condition that it is unchanged."""
        try:
            told = self._calls("GET", f"/{STATE}/_doc/{_PROGRESS}", patience=WRITING)
        except OpenSearchError as error:
            if error.status == 404:
                return None, "?op_type=create"
            raise
        unchanged = f"?if_seq_no={told['_seq_no']}&if_primary_term={told['_primary_term']}"
        return msgspec.convert(told["_source"], Building), unchanged

    def _swap(self, building: Building, unchanged: str) -> Building:
        """Puts it in place of what was read; where another caller was first, returns that one's."""
        try:
            self._put(_PROGRESS, msgspec.to_builtins(building), unchanged)
        except OpenSearchError as error:
            if error.status != 409:
                raise
            return self._building()[0] or building
        return building

    def _make(self, name: str) -> None:
        try:
            self._calls("PUT", f"/{name}", {**BODY, "aliases": {f"{name}{_WRITING}": {}}}, WRITING)
        except OpenSearchError as error:
            if error.kind != _EXISTS:  # made by an earlier step, or by a try whose answer was lost
                raise

    def _indexes(self, prefix: str = ALIAS) -> dict[str, set[str]]:
        """The indexes of this form, each with its aliases."""
        told = self._calls("GET", f"/{prefix}-*/_alias", patience=WRITING)
        return {name: set(each["aliases"]) for name, each in told.items()}

    def _put_in_force(self, number: int) -> None:
        self._calls("POST", f"/{_name(number)}/_refresh", patience=WRITING)
        older = [each for each in self._indexes("tracks") if _is_over(each, number)]
        removed = [{"remove_index": {"index": each}} for each in older]
        added = {"add": {"index": _name(number), "alias": ALIAS}}
        try:
            self._calls("POST", "/_aliases", {"actions": [added, *removed]}, WRITING)
        except OpenSearchError as error:
            if error.kind != NO_INDEX:
                raise
            raise Unavailable from error  # another caller has just removed one of them; the next step finds out

    def _write(self, index: str, changes: Sequence[tuple[str, Track | None]], version: int, *, refresh: str) -> bool:
        """Brings tracks up to date; whether the index is still there. Raises Unavailable."""
        path = f"/{index}{_WRITING}/_bulk?require_alias=true&refresh={refresh}"
        for first in range(0, len(changes), AT_ONCE):
            lines = [line for each in changes[first : first + AT_ONCE] for line in _lines(*each, version)]
            told = self._calls.lines(path, lines)
            results = [result for item in told["items"] for result in item.values()]
            if any(result.get("error", {}).get("type") == NO_INDEX for result in results):
                return False
            for result in results:
                _check(result)
        return True

    def _size(self) -> int:
        return int(self._calls("POST", f"/{ALIAS}/_count", {"query": {"match_all": {}}})["count"])


def _lines(track_id: str, track: Track | None, version: int) -> list[dict[str, Any]]:
    """The lines of the bulk request that bring one track up to date."""
    named = {"_id": track_id, "version": version, "version_type": "external"}
    if track is None or track.withdrawn_at is not None:
        return [{"delete": named}]
    return [{"index": named}, document_of(track)]


def _check(result: Mapping[str, Any]) -> None:
    """Raises what a line of a bulk request was refused with; a newer state, or none to delete, is as good."""
    status = int(result["status"])
    if status < 300 or status in {404, 409}:
        return
    if status in TRANSIENT:
        raise Unavailable
    raise OpenSearchError(status, result["error"]["type"], result["error"]["reason"])


def _name(number: int) -> str:
    return f"{ALIAS}-{number}"


def _is_over(name: str, number: int) -> bool:
    """Whether an index is replaced by the one of this number. One form back is kept for a return to its deployment."""
    form, own = map(int, name.split("-")[1:])
    return (form == FORM and own < number) or form < FORM - 1
