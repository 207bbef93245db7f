"""The search file: a SQLite database with a full-text index, made from the whole catalogue at once.

`tracks` holds each listing as JSON, numbered in the order in which they were added, so that descending row numbers are
the order of newest. `words` holds the words of each field (folded already, see rules_search.py; the tokenizer only
splits at spaces) and, in `facets`, one generated word for each exact filter: the index intersects filters as well.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from allmytracks.catalogue.rules import Listing, Track, listing_of
from allmytracks.catalogue.rules_search import (
    FIELD_WEIGHTS,
    Position,
    TrackQuery,
    fields_of,
    folded,
    position_of,
)
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import Page

FIELDS = tuple(FIELD_WEIGHTS)
# At most so many of the newest matches are ranked: ranking costs time for each, and deep pages are not read.
MOST_RANKED = 2000

_SCHEMA = f"""
CREATE TABLE tracks (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, added_at TEXT NOT NULL,
    bpm INTEGER, seconds REAL NOT NULL, body BLOB NOT NULL
);
CREATE UNIQUE INDEX tracks_by_id ON tracks (id);
CREATE VIRTUAL TABLE words USING fts5(
    {", ".join(FIELDS)}, facets, content='', tokenize='ascii', prefix='2 3', detail=full
);
"""
_WEIGHTS = ", ".join(str(weight) for weight in FIELD_WEIGHTS.values())
_NEWEST = "tracks.added_at DESC, tracks.id DESC"


def write(path: Path, tracks: Iterable[Track]) -> int:
    """Writes a new search file, without what was withdrawn; returns how many tracks it holds."""
    on_sale = (track for track in tracks if track.withdrawn_at is None)
    ordered = sorted(on_sale, key=lambda track: (rfc3339(track.added_at), track.id))
    with closing(sqlite3.connect(path)) as database:
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        with database:
            database.executemany(
                "INSERT INTO tracks VALUES (?, ?, ?, ?, ?, ?)", map(_row, range(len(ordered)), ordered)
            )
            marks = ", ".join("?" * (len(FIELDS) + 2))
            database.executemany(
                f"INSERT INTO words (rowid, {', '.join(FIELDS)}, facets) VALUES ({marks})",  # noqa: S608 - names of ours
                map(_words, range(len(ordered)), ordered),
            )
            database.execute("INSERT INTO words (words) VALUES ('optimize')")
    return len(ordered)


class SearchFile:
    """An open search file; raises nothing that depends on what was searched for."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    def find(self, query: TrackQuery) -> Page[Listing]:
        """See ports.TrackSearch."""
        after = position_of(query.cursor) if query.cursor else None
        found = self._ranked(query, after) if query.ranked else self._newest(query, after)
        kept = found[: query.limit]
        tracks = [msgspec.json.decode(body, type=Listing) for *_, body in kept]
        if len(found) <= query.limit:
            return Page(tracks, None)
        rank, added_at, track_id, _ = kept[-1]
        return Page(tracks, Position(rank, added_at, track_id).cursor())

    def _newest(self, query: TrackQuery, after: Position | None) -> list[tuple[float, str, str, bytes]]:
        source, conditions, values = _selection(query)
        if after is not None:
            conditions = [*conditions, "(tracks.added_at, tracks.id) < (?, ?)"]
            values = [*values, after.added_at, after.track_id]
            if (number := self._number_before(after)) is not None:
                conditions.append(f"tracks.number <= {number}")
        where = " AND ".join(conditions) or "1"
        # Row numbers are the order of newest, so the index yields it without sorting.
        order = "tracks.number" if source == "tracks" else "words.rowid"
        sql = (
            f"SELECT 0.0, tracks.added_at, tracks.id, tracks.body FROM {source} "  # noqa: S608 - fixed text: all input is bound
            f"WHERE {where} ORDER BY {order} DESC LIMIT ?"
        )
        return self._database.execute(sql, [*values, query.limit + 1]).fetchall()

    def _ranked(self, query: TrackQuery, after: Position | None) -> list[tuple[float, str, str, bytes]]:
        source, conditions, values = _selection(query)
        where = " AND ".join(conditions)
        candidates = (
            f"SELECT round(bm25(words, {_WEIGHTS}, 0.0), 6) AS score, tracks.number AS number "  # noqa: S608 - as above
            f"FROM {source} WHERE {where} ORDER BY words.rowid DESC LIMIT {MOST_RANKED}"
        )
        beyond = ""
        if after is not None:
            beyond = "WHERE score > ? OR (score = ? AND (tracks.added_at, tracks.id) < (?, ?))"
            values = [*values, after.rank, after.rank, after.added_at, after.track_id]
        sql = (
            f"SELECT score, tracks.added_at, tracks.id, tracks.body FROM ({candidates}) AS candidates "  # noqa: S608 - as above
            f"JOIN tracks ON tracks.number = candidates.number {beyond} ORDER BY score, {_NEWEST} LIMIT ?"
        )
        return self._database.execute(sql, [*values, query.limit + 1]).fetchall()

    def _number_before(self, after: Position) -> int | None:
        found = self._database.execute("SELECT number FROM tracks WHERE id = ?", [after.track_id]).fetchone()
        return None if found is None else int(found[0])


def _selection(query: TrackQuery) -> tuple[str, list[str], list[object]]:
    """The tables, conditions and values that select the matches, without an order."""
    conditions: list[str] = []
    values: list[object] = []
    source = "tracks"
    if match := _match(query):
        source = "words JOIN tracks ON tracks.number = words.rowid"
        conditions, values = ["words MATCH ?"], [match]
    for condition, value in (
        ("tracks.bpm >= ?", query.bpm_min),
        ("tracks.bpm <= ?", query.bpm_max),
        ("tracks.seconds <= ?", query.length_max),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    return source, conditions, values


def _match(query: TrackQuery) -> str:
    """The full-text condition. Only folded letters and digits reach it, in quotes: no input can break the syntax."""
    # A whole word of one letter: its prefix would be half the catalogue.
    words = " AND ".join(f'"{word}"{"*" if len(word) > 1 else ""}' for word in query.words)
    parts = [f"{{{' '.join(FIELDS)}}} : ({words})"] if words else []
    wanted = (("kind", query.kind), ("genre", query.genre), ("mood", query.mood))
    parts += [f'facets : "{_facet(name, value)}"' for name, value in wanted if value is not None]
    return " AND ".join(parts)


def _facet(name: str, value: str) -> str:
    """One token for one exact value of one filter."""
    return name + hashlib.sha256(folded(value).strip().encode("utf-8", "replace")).hexdigest()[:16]


def _facets(track: Track) -> Sequence[str]:
    genres = [_facet("genre", each) for each in track.genres]
    moods = [_facet("mood", each) for each in track.moods]
    return [_facet("kind", track.kind), *genres, *moods]


def _row(number: int, track: Track) -> tuple[object, ...]:
    body = msgspec.json.encode(listing_of(track))
    return (number, track.id, rfc3339(track.added_at), track.bpm, track.duration_seconds, body)


def _words(number: int, track: Track) -> tuple[object, ...]:
    fields = fields_of(track)
    return (number, *(" ".join(fields[name]) for name in FIELDS), " ".join(_facets(track)))
