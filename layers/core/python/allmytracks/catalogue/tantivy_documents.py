"""Tracks as tantivy's documents, in an index in a folder of this machine.

`words` holds a track's terms, each as often as its field weighs; `starts` the beginnings of its words; `phrases` the
neighbours in its title and the whole title; `filters` a term for each exact filter. Facets and orders are columns.
`body` is the listing as JSON. Segments are immutable: a change adds a small one and marks what it replaces as deleted
in the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import msgspec
import tantivy

from allmytracks.catalogue.rules import Track, listing_of
from allmytracks.catalogue.rules_search import (
    COLUMNS,
    FACETS,
    FIELD_WEIGHTS,
    Sort,
    facet_values,
    fields_of,
    filter_terms,
    sort_key,
)
from allmytracks.catalogue.rules_similar import sound_terms, stepped
from allmytracks.catalogue.rules_terms import indexed_terms, neighbours_of, starts_of, whole_title
from allmytracks.catalogue.s3_segments import META

# Memory for documents that are not yet in a segment.
HEAP_OF_A_CHANGE = 15_000_000
HEAP_OF_A_REBUILD = 200_000_000


def _schema() -> tantivy.Schema:
    made = tantivy.SchemaBuilder()
    made.add_text_field("id", tokenizer_name="raw", index_option="basic")
    made.add_bytes_field("body", stored=True)
    made.add_bytes_field("features", stored=True)
    made.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    for name in ("starts", "phrases", "filters", "sound"):
        made.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in FACETS:
        made.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("newest", "used", "length"):
        made.add_unsigned_field(name, fast=True)
    made.add_unsigned_field("bpm", fast=True, indexed=True)
    return made.build()


def create(folder: Path) -> tantivy.Index:
    """A new, empty index in an empty folder."""
    return tantivy.Index(_schema(), str(folder))


def write(index: tantivy.Index, tracks: Iterable[Track], gone: Iterable[str] = (), *, heap: int) -> int:
    """Adds tracks, in place of what the index holds of them, and drops `gone`; withdrawn ones are left out.

    Returns how many it added. One segment is written, and small ones are merged.
    """
    writer = index.writer(heap, 1)
    for track_id in gone:
        writer.delete_documents_by_term("id", track_id)
    added = 0
    for track in tracks:
        if track.withdrawn_at is None:
            writer.add_document(_document(track))
            added += 1
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return added


def live_files(folder: Path) -> list[str]:
    """The files that the index consists of now, without its list of segments."""
    segments = json.loads((folder / META).read_text())["segments"]
    live = {each["segment_id"].replace("-", ""): each["deletes"] for each in segments}
    found = []
    for path in sorted(folder.iterdir()):
        segment, *ending = path.name.split(".")
        if segment in live and (ending[-1] != "del" or ending[0] == str((live[segment] or {}).get("opstamp"))):
            found.append(path.name)
    return found


def deleted_in(folder: Path) -> int:
    """How many tracks the segments still hold although they were replaced or dropped."""
    segments = json.loads((folder / META).read_text())["segments"]
    return sum((each["deletes"] or {}).get("num_deleted_docs", 0) for each in segments)


def _document(track: Track) -> tantivy.Document:
    listing = listing_of(track)
    fields = fields_of(listing)
    made = tantivy.Document()
    made.add_text("id", listing.id)
    made.add_bytes("body", msgspec.json.encode(listing))
    weighed = [
        term for name, weight in FIELD_WEIGHTS.items() for _ in range(weight) for term in indexed_terms(fields[name])
    ]
    made.add_text("words", " ".join(weighed))
    made.add_text("starts", " ".join(starts_of(word for words in fields.values() for word in words)))
    made.add_text("phrases", " ".join([whole_title(fields["title"]), *neighbours_of(fields["title"])]))
    made.add_text("filters", " ".join(filter_terms(listing)))
    features = stepped(track.features)
    made.add_bytes("features", bytes(each & 0xFF for each in features))
    made.add_text("sound", " ".join(sound_terms(features)))
    for name, values in facet_values(listing).items():
        for value in values:
            made.add_text(name, value)
    for sort in (Sort.NEWEST, Sort.MOST_USED, Sort.LONGEST):
        made.add_unsigned(COLUMNS[sort], sort_key(listing, sort, track.uses))
    if listing.bpm is not None:
        made.add_unsigned("bpm", listing.bpm)
    return made
