"""Writes the search index of an OpenSearch domain.

Each writer takes a number from the domain before it reads tracks, and writes them with it as their external version: of
two writers the one that took its number later read at least what the other's change was, and the engine keeps its
state. Every change goes into each index, also those that are being built, by the alias for writing that each has: an
index that was removed meanwhile is not created again by a late writer.

A new index is built in steps beside the one in force. How far it is stays in the domain, so that any caller goes on
where the last one ended; the last step moves the alias that searches read, and removes older indexes, in one request.
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
_WRITING = "-writing"
_EXISTS = "resource_already_exists_exception"


class Building(Struct, frozen=True):
    """A new index that is being built: its number, the version that its tracks are written with, the cursor of the
    next tracks, and how many were read.
    """

    number: int
    version: int
    cursor: str | None = None
    read: int = 0


class OpenSearchIndex:
    """See ports.SearchIndex and ports.ReindexableIndex."""

    def __init__(self, calls: OpenSearchCalls) -> None:
        self._calls = calls

    def update(self, tracks: Tracks, track_ids: Sequence[str]) -> int:
        """See ports.SearchIndex."""
        number = self._number()
        indexes = self._indexes()
        if not any(ALIAS in aliases for aliases in indexes.values()):
            return self.rebuild(tracks)
        current = tracks.several(track_ids)
        changes = [(each, current.get(each)) for each in track_ids]
        for index in indexes:
            # One that was removed since had a successor that was begun later, and has read these tracks.
            self._write(index, changes, number, refresh="wait_for")
        return self._size()

    def rebuild(self, tracks: Tracks) -> int:
        """See ports.SearchIndex. Goes on with an index that somebody began to build."""
        while True:
            step = self.reindex(tracks)
            if step.finished:
                return self._size()

    def reindex(self, tracks: Tracks) -> Reindexing:
        """See ports.ReindexableIndex."""
        building = self._building() or self._begun()
        page = tracks.page(limit=STEP, cursor=building.cursor)
        index = _name(building.number)
        if not self._write(index, [(each.id, each) for each in page.items], building.version, refresh="false"):
            raise Unavailable  # another caller put a newer one in force; the next step finds out
        after = replace(building, cursor=page.next_cursor, read=building.read + len(page.items))
        if page.next_cursor is not None:
            self._put("building", msgspec.to_builtins(after))
            return Reindexing(after.read, finished=False)
        self._put_in_force(building.number)
        self._put("building", {})
        return Reindexing(after.read, finished=True)

    def _number(self) -> int:
        """A number greater than every one before: the version of a document that is written each time."""
        return int(self._put("number", {})["_version"])

    def _put(self, name: str, content: Mapping[str, Any]) -> dict[str, Any]:
        return self._calls("PUT", f"/{STATE}/_doc/{name}", content, WRITING)

    def _building(self) -> Building | None:
        """The new index that is being built, where its index is still there."""
        try:
            told = self._calls("GET", f"/{STATE}/_doc/building", patience=WRITING)
        except OpenSearchError as error:
            if error.status == 404:
                return None
            raise
        if not told["_source"]:
            return None
        building = msgspec.convert(told["_source"], Building)
        return building if _name(building.number) in self._indexes() else None

    def _begun(self) -> Building:
        number = self._number()
        name = _name(number)
        try:
            self._calls("PUT", f"/{name}", {**BODY, "aliases": {f"{name}{_WRITING}": {}}}, WRITING)
        except OpenSearchError as error:
            if error.kind != _EXISTS:  # by an earlier try, whose answer was lost
                raise
        # Taken after the index was created: a writer that does not see it yet has a number below, and what it read of
        # the catalogue is read here, too.
        building = Building(number, self._number())
        self._put("building", msgspec.to_builtins(building))
        return building

    def _indexes(self, prefix: str = ALIAS) -> dict[str, set[str]]:
        """The indexes of this form, each with its aliases."""
        told = self._calls("GET", f"/{prefix}-*/_alias", patience=WRITING)
        return {name: set(each["aliases"]) for name, each in told.items()}

    def _put_in_force(self, number: int) -> None:
        self._calls("POST", f"/{_name(number)}/_refresh", patience=WRITING)
        older = [each for each in self._indexes("tracks") if _is_over(each, number)]
        removed = [{"remove_index": {"index": each}} for each in older]
        added = {"add": {"index": _name(number), "alias": ALIAS}}
        self._calls("POST", "/_aliases", {"actions": [added, *removed]}, WRITING)

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
