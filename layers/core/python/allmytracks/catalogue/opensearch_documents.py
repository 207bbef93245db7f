"""Tracks as OpenSearch's documents, and the form of their index.

The terms are made here, as for the embedded engine: folding, simplified Han characters, pairs of characters, stems. The
engine splits at spaces, ranks and counts. `kept` is what searches read back; it is not searched.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from allmytracks.catalogue.rules import Listing, Track, listing_of
from allmytracks.catalogue.rules_search import (
    COLUMNS,
    DEEPEST,
    FACETS,
    FIELD_WEIGHTS,
    FORM,
    Sort,
    facet_values,
    fields_of,
    filter_terms,
    sort_key,
)
from allmytracks.catalogue.rules_similar import Sound, sound_terms, stepped
from allmytracks.catalogue.rules_terms import indexed_terms, neighbours_of, starts_of, whole_title

# The alias that searches read; an index that is in force or being built is named by it, with a number.
ALIAS = f"tracks-{FORM}"
LARGEST_PAGE = 100
_TERMS = {"type": "text", "analyzer": "whitespace"}

BODY: dict[str, Any] = {
    "settings": {
        # The index of ten million tracks is a few gigabytes, and one shard ranks by the whole catalogue. Every node
        # holds a copy, so that more nodes answer more searches.
        "index.number_of_shards": 1,
        "index.auto_expand_replicas": "0-2",
        "index.max_result_window": DEEPEST + LARGEST_PAGE + 1,
        # The version of a deleted track is remembered for longer than any writer runs.
        "index.gc_deletes": "1h",
    },
    "mappings": {
        "dynamic": "strict",
        "properties": {
            "words": {**_TERMS, "index_options": "freqs"},
            "starts": {**_TERMS, "index_options": "docs"},
            **{name: {"type": "keyword"} for name in ("phrases", "filters", "sound", *FACETS)},
            **{name: {"type": "long"} for name in ("newest", "used", "length")},
            "bpm": {"type": "integer"},
            "kept": {"type": "object", "enabled": False},
        },
    },
}


class Kept(Struct, frozen=True):
    """What an index keeps of a track to be read back."""

    listing: Listing
    features: tuple[int, ...]


def document_of(track: Track) -> dict[str, Any]:
    """A track as it is indexed."""
    listing = listing_of(track)
    fields = fields_of(listing)
    features = stepped(track.features)
    weighed = [
        term for name, weight in FIELD_WEIGHTS.items() for _ in range(weight) for term in indexed_terms(fields[name])
    ]
    made = {
        "words": " ".join(weighed),
        "starts": " ".join(sorted(starts_of(word for words in fields.values() for word in words))),
        "phrases": [whole_title(fields["title"]), *neighbours_of(fields["title"])],
        "filters": filter_terms(listing),
        "sound": sound_terms(features),
        **facet_values(listing),
        **{COLUMNS[each]: sort_key(listing, each, track.uses) for each in (Sort.NEWEST, Sort.MOST_USED, Sort.LONGEST)},
        "kept": msgspec.to_builtins(Kept(listing, features)),
    }
    return made if listing.bpm is None else {**made, "bpm": listing.bpm}


def sound_of(source: dict[str, Any]) -> Sound:
    """What a document keeps."""
    kept = msgspec.convert(source["kept"], Kept)
    return Sound(kept.listing, kept.features)
